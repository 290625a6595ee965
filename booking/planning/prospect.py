"""What one should know of dates before opening them: holidays, twins, and who could lead. Answers, no effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.translation import get_language

from booking.planning.opening import Opening, end_of
from schools.models import Closure, Country
from schools.schooldays import SUBDIVISIONS, days_of, local_day, named_holidays
from workshops.models import Assignment, Slot, Trainer, Workshop

SIGNS = {Country.DE: "SN", Country.PL: "PL", Country.CZ: "CZ"}
Busy = list[tuple[int, datetime, datetime]]
Taken = tuple[datetime, datetime, Opening | None]


@dataclass
class Prospect:
    """A date that is not there yet. `holidays`: of which country and how called; `free`: trainers who could lead it;
    `beside`: another date of the workshop or in the same place at that time, which exists or is in the same list."""

    opening: Opening
    holidays: list[str] = field(default_factory=list)
    exists: bool = False
    beside: bool = False
    free: int = 0

    @property
    def ends_at(self) -> datetime:
        return end_of(self.opening)

    @property
    def is_weekend(self) -> bool:
        return local_day(self.opening.starts_at).weekday() >= 5


def prospects(openings: Sequence[Opening]) -> list[Prospect]:
    """Each of the openings, of one workshop and in the order of time, with what to know. Five queries."""
    workshop = openings[0].workshop
    first, last = openings[0].starts_at, end_of(openings[-1])
    holidays = named_days_of_all(local_day(first), local_day(last))
    starts = Slot.objects.filter(workshop=workshop, starts_at__in=[one.starts_at for one in openings])
    there = set(starts.exclude(state=Slot.State.CANCELLED).values_list("starts_at", flat=True))
    taken = [*times_there(openings, first, last), *((one.starts_at, end_of(one), one) for one in openings)]
    team, busy = people(workshop, first - timedelta(days=1), last + timedelta(days=1))
    return [
        Prospect(
            one,
            holidays=holidays.get(local_day(one.starts_at), []),
            exists=one.starts_at in there,
            beside=one.starts_at not in there and any(overlap(one, other) for other in taken if other[2] is not one),
            free=len(team - bound(one, busy)),
        )
        for one in openings
    ]


def times_there(openings: Sequence[Opening], first: datetime, last: datetime) -> list[Taken]:
    """When other dates of the workshop, or in the same place, begin and end. One query."""
    venue = openings[0].venue or openings[0].workshop.venue
    here = Q(workshop=openings[0].workshop) | (Q(venue=venue) if venue else Q())
    slots = Slot.objects.filter(here, starts_at__lt=last, ends_at__gt=first).exclude(state=Slot.State.CANCELLED)
    return [(starts, ends, None) for starts, ends in slots.values_list("starts_at", "ends_at")]


def overlap(opening: Opening, other: Taken) -> bool:
    return opening.starts_at < other[1] and other[0] < end_of(opening)


def named_days_of_all(first: date, last: date) -> dict[date, list[str]]:
    """Days without lessons in Saxony, Lower Silesia and Czechia, each as “SN: Pfingsten”. One query."""
    days: dict[date, list[str]] = {}
    for country, subdivision in SUBDIVISIONS.items():
        for year in range(first.year, last.year + 1):
            for day, name in named_holidays(country, subdivision, year, get_language() or "de").items():
                days.setdefault(day, []).append(f"{SIGNS[Country(country)]}: {name}")
    for closure in Closure.objects.touching(first, last).filter(country__in=SUBDIVISIONS):
        for day in days_of(closure):
            days.setdefault(day, []).append(f"{SIGNS[Country(closure.country)]}: {closure.name}")
    return days


def people(workshop: Workshop, first: datetime, last: datetime) -> tuple[set[int], Busy]:
    """Who can lead the workshop (where nobody is named for it, the whole team), and when somebody is bound."""
    team = Trainer.objects.filter(engagements__partner=workshop.partner_id)
    able = set(team.filter(qualifications__workshop=workshop).values_list("pk", flat=True))
    known = able or set(team.values_list("pk", flat=True))
    rows = Assignment.objects.accepted().filter(trainer__in=known, during__overlap=(first, last))
    return known, [(trainer, during.lower, during.upper) for trainer, during in rows.values_list("trainer", "during")]


def bound(opening: Opening, busy: Busy) -> set[int]:
    """Who is needed elsewhere while it lasts, set-up and tear-down included."""
    starts = opening.starts_at - timedelta(minutes=opening.setup_minutes)
    ends = end_of(opening) + timedelta(minutes=opening.teardown_minutes)
    return {trainer for trainer, first, last in busy if first < ends and last > starts}
