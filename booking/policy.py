"""What a rule of the house means on a date: pure functions, without database or clock."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from math import ceil
from typing import Any

from schools.schooldays import (
    at_local,
    day_end,
    local_day,
    school_days_after,
    school_days_before,
    school_year_of,
    working_days_before,
)
from workshops.models import WHOLE_DAY, Policy, Slot
from workshops.texts import Texts

MORNING = time(8)  # when people are reminded and asked
LONGEST_LOOK_BACK = timedelta(days=120)  # enough for ten school days across the summer holidays
LINK_LIFE = timedelta(days=14)
HAND_OVER_LIFE = timedelta(days=14)
SETTLED = timedelta(days=1)  # whoever has confirmed later than this before the question is not asked
OFFICE_DAYS = 3  # school days that the office of a school has to answer for its teacher

# What a school relies on once it has booked: copied into `terms`, so that later edits change nothing for it.
PROMISED = (
    "free_cancel_days", "cancel_steps", "offer_days", "requests_hold", "skip_ahead", "min_pupils", "pupils_per_adult",
    "least_adults", "reconfirm_weeks", "reconfirm_days", "reconfirm_then",
)  # fmt: skip


# Booking


def book_from(starts_at: datetime, policy: Policy, now: datetime) -> datetime:
    """When booking opens: at once, or at 0:00 of the local day `open_days` days before."""
    if not policy.open_days:
        return now
    return at_local(local_day(starts_at) - timedelta(days=policy.open_days), time.min)


def book_until(starts_at: datetime, policy: Policy) -> datetime:
    """When booking closes, never after the start: 24:00 of the local day `close_days` days before, or, where the house
    names an hour, that hour of the working day so many working days before."""
    lesson = local_day(starts_at)
    if policy.close_hour == WHOLE_DAY:
        return end_of(lesson - timedelta(days=policy.close_days), starts_at)
    return min(at_local(working_days_before(lesson, policy.close_days), time(policy.close_hour)), starts_at)


def answer_by(asked_at: datetime, policy: Policy, closed: Container[date], starts_at: datetime) -> datetime:
    """Until when the organiser answers a request."""
    return end_of(school_days_after(local_day(asked_at), policy.answer_days, closed), starts_at)


def offer_until(now: datetime, policy: Policy, closed: Container[date], starts_at: datetime) -> datetime:
    """Until when a free place waits for an answer; holidays do not count, and it never passes the start."""
    return end_of(school_days_after(local_day(now), policy.offer_days, closed), starts_at)


def end_of(day: date, starts_at: datetime) -> datetime:
    """24:00 of a local day, never after the start."""
    return min(day_end(day), starts_at)


def reminder_times(starts_at: datetime, policy: Policy, closed: Container[date]) -> dict[int, datetime]:
    """When reminders are due: 8:00 local time, so many school days before."""
    lesson = local_day(starts_at)
    return {days: at_local(school_days_before(lesson, days, closed), MORNING) for days in policy.reminder_days}


def adults_wanted(pupils: int, pupils_per_adult: int, least: int = 0) -> int:
    return max(ceil(pupils / pupils_per_adult) if pupils_per_adult else 0, least)


# Terms


def terms_for(slot: Slot, policy: Policy, closed: Container[date], now: datetime) -> dict[str, Any]:
    """What is promised when booking now: the values of the house, and the instants that follow from them."""
    promised = {name: plain(getattr(policy, name)) for name in PROMISED}
    return {
        **promised,
        **cancelling_dates(slot.starts_at, policy, closed),
        "answer_by": answer_by(now, policy, closed, slot.starts_at).isoformat(),
    }


def plain(value: Any) -> Any:
    """As JSON keeps it."""
    return list(value) if isinstance(value, tuple) else value


def agreed(terms: Mapping[str, Any], policy: Policy) -> Policy:
    """The policy as it was promised; what `terms` do not name, as it is now."""
    known: dict[str, Any] = {name: terms[name] for name in PROMISED if name in terms}
    if "cancel_steps" in known:
        known["cancel_steps"] = tuple(known["cancel_steps"])
    return replace(policy, **known)


def redated(terms: Mapping[str, Any], slot: Slot, policy: Policy, closed: Container[date]) -> dict[str, Any]:
    """The same promises for another date; an answer is owed as soon as it was, but before the start."""
    promised = terms.get("answer_by")
    until = {"answer_by": earlier(promised, slot.starts_at)} if promised else {}
    return {**terms, **cancelling_dates(slot.starts_at, agreed(terms, policy), closed), **until}


def earlier(text: str, moment: datetime) -> str:
    return min(datetime.fromisoformat(text), moment).isoformat()


# Cancelling


@dataclass(frozen=True, slots=True)
class CancelStep:
    """What cancelling means until an instant: free, or a fee (in euros, "65") and words of the house."""

    until: datetime
    is_free: bool = False
    fee: str = ""
    text: Texts = field(default_factory=Texts)

    @property
    def is_by_hand(self) -> bool:
        """Late without a fee or words: the house looks at the next booking itself."""
        return not (self.is_free or self.fee or self.text)


def free_until(lesson: date, school_days: int, closed: Container[date]) -> date:
    """The last date on which a school may cancel without consequence: `school_days` school days before the lesson."""
    return school_days_before(lesson, school_days, closed)


def cancel_until(starts_at: datetime, policy: Policy, closed: Container[date]) -> datetime:
    """The instant at which free cancelling ends: 24:00 of that local day."""
    return end_of(free_until(local_day(starts_at), policy.free_cancel_days, closed), starts_at)


def cancelling_dates(starts_at: datetime, policy: Policy, closed: Container[date]) -> dict[str, Any]:
    """The instants of the steps: free until 24:00 of a day, then step by step, the last until the start."""
    lesson = local_day(starts_at)
    free = cancel_until(starts_at, policy, closed)
    later = [
        {**step, "until": end_of(free_until(lesson, step["days"], closed), starts_at).isoformat()}
        for step in sorted(policy.cancel_steps, key=lambda step: -step["days"])
        if step["days"] < policy.free_cancel_days
    ]
    if later:
        later[-1]["until"] = starts_at.isoformat()
    return {"cancel_until": free.isoformat(), "later": later}


def cancel_steps(terms: Mapping[str, Any], starts_at: datetime) -> list[CancelStep]:
    """All steps in the order of time; the first is the free one."""
    if "cancel_until" not in terms:
        return []
    free = datetime.fromisoformat(terms["cancel_until"])
    later = [
        CancelStep(datetime.fromisoformat(step["until"]), fee=step.get("fee", ""), text=Texts(step.get("text", {})))
        for step in terms.get("later", ())
    ]
    return [CancelStep(free, is_free=True), *(later or [CancelStep(starts_at)])]


def step_at(terms: Mapping[str, Any], starts_at: datetime, now: datetime) -> CancelStep | None:
    """What cancelling means at `now`; after the last instant the last step holds."""
    steps = cancel_steps(terms, starts_at)
    return next((step for step in steps if now < step.until), steps[-1] if steps else None)


def cancel_until_moved(
    slot: Slot, promised: datetime | None, policy: Policy, closed: Container[date], now: datetime
) -> datetime:
    """Until when cancelling is free after the house has moved the visit: no school is worse off by that.

    As was promised, as is usual for the new date, or as long as an offer stands from the news on: the latest of them,
    but never after the start.
    """
    usual = cancel_until(slot.starts_at, policy, closed)
    to_decide = offer_until(now, policy, closed, slot.starts_at)
    return min(max(usual, to_decide, promised or usual), slot.starts_at)


def is_late(cancel_free_until: datetime | None, now: datetime) -> bool:
    return cancel_free_until is not None and now >= cancel_free_until


# Is it still on?


def reconfirm_at(starts_at: datetime, policy: Policy, confirmed_at: datetime) -> datetime | None:
    """When the school is asked whether the visit is still on: 8:00 local time, so many weeks before.

    None where the house does not ask, or the school said yes only a moment before.
    """
    if not policy.reconfirm_weeks:
        return None
    asked = at_local(local_day(starts_at) - timedelta(weeks=policy.reconfirm_weeks), MORNING)
    return asked if asked > confirmed_at + SETTLED else None


def reconfirm_until(asked_at: datetime, policy: Policy, closed: Container[date], starts_at: datetime) -> datetime:
    """Until when it is to be answered."""
    return end_of(school_days_after(local_day(asked_at), policy.reconfirm_days, closed), starts_at)


def office_until(asked_at: datetime, closed: Container[date], starts_at: datetime) -> datetime:
    """Until when the office of the school may answer instead, before the organiser hears of it."""
    return end_of(school_days_after(local_day(asked_at), OFFICE_DAYS, closed), starts_at)


# Missed visits


def marks_since(now: datetime, policy: Policy) -> datetime:
    """From when on missed visits and late cancellations count: the beginning of this school year, or of an earlier."""
    first = school_year_of(local_day(now))
    return at_local(first.replace(year=first.year - max(policy.no_show_years - 1, 0)), time.min)


# Time


def hand_over_until(now: datetime, starts_at: datetime) -> datetime:
    """Until when a colleague may say yes: the end of a day, at the latest the start of the visit."""
    return min(day_end(local_day(now + HAND_OVER_LIFE)), starts_at)


def link_ends_at(slot: Slot) -> datetime:
    """Links in mails end two weeks after the visit."""
    return slot.ends_at + LINK_LIFE
