"""Requests: yes, no, or nobody answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.actor import SYSTEM, Actor
from booking import access
from booking.errors import AlreadyDecided, FieldErrors, NoRoom, NotActive, NotBookable
from booking.intake import redated
from booking.messages import outbox
from booking.models import Booking
from booking.retry import retried
from booking.rules.settling import former_state, require_reason, settle
from booking.rules.waiting import offer_freed
from workshops.models import Slot

State = Booking.State


@retried
def confirm(booking: Booking, *, by: Actor, now: datetime, slot: Slot | None = None) -> Booking:
    """Say yes to a request, in its slot or in `slot`, one of its further wishes.

    Locks the slot (two, where the wish is another). Raises NotAllowed, AlreadyDecided, FieldErrors, NoRoom.
    """
    by = access.require(by, "confirm", booking)
    here, there, booking = lock_for_confirming(booking, slot)
    if booking.state != State.REQUESTED:
        raise AlreadyDecided
    if there != here:
        if there.state == Slot.State.CANCELLED or there.starts_at <= now:
            raise NotBookable
        settle(here, booking, now, places=0)
        booking.slot, booking.terms = there, redated(booking.terms, there, booking.school)
    if not booking.places_held and not there.has_room_for(booking.pupils):
        raise NoRoom(left=there.places_left)
    values: dict[str, Any] = {"slot": there, "terms": booking.terms, "confirmed_at": now}
    settle(there, booking, now, state=State.CONFIRMED, places=booking.pupils, **values)
    booking.record("confirmed", by=by, at=now)
    outbox.announce("booking_confirmed", booking, now=now, reminders=True)
    if there != here:
        offer_freed(here, now=now)
    return booking


def lock_for_confirming(booking: Booking, slot: Slot | None) -> tuple[Slot, Slot, Booking]:
    """The request's slot, the wished one and the booking, all locked, slots by key."""
    if slot is None or slot.pk == booking.slot_id:
        here, booking = Booking.objects.locked(booking.pk)
        return here, here, booking
    if not booking.alternatives.filter(slot=slot).exists():
        raise FieldErrors({"slot": ("not_wished", _("The school has not named this date."))})
    Slot.objects.lock_many([booking.slot_id, slot.pk])
    here, booking = Booking.objects.locked(booking.pk)
    there = Slot.objects.select_related("workshop__partner", "venue").get(pk=slot.pk)
    return here, there, booking


@retried
def decline(booking: Booking, *, by: Actor, now: datetime, reason: str) -> Booking:
    """Say no to a request, with a reason that the school reads.

    Locks the slot. Raises NotAllowed, FieldErrors, AlreadyDecided.
    """
    by = access.require(by, "decline", booking)
    require_reason(reason)
    slot, booking = Booking.objects.locked(booking.pk)
    if booking.state != State.REQUESTED:
        raise AlreadyDecided
    former = former_state(booking)
    settle(slot, booking, now, state=State.DECLINED, places=0, ended_by="provider", end_reason=reason)
    booking.record("declined", by=by, at=now, reason=reason, former=former)
    outbox.announce("booking_declined", booking, now=now)
    offer_freed(slot, now=now)
    return booking


@retried
def expire(booking: Booking, *, now: datetime) -> Booking:
    """End a request or a place on the waiting list that nobody decided before booking closed.

    Locks the slot. Raises NotActive.
    """
    slot, booking = Booking.objects.locked(booking.pk)
    if booking.state not in {State.REQUESTED, State.WAITLISTED} or now < slot.book_until:
        raise NotActive
    settle(slot, booking, now, state=State.EXPIRED, places=0)
    booking.record("expired", by=SYSTEM, at=now)
    outbox.announce("booking_expired", booking, now=now)
    return booking
