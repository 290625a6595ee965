"""How full the weeks are: places used of those offered (`places.py`), booked from this week on, and their bars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import F, Sum
from django.db.models.functions import TruncWeek

from booking.models import VisitFact
from booking.reports.places import CAME, Places, counted, held_on, left_out
from schools.schooldays import WEEK, at_local, local_day, monday_of
from workshops.models import Slot

BACK, AHEAD = 9, 2  # weeks beside the running one
LEFT, RIGHT, TOP, FLOOR = 44, 430, 24, 200  # of the chart, in its own pixels
BAR = 0.72  # of the room that a week has
FULL, STEP = 100, 50


@dataclass(frozen=True, slots=True)
class Week:
    """`to_come` marks the running week and later ones: their `places` are those of all dates that are not called off,
    used by who is booked so far."""

    monday: date
    places: Places
    to_come: bool = False
    runs: bool = False

    @property
    def percent(self) -> int | None:
        return self.places.whole

    @property
    def number(self) -> int:
        return self.monday.isocalendar().week


def weeks_around(now: datetime, slots: Any, facts: Any) -> list[Week]:
    """Those before, the running one and the next ones, of these rows. Five queries."""
    this = monday_of(local_day(now))
    first, after = this - BACK * WEEK, this + (AHEAD + 1) * WEEK
    before = slots.filter(starts_at__gte=at_local(first, time.min), starts_at__lt=at_local(this, time.min))
    coming = slots.filter(starts_at__gte=at_local(this, time.min), starts_at__lt=at_local(after, time.min))
    mondays = [first + number * WEEK for number in range(BACK + 1 + AHEAD)]
    places = used_by_week(before, facts.filter(day__gte=first, day__lt=this), now) | booked_by_week(coming)
    return [Week(day, places.get(day, Places(0, 0)), to_come=day >= this, runs=day == this) for day in mondays]


def used_by_week(slots: Any, facts: Any, now: datetime) -> dict[date, Places]:
    """As `places_of`, of the dates of each week and the visits on them."""
    offered = by_week(counted(slots, now), "starts_at", F("capacity"))
    came = by_week(facts.filter(status=VisitFact.Status.HELD), "day", CAME)
    besides = by_week(held_on(left_out(slots, now).values("pk")), "day", CAME)
    return {week: Places(number, came.get(week, 0) - besides.get(week, 0)) for week, number in offered.items()}


def booked_by_week(slots: Any) -> dict[date, Places]:
    on = slots.exclude(state=Slot.State.CANCELLED)
    offered, taken = (by_week(on, "starts_at", F(name)) for name in ("capacity", "places_taken"))
    return {week: Places(number, taken[week]) for week, number in offered.items()}


def by_week(rows: Any, when: str, what: Any) -> dict[date, int]:
    """Sums by the Monday of the local week."""
    found = rows.order_by().annotate(week=TruncWeek(when)).values_list("week").annotate(sum=Sum(what))
    return {week.date() if isinstance(week, datetime) else week: total or 0 for week, total in found}


@dataclass(frozen=True, slots=True)
class Bar:
    """A week in the chart."""

    week: Week
    x: int
    width: int
    middle: int
    y: int = FLOOR
    height: int = 0

    @property
    def above(self) -> int:
        """Where its number stands."""
        return self.y - 6


@dataclass(frozen=True, slots=True)
class Chart:
    bars: list[Bar]
    lines: list[tuple[int, int]]  # percent and height of the rules behind

    @property
    def has_any(self) -> bool:
        return any(bar.week.places.offered for bar in self.bars)


def drawn(weeks: list[Week]) -> Chart:
    """Bars from 0 to 100 percent, or higher where more came than there are places."""
    most = max([FULL, *(week.percent or 0 for week in weeks)])
    top = -(-most // STEP) * STEP
    room = (RIGHT - LEFT) / len(weeks)

    def height(percent: int) -> int:
        return round((FLOOR - TOP) * percent / top)

    bars = []
    for number, week in enumerate(weeks):
        tall = height(week.percent or 0)
        middle = round(LEFT + room * (number + 0.5))
        width = round(room * BAR)
        bars.append(Bar(week, middle - width // 2, width, middle, FLOOR - tall, tall))
    return Chart(bars, [(percent, FLOOR - height(percent)) for percent in range(0, top + 1, STEP)])
