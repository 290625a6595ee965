"""How full the weeks are: places used of those offered, and the bars that show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import F, Sum
from django.db.models.functions import TruncWeek

from booking.models import Booking, VisitFact
from booking.planning.week import WEEK, monday_of
from schools.schooldays import at_local, local_day
from workshops.models import Slot

BACK, AHEAD = 9, 2  # weeks beside the running one
LEFT, RIGHT, TOP, FLOOR = 44, 430, 24, 200  # of the chart, in its own pixels
BAR = 0.72  # of the room that a week has
FULL, STEP = 100, 50


@dataclass(frozen=True, slots=True)
class Week:
    """`used` are who came, and where nobody has recorded it yet who is booked; `offered` all places that were not
    called off. `to_come` marks the running week and later ones."""

    monday: date
    used: int
    offered: int
    to_come: bool = False
    runs: bool = False

    @property
    def percent(self) -> int | None:
        return round(FULL * self.used / self.offered) if self.offered else None

    @property
    def number(self) -> int:
        return self.monday.isocalendar().week


def weeks_around(now: datetime, slots: Any, facts: Any, bookings: Any) -> list[Week]:
    """Those before, the running one and the next ones, of these rows. Three queries."""
    this = monday_of(local_day(now))
    first, after = this - BACK * WEEK, this + (AHEAD + 1) * WEEK
    start, end = at_local(first, time.min), at_local(after, time.min)
    within = {"starts_at__gte": start, "starts_at__lt": end}
    on_slot = {f"slot__{name}": value for name, value in within.items()}
    offered = by_week(slots.filter(**within).exclude(state=Slot.State.CANCELLED), "starts_at", F("capacity"))
    came = F("f") + F("m") + F("d") + F("unknown")
    held = facts.filter(status=VisitFact.Status.HELD, day__gte=first, day__lt=after)
    used = by_week(held, "day", came)
    booked = by_week(bookings.filter(state=Booking.State.CONFIRMED, **on_slot), "slot__starts_at", F("places_held"))
    mondays = [first + number * WEEK for number in range(BACK + 1 + AHEAD)]
    return [
        Week(day, used.get(day, 0) + booked.get(day, 0), offered.get(day, 0), to_come=day >= this, runs=day == this)
        for day in mondays
    ]


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
        return any(bar.week.offered for bar in self.bars)


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
