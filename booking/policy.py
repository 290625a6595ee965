"""What a rule of the house means on a date: pure functions, without database or clock."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, datetime, time, timedelta
from math import ceil
from typing import Any

from booking.errors import TooLate
from schools.schooldays import at_local, day_end, local_day, school_days_after, school_days_before
from workshops.models import Policy, Slot

REMINDER_CLOCK = time(8)
LONGEST_LOOK_BACK = timedelta(days=120)  # enough for ten school days across the summer holidays
LINK_LIFE = timedelta(days=14)


def free_until(lesson: date, school_days: int, closed: Container[date]) -> date:
    """The last date on which a school may cancel without consequence: `school_days` school days before the lesson."""
    return school_days_before(lesson, school_days, closed)


def cancel_until(starts_at: datetime, policy: Policy, closed: Container[date]) -> datetime:
    """The instant at which free cancelling ends: 24:00 of that local day."""
    return end_of(free_until(local_day(starts_at), policy.free_cancel_days, closed), starts_at)


def cancel_until_moved(
    slot: Slot, promised: datetime | None, free_days: int, closed: Container[date], now: datetime
) -> datetime:
    """Until when cancelling is free after the house has moved the visit: no school is worse off by that.

    As was promised, as is usual for the new date, or as long as an offer stands from the news on: the latest of them,
    but never after the start.
    """
    usual = end_of(free_until(local_day(slot.starts_at), free_days, closed), slot.starts_at)
    to_decide = offer_until(now, slot.workshop.policy, closed, slot.starts_at)
    return min(max(usual, to_decide, promised or usual), slot.starts_at)


def end_of(day: date, starts_at: datetime) -> datetime:
    """24:00 of a local day, never after the start."""
    return min(day_end(day), starts_at)


def book_until(starts_at: datetime, close_days: int) -> datetime:
    """When booking closes: 24:00 of the local day `close_days` days before, never after the start."""
    return end_of(local_day(starts_at) - timedelta(days=close_days), starts_at)


def answer_by(asked_at: datetime, policy: Policy, closed: Container[date], starts_at: datetime) -> datetime:
    """Until when the organiser answers a request."""
    return end_of(school_days_after(local_day(asked_at), policy.answer_days, closed), starts_at)


def offer_until(now: datetime, policy: Policy, closed: Container[date], starts_at: datetime) -> datetime:
    """Until when a free place waits for an answer; holidays do not count, and it never passes the start."""
    return end_of(school_days_after(local_day(now), policy.offer_days, closed), starts_at)


def reminder_times(starts_at: datetime, policy: Policy, closed: Container[date]) -> dict[int, datetime]:
    """When reminders are due: 8:00 local time, so many school days before."""
    lesson = local_day(starts_at)
    return {days: at_local(school_days_before(lesson, days, closed), REMINDER_CLOCK) for days in policy.reminder_days}


def adults_wanted(pupils: int, pupils_per_adult: int) -> int:
    return ceil(pupils / pupils_per_adult) if pupils_per_adult else 0


def terms_for(slot: Slot, policy: Policy, closed: Container[date], now: datetime) -> dict[str, Any]:
    """What is promised when booking now; copied into the booking, so that later edits change nothing for it."""
    return {
        "cancel_until": cancel_until(slot.starts_at, policy, closed).isoformat(),
        "free_cancel_days": policy.free_cancel_days,
        "answer_by": answer_by(now, policy, closed, slot.starts_at).isoformat(),
        "requests_hold": policy.requests_hold,
        "pupils_per_adult": policy.pupils_per_adult,
        "min_pupils": policy.min_pupils,
        "skip_ahead": policy.skip_ahead,
    }


def must_not_have_begun(slot: Slot, now: datetime) -> None:
    """Raises TooLate once the slot has started: from then on the school changes nothing."""
    if now >= slot.starts_at:
        raise TooLate


def is_late(cancel_free_until: datetime | None, now: datetime) -> bool:
    return cancel_free_until is not None and now >= cancel_free_until


def link_ends_at(slot: Slot) -> datetime:
    """Links in mails end two weeks after the visit."""
    return slot.ends_at + LINK_LIFE
