"""Moving a group to another date of its workshop: the old place goes only when the new one is sure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from booking import access, orders, policy
from booking.errors import FieldErrors, NoRoom, NotBookable, OthersWait
from booking.messages import moves
from booking.models import Booking
from booking.retry import retried
from booking.rules import intake, marks
from booking.rules.placing import record_override, reread
from booking.rules.settling import lock_both, make_room, shift, starts_of, twice_is_refused
from booking.rules.waiting import offer_freed
from booking.states import require_possible
from workshops.models import Slot

State = Booking.State


@retried
def move(booking: Booking, slot: Slot, *, by: Actor, now: datetime, override_reason: str = "") -> Booking:
    """Take a booking to another slot of the workshop, as a whole and at once: it stays what it is, with the same UID.

    One that waits becomes what placing there would make of it. To where it is already, it stays. An organiser with an
    `override_reason` sets room and booking times aside; what is missing is added to the slot.
    Locks both slots. Raises NotAllowed, FieldErrors, NotActive, TooLate, NotBookable, NoRoom, AlreadyBooked.
    """
    overriding = bool(override_reason.strip())
    action = "override" if overriding else "move"
    by = access.require(by, action, booking)
    here, there, booking = lock_both(by, action, booking, slot)
    require_same_offer(here, there)
    limits = {"pupils": booking.pupils, "language": booking.language}
    orders.check(there, may_override=overriding, **limits)
    require_possible("move", booking, by.role, now)
    if there != here:
        require_open(there, now, overriding=overriding)
        state, places = what_becomes(booking, there, by=by, now=now, overriding=overriding)
        aside = orders.set_aside(there, now, **limits) if overriding else []
        grown = make_room(there, booking.pupils, now) if overriding and places else {}
        rewrite(here, there, booking, state, places, by=by, now=now, reason=override_reason.strip())
        if aside or grown:
            record_override(there, booking, "overridden", grown, aside, by=by, now=now, reason=override_reason)
        offer_freed(here, now=now)
        offer_freed(there, now=now)
        reread(booking)
    return booking


def require_same_offer(here: Slot, there: Slot) -> None:
    if there.workshop_id != here.workshop_id:
        raise FieldErrors({"slot": ("other_workshop", _("Please choose another date of the same workshop."))})


def require_open(there: Slot, now: datetime, *, overriding: bool) -> None:
    """The new date takes newcomers; with a reason it is enough that it is to come. Raises NotBookable."""
    to_come = there.state != Slot.State.CANCELLED and now < there.starts_at
    if not (to_come if overriding else there.is_open_at(now)):
        raise NotBookable


def what_becomes(booking: Booking, there: Slot, *, by: Actor, now: datetime, overriding: bool) -> tuple[str, int]:
    """The state of the booking in the new slot, and the places it holds there. Raises NoRoom, OthersWait."""
    fits = overriding or (there.has_room_for(booking.pupils) and not there.groups_waiting)
    if booking.state != State.WAITLISTED:
        if not fits:
            raise OthersWait(left=there.places_left) if there.groups_waiting else NoRoom(left=there.room)
        holds = booking.state == State.CONFIRMED or intake.promised_to(booking).requests_hold
        return booking.state, booking.pupils if holds else 0
    if not fits:
        return State.WAITLISTED, 0
    standing = marks.standing(booking.school, there, now)
    if overriding or intake.is_instant(there, booking.school, standing, by=by):
        return State.CONFIRMED, booking.pupils
    return State.REQUESTED, booking.pupils if intake.promised_to(booking).requests_hold else 0


def rewrite(
    here: Slot, there: Slot, booking: Booking, state: str, places: int, *, by: Actor, now: datetime, reason: str
) -> None:
    """The booking, the sums of both slots, history and messages."""
    before = booking.state
    values = {**promises(booking, there, by=by, now=now), **moments(booking, there, state, now)}
    booking.alternatives.filter(slot=there).delete()
    with twice_is_refused():
        shift(here, there, booking, now, state=state, places=places, **values)
    facts: dict[str, Any] = {
        "slot": [here.pk, there.pk],
        "starts_at": starts_of(here, there),
    }
    if state != before:
        facts["state"] = [before, state]
    booking.record("moved", by=by, at=now, reason=reason, **facts)
    moves.tell_of_one(booking, here, before, now=now)


def promises(booking: Booking, there: Slot, *, by: Actor, now: datetime) -> dict[str, Any]:
    """What was agreed, for the new date; whom the house moves is no worse off than before."""
    terms = intake.redated(booking, there)
    if by.role == "organiser":
        promised, closed = intake.promised_to(booking), intake.school_closures(there, booking.school)
        until = policy.cancel_until_moved(there, booking.cancel_until, promised, closed, now)
        terms["cancel_until"] = until.isoformat()
    return {"terms": terms}


def moments(booking: Booking, there: Slot, state: str, now: datetime) -> dict[str, Any]:
    """Since when it waits, since when it holds, and when it is asked whether it is still on."""
    if state == State.WAITLISTED:
        return {"waiting_since": now}
    if state != State.CONFIRMED:
        return {}
    confirmed_at = booking.confirmed_at if booking.state == State.CONFIRMED else now
    promised = intake.promised_to(booking)
    return {"confirmed_at": confirmed_at, **intake.planned_question(there, now, promised)}
