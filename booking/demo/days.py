"""The calendar that the demo is laid on: today, and the school days of Saxony around it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from schools.schooldays import (
    at_local,
    closed_days,
    is_school_day,
    local_day,
    school_days_after,
    school_days_before,
)

LOOK_BACK = timedelta(days=150)
LOOK_AHEAD = timedelta(days=120)
A_MOMENT = timedelta(minutes=5)


class Days:
    def __init__(self, now: datetime) -> None:
        self.now = now
        self.today = local_day(now)
        self.first = self.today - LOOK_BACK
        self.last = self.today + LOOK_AHEAD
        self.closed = closed_days(None, self.first - LOOK_BACK, self.last + LOOK_BACK)

    @property
    def visit_day(self) -> date:
        """Today, or the next school day: there is something to see for the trainer."""
        return self.today if self.is_school_day(self.today) else self.ahead(1)

    def is_school_day(self, day: date) -> bool:
        return is_school_day(day, self.closed)

    def back(self, count: int) -> date:
        """The day since which `count` school days have passed; on a weekend too, whose last school day is over."""
        last = self.today if self.is_school_day(self.today) else school_days_before(self.today, 1, self.closed)
        return school_days_before(last, count, self.closed)

    def ahead(self, count: int) -> date:
        return school_days_after(self.today, count, self.closed)

    def past(self, day: date, clock: time) -> datetime:
        """That moment, or a moment ago if it is still to come: the demo may be loaded at any hour."""
        return min(at_local(day, clock), self.now - A_MOMENT)
