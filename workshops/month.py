"""A month of a workshop as a calendar: its dates, and the days without lessons of the visitor's school."""

from __future__ import annotations

import re
from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from schools.models import School
from schools.schooldays import closures_for, days_of, local_day, named_holidays, public_holidays, subdivision_of
from workshops.models import Slot

WRITTEN = re.compile(r"(\d{4})-(\d{2})")
YEARS = range(2000, 2100)


@dataclass(frozen=True, order=True, slots=True)
class Month:
    year: int
    number: int

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The month of "2027-05", or None for anything else."""
        found = WRITTEN.fullmatch(text)
        if not found or int(found[1]) not in YEARS or not 1 <= int(found[2]) <= 12:
            return None
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02}"

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    def after(self, months: int) -> Month:
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, number + 1)


@dataclass(slots=True)
class Day:
    """A cell. `off` says why there are no lessons, in one word, `name` which holiday it is."""

    date: date
    slots: list[Slot] = field(default_factory=list)
    off: str = ""
    name: str = ""


def weeks_of(month: Month, slots: Iterable[Slot], school: School | None) -> list[list[Day | None]]:
    """The weeks of the month, Monday first; None stands for days of the neighbours. One query (closures)."""
    there: dict[date, list[Slot]] = defaultdict(list)
    for slot in slots:
        there[local_day(slot.starts_at)].append(slot)
    off = days_off(month.first, month.after(1).first, school)
    weeks = Calendar().monthdatescalendar(month.year, month.number)
    return [[cell(day, there, off) if day.month == month.number else None for day in week] for week in weeks]


def cell(day: date, slots: dict[date, list[Slot]], off: dict[date, tuple[str, str]]) -> Day:
    word, name = off.get(day, ("", ""))
    return Day(day, slots.get(day, []), word, name)


def days_off(first: date, last: date, school: School | None) -> dict[date, tuple[str, str]]:
    """Days without lessons in the region of `school` (Saxony without one): a word and the name, in the years of both
    days at least. One query."""
    country, subdivision = subdivision_of(school)
    off = {}
    for year in range(first.year, last.year + 1):
        public = public_holidays(country, subdivision, year)
        for day, name in named_holidays(country, subdivision, year, get_language() or "de").items():
            off[day] = (_("Holiday") if day in public else pgettext("calendar", "School holidays"), name)
    for closure in closures_for(school, first, last):
        off |= {day: (pgettext("calendar", "School holidays"), closure.name) for day in days_of(closure)}
    return off
