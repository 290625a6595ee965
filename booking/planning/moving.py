"""A date that moves takes its bookings along: deadlines, reminders, calendars, and a mail to everyone."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, datetime
from typing import Any

from django.db.models import F

from accounts.actor import Actor
from booking import policy
from booking.messages import moves
from booking.messages.moves import Former
from booking.models import Booking, changed_at
from booking.planning.locking import live_bookings
from booking.rules import intake
from booking.wording import meeting_place
from schools.schooldays import local_day, named_closed_days
from workshops.models import Slot


def move_bookings(slot: Slot, former: Former, *, by: Actor, now: datetime, reason: str) -> None:
    """Bring the bookings of a moved slot to its new date and tell everybody. Locks the bookings."""
    bookings = live_bookings(slot)
    closed = closed_for(bookings, slot, now)
    for booking in bookings:
        booking.terms = moved_terms(booking, closed[booking.school_id], now)
        if booking.offer_expires_at:
            booking.offer_expires_at = min(booking.offer_expires_at, slot.starts_at)
        if slot.starts_at != former.starts_at:
            ask_anew(booking, now)
    Booking.objects.bulk_update(bookings, ["terms", "offer_expires_at", "reconfirm_step", "reconfirm_due_at"])
    Booking.objects.filter(slot=slot).update(
        sequence=F("sequence") + 1, version=F("version") + 1, updated_at=changed_at(now)
    )
    facts = {
        "starts_at": [former.starts_at.isoformat(), slot.starts_at.isoformat()],
        "place": [former.place, meeting_place(slot)],
    }
    for booking in bookings:
        booking.sequence, booking.version, booking.updated_at = booking.sequence + 1, booking.version + 1, now
        booking.record("slot_moved", by=by, at=now, reason=reason, **facts)
    moves.tell(slot, bookings, former.context, now=now, reason=reason)


def closed_for(bookings: list[Booking], slot: Slot, now: datetime) -> dict[int, dict[date, str]]:
    """The days without lessons of each school, as far as deadlines look. One query."""
    lesson = local_day(slot.starts_at)
    first = min(local_day(now), lesson - policy.LONGEST_LOOK_BACK)
    return named_closed_days({booking.school for booking in bookings}, first, lesson)


def moved_terms(booking: Booking, closed: Container[date], now: datetime) -> dict[str, Any]:
    """The promises of a booking for the new date of its slot: never worse for the school than before."""
    slot, promised = booking.slot, intake.promised_to(booking)
    until = policy.cancel_until_moved(slot, booking.cancel_until, promised, closed, now)
    terms = policy.redated(booking.terms, slot, promised, closed)
    return {**terms, "cancel_until": until.isoformat()}


def ask_anew(booking: Booking, now: datetime) -> None:
    """Whether a confirmed class still comes is asked for the new date, where there is time for it; what was said for
    the former one holds otherwise."""
    if booking.state != Booking.State.CONFIRMED:
        return
    due = policy.reconfirm_at(booking.slot.starts_at, intake.promised_to(booking), now)
    if due:
        booking.reconfirm_step, booking.reconfirm_due_at = Booking.Reconfirm.PLANNED, due
    elif booking.reconfirm_step != Booking.Reconfirm.DONE:
        booking.reconfirm_step, booking.reconfirm_due_at = "", None
