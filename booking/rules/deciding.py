"""Requests: yes, no, or nobody answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.actor import SYSTEM, Actor
from booking import access
from booking.errors import FieldErrors, NoRoom, NotActive, NotBookable
from booking.messages import outbox
from booking.models import Booking
from booking.retry import retried
from booking.rules.intake import planned_question, promised_to, redated
from booking.rules.settling import (
    former_state,
    lock_both,
    lock_for,
    require_reason,
    settle,
    shift,
    starts_of,
    twice_is_refused,
)
from booking.rules.waiting import offer_freed
from booking.states import require_possible
from workshops.models import Slot

State = Booking.State


@retried
def confirm(booking: Booking, *, by: Actor, now: datetime, slot: Slot | None = None) -> Booking:
    """Say yes to a request, in its slot or in `slot`, one of its further wishes.

    Locks the slot (two, where the wish is another). Raises NotAllowed, AlreadyDecided, FieldErrors, NoRoom.
    """
    by = access.require(by, "confirm", booking)
    here, there, booking = lock_for_confirming(by, booking, slot)
    require_possible("confirm", booking, by.role, now)
    if there.state == Slot.State.CANCELLED or (there != here and there.starts_at <= now):
        raise NotBookable
    holds = there == here and booking.places_held
    if not holds and not there.has_room_for(booking.pupils):
        raise NoRoom(left=there.room)
    write_yes(here, there, booking, now)
    moved: dict[str, Any] = {} if there == here else {"slot": [here.pk, there.pk], "starts_at": starts_of(here, there)}
    booking.record("confirmed", by=by, at=now, **moved)
    wished: dict[str, Any] = {"wished": here.starts_at.isoformat()} if there != here else {}
    outbox.announce("booking_confirmed", booking, now=now, reminders=True, **wished)
    if there != here:
        offer_freed(here, now=now)
    return booking


def write_yes(here: Slot, there: Slot, booking: Booking, now: datetime) -> None:
    values: dict[str, Any] = {"confirmed_at": now, **planned_question(there, now, promised_to(booking))}
    if there == here:
        settle(here, booking, now, state=State.CONFIRMED, places=booking.pupils, **values)
    else:
        values["terms"] = redated(booking, there)
        booking.alternatives.filter(slot=there).delete()
        with twice_is_refused():
            shift(here, there, booking, now, state=State.CONFIRMED, places=booking.pupils, **values)


def lock_for_confirming(by: Actor, booking: Booking, slot: Slot | None) -> tuple[Slot, Slot, Booking]:
    """The request's slot, the wished one and the booking, all locked, slots by key. Raises FieldErrors."""
    if slot is None or slot.pk == booking.slot_id:
        here, booking = lock_for(by, "confirm", booking)
        return here, here, booking
    if not booking.alternatives.filter(slot=slot).exists():
        raise FieldErrors({"slot": ("not_wished", _("The school has not named this date."))})
    return lock_both(by, "confirm", booking, slot)


@retried
def decline(booking: Booking, *, by: Actor, now: datetime, reason: str) -> Booking:
    """Say no to a request, with a reason that the school reads.

    Locks the slot. Raises NotAllowed, FieldErrors, AlreadyDecided.
    """
    by = access.require(by, "decline", booking)
    require_reason(reason)
    slot, booking = lock_for(by, "decline", booking)
    require_possible("decline", booking, by.role, now)
    former = former_state(booking)
    settle(slot, booking, now, state=State.DECLINED, places=0, ended_by="provider", end_reason=reason)
    booking.record("declined", by=by, at=now, reason=reason, former=former)
    outbox.announce("booking_declined", booking, now=now)
    offer_freed(slot, now=now)
    return booking


@retried
def wait(booking: Booking, *, by: Actor, now: datetime) -> Booking:
    """Put a request for which there is no room on the waiting list, where it stands since it was made.

    What it held becomes free. Locks the slot. Raises NotAllowed, AlreadyDecided, NotBookable.
    """
    by = access.require(by, "wait", booking)
    slot, booking = lock_for(by, "wait", booking)
    require_possible("wait", booking, by.role, now)
    if slot.state == Slot.State.CANCELLED or now >= slot.book_until:
        raise NotBookable
    settle(slot, booking, now, state=State.WAITLISTED, places=0, waiting_since=booking.created_at)
    booking.record("waitlisted", by=by, at=now)
    outbox.announce("booking_waitlisted", booking, now=now)
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
    was = booking.state
    settle(slot, booking, now, state=State.EXPIRED, places=0)
    booking.record("expired", by=SYSTEM, at=now, was=was)
    outbox.announce("booking_expired", booking, now=now)
    offer_freed(slot, now=now)
    return booking
