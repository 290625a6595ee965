"""A date that moves takes its bookings along: deadlines, reminders, calendars, and a mail to everyone."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, datetime
from typing import Any, NamedTuple, Self

from django.db.models import F

from accounts.actor import Actor
from booking import policy
from booking.messages import moves
from booking.models import Booking
from booking.planning.locking import live_bookings
from booking.wording import place_of
from schools.schooldays import local_day, named_closed_days
from workshops.models import Slot


class Former(NamedTuple):
    """When and where a date was before it moved."""

    starts_at: datetime
    ends_at: datetime
    place: str

    @classmethod
    def of(cls, slot: Slot) -> Self:
        return cls(slot.starts_at, slot.ends_at, place_of(slot))

    @property
    def context(self) -> dict[str, str]:
        return {"starts_at": self.starts_at.isoformat(), "ends_at": self.ends_at.isoformat(), "place": self.place}


def move_bookings(slot: Slot, former: Former, *, by: Actor, now: datetime, reason: str) -> None:
    """Bring the bookings of a moved slot to its new date and tell everybody. Locks the bookings."""
    bookings = live_bookings(slot)
    closed = closed_for(bookings, slot, now)
    for booking in bookings:
        booking.terms = moved_terms(booking, closed[booking.school_id], now)
        if booking.offer_expires_at:
            booking.offer_expires_at = min(booking.offer_expires_at, slot.starts_at)
    Booking.objects.bulk_update(bookings, ["terms", "offer_expires_at"])
    Booking.objects.filter(slot=slot).update(sequence=F("sequence") + 1, version=F("version") + 1, updated_at=now)
    facts = {"starts_at": [former.starts_at.isoformat(), slot.starts_at.isoformat()]}
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
    starts_at, terms = booking.slot.starts_at, booking.terms
    until = policy.cancel_until_moved(booking.slot, booking.cancel_until, terms["free_cancel_days"], closed, now)
    promised = terms.get("answer_by")
    answer_by = {"answer_by": min(datetime.fromisoformat(promised), starts_at).isoformat()} if promised else {}
    return {**terms, "cancel_until": until.isoformat(), **answer_by}
