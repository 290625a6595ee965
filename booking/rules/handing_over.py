"""Handing a booking over to a colleague, who says yes from the own mailbox."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from accounts.forms import remember
from booking import access, belonging, policy
from booking.errors import FieldErrors, NotActive
from booking.messages import outbox
from booking.messages.recipients import contact_address
from booking.models import Booking, HandOver
from booking.models.hand_over import hash_of
from booking.retry import retried
from booking.rules.settling import lock_for, settle
from booking.states import require_possible


@retried
def hand_over(booking: Booking, email: str, *, by: Actor, now: datetime) -> Booking:
    """Ask a colleague to take the booking over. Nothing changes until the colleague says yes; asking somebody else
    ends the question before, asking the same once more changes nothing.

    Locks the slot. Raises NotAllowed, FieldErrors, NotActive, TooLate.
    """
    by = access.require(by, "hand_over", booking)
    require_address(email)
    _slot, booking = lock_for(by, "hand_over", booking)
    if email.lower() == booking.contact_email.lower():
        raise FieldErrors({"email": ("same", _("This is the address that the booking has already."))})
    require_possible("hand_over", booking, by.role, now)
    open_ones = HandOver.objects.open().filter(booking=booking)
    if not open_ones.filter(email__iexact=email, expires_at__gt=now).exists():
        open_ones.update(ended_at=now)
        ask(booking, email, by=by, now=now)
    return booking


def require_address(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError as error:
        raise FieldErrors({"email": ("invalid", _("Please check the address."))}) from error


def ask(booking: Booking, email: str, *, by: Actor, now: datetime) -> None:
    token = secrets.token_urlsafe(24)
    until = policy.hand_over_until(now, booking.slot.starts_at)
    HandOver.objects.create(
        booking=booking, email=email, token_hash=hash_of(token), asked_by=by.user, created_at=now, expires_at=until
    )
    booking.record("hand_over_asked", by=by, at=now)
    outbox.ask_colleague(booking, email, token, until=until, now=now)


def asked_by_mail(token: str, now: datetime) -> HandOver | None:
    """The open question that a mail holds; None where it was answered or replaced, has ended, or never was."""
    rows = HandOver.objects.open_at(now).select_related("booking__slot__workshop__partner", "booking__school")
    return rows.filter(token_hash=hash_of(token)).first()


@retried
def take_over(token: str, *, name: str, now: datetime, phone: str = "", language: str = "de") -> Booking:
    """The colleague says yes: contact, account and mails go over, and the links of the former contact end.

    The token came to the colleague's mailbox, so it proves the address. Locks the slot. Raises NotActive, TooLate,
    FieldErrors.
    """
    asked = asked_by_mail(token, now)
    if asked is None:
        raise NotActive
    if not name.strip():
        raise FieldErrors({"name": ("required", _("Please give your name."))})
    slot, booking = Booking.objects.locked(asked.booking_id)
    asked = HandOver.objects.open_at(now).filter(pk=asked.pk).first()
    if asked is None:
        raise NotActive
    require_possible("hand_over", booking, "link", now)
    user = remember(asked.email, name=name, language=language)
    by, before = Actor.person(user).acting_as("owner"), contact_address(booking)
    contact: dict[str, Any] = {
        "contact_name": name,
        "contact_email": asked.email,
        "contact_phone": phone,
        "contact_language": language,
        "owner": user,
    }
    settle(slot, booking, now, places=booking.places_held, link_version=booking.link_version + 1, **contact)
    HandOver.objects.filter(pk=asked.pk).update(accepted_at=now)
    belonging.declare(user, booking.school, now=now)
    booking.record("handed_over", by=by, at=now)
    outbox.tell_of_taking_over(booking, before=before, now=now)
    return booking
