"""Is it still on? The school is asked some weeks before, then its office, then it is a task for the organiser."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.actor import SYSTEM, Actor
from booking import access, policy
from booking.errors import NotActive
from booking.messages import outbox
from booking.models import Booking
from booking.retry import retried
from booking.rules import intake
from booking.rules.changing import amend
from booking.rules.ending import end_by_cancelling
from booking.rules.settling import lock_for, settle
from booking.rules.waiting import offer_freed
from booking.states import require_possible
from booking.wording import unanswered_in
from schools.schooldays import closed_days, local_day
from workshops.models import Slot, Then

Step = Booking.Reconfirm


@retried
def reconfirm(booking: Booking, *, by: Actor, now: datetime, pupils: int | None = None) -> Booking:
    """Say that the visit is still on; with `pupils`, that so many come. Said twice, it is said once.

    Locks the slot. Raises NotAllowed, FieldErrors, NotActive, TooLate, NoRoom.
    """
    by = access.require(by, "reconfirm", booking)
    slot, booking = lock_for(by, "reconfirm", booking)
    if pupils is not None and pupils != booking.pupils:
        booking = amend(booking, {"pupils": pupils}, by=by, now=now)
        slot = booking.slot
    if booking.state == Booking.State.CONFIRMED and booking.reconfirm_step == Step.DONE:
        return booking
    require_possible("reconfirm", booking, by.role, now)
    write(slot, booking, Step.DONE, now, reconfirmed_at=now)
    booking.record("reconfirmed", by=by, at=now)
    return booking


@retried
def advance_reconfirmation(booking: Booking, *, now: datetime) -> Booking:
    """Take the step that is due: ask the school, then its office, then leave it to the house, or free the date where
    the house said so when it was booked.

    Locks the slot. Raises NotActive where nothing is due.
    """
    slot, booking = Booking.objects.locked(booking.pk)
    due = booking.reconfirm_due_at
    if booking.state != Booking.State.CONFIRMED or due is None or now < due or now >= slot.starts_at:
        raise NotActive
    take = {Step.PLANNED: ask_school, Step.ASKED: ask_office, Step.REMINDED: give_up}[Step(booking.reconfirm_step)]
    take(slot, booking, now)
    return booking


def ask_school(slot: Slot, booking: Booking, now: datetime) -> None:
    closed = closed_days(booking.school, local_day(now), local_day(slot.starts_at))
    until = policy.reconfirm_until(now, intake.promised_to(booking), closed, slot.starts_at)
    advance(slot, booking, Step.ASKED, now, until)
    outbox.announce("booking_reconfirm", booking, now=now)


def ask_office(slot: Slot, booking: Booking, now: datetime) -> None:
    """The office of the school; where its address is not known, the teacher once more."""
    closed = closed_days(booking.school, local_day(now), local_day(slot.starts_at))
    until = policy.office_until(now, closed, slot.starts_at)
    advance(slot, booking, Step.REMINDED, now, until)
    outbox.announce("reconfirm_office" if booking.school.office_mail else "booking_reconfirm", booking, now=now)


def give_up(slot: Slot, booking: Booking, now: datetime) -> None:
    if intake.promised_to(booking).reconfirm_then == Then.RELEASE:
        reason = unanswered_in(booking.contact_language)
        advance(slot, booking, Step.OVERDUE, now)
        end_by_cancelling(slot, booking, by=SYSTEM, now=now, reason=reason)
        outbox.announce("booking_cancelled", booking, now=now, due_at=now)
        outbox.announce("class_cancelled", booking, now=now)
        offer_freed(slot, now=now)
    else:
        advance(slot, booking, Step.OVERDUE, now)
        outbox.announce("reconfirm_missing", booking, now=now)


def advance(slot: Slot, booking: Booking, step: str, now: datetime, until: datetime | None = None) -> None:
    """The clock takes a step, and the next at `until`."""
    more = {"reconfirm_until": until} if until else {}
    write(slot, booking, step, now, due=until, **more)
    booking.record(f"reconfirm_{step}", by=SYSTEM, at=now)


def write(
    slot: Slot, booking: Booking, step: str, now: datetime, *, due: datetime | None = None, **more: datetime
) -> None:
    values: dict[str, Any] = {"reconfirm_step": step, "reconfirm_due_at": due, **more}
    settle(slot, booking, now, places=booking.places_held, **values)
