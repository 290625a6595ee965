"""A calendar to look at: a month as a table, a week as columns, an agenda as a list. What happens is given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from schools.schooldays import ONE_DAY, WEEK, local_day, monday_of
from schools.sorting import sort_key
from workshops.month import Month

View = Literal["month", "week", "agenda"]
Tone = Literal["", "good", "wait", "bad"]
VIEWS: tuple[View, ...] = ("month", "week", "agenda")
AGENDA = timedelta(days=28)
MOST_IN_A_CELL = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that takes place. `says` tells its state in words, `tone` colours it besides; times are aware.
    `language` is that of the title where the page speaks another."""

    starts: datetime
    ends: datetime
    title: str
    url: str
    place: str = ""
    says: str = ""
    tone: Tone = ""
    language: str = ""


@dataclass(slots=True)
class Day:
    """A local day. `off` says in one word why there are no lessons, `name` which holiday it is."""

    date: date
    entries: list[Entry] = field(default_factory=list)
    off: str = ""
    name: str = ""
    is_today: bool = False
    is_beside: bool = False  # of the month before or after

    @property
    def first_entries(self) -> list[Entry]:
        """What a cell has room for; all but the last place if there are more."""
        return self.entries if len(self.entries) <= MOST_IN_A_CELL else self.entries[: MOST_IN_A_CELL - 1]

    @property
    def more(self) -> int:
        return len(self.entries) - len(self.first_entries)


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a view shows around `day`: from `first` up to, but not with, `end`."""

    view: View
    day: date

    @property
    def first(self) -> date:
        if self.view == "agenda":
            return self.day
        return monday_of(self.day if self.view == "week" else Month.of(self.day).first)

    @property
    def end(self) -> date:
        if self.view == "agenda":
            return self.day + AGENDA
        return (
            self.first + WEEK if self.view == "week" else monday_of(Month.of(self.day).after(1).first - ONE_DAY) + WEEK
        )

    @property
    def last(self) -> date:
        return self.end - ONE_DAY

    def beside(self, steps: int) -> date:
        """A day of the period so many steps later."""
        if self.view == "month":
            return Month.of(self.day).after(steps).first
        return self.first + (WEEK if self.view == "week" else AGENDA) * steps

    def __iter__(self) -> Iterator[date]:
        return (self.first + ONE_DAY * step for step in range((self.end - self.first).days))


def days_of(period: Period, entries: Iterable[Entry], off: Mapping[date, tuple[str, str]], *, today: date) -> list[Day]:
    """Every day of the period with what takes place, by time; an entry stands on the local day on which it begins."""
    there: dict[date, list[Entry]] = defaultdict(list)
    for entry in entries:
        there[local_day(entry.starts)].append(entry)
    days = []
    for day in period:
        word, name = off.get(day, ("", ""))
        inside = sorted(there[day], key=lambda entry: (entry.starts, entry.ends, sort_key(entry.title)))
        beside = period.view == "month" and day.month != period.day.month
        days.append(Day(day, inside, word, name, is_today=day == today, is_beside=beside))
    return days


def weeks_of(days: list[Day]) -> list[tuple[int, list[Day]]]:
    """Whole weeks, each with its number by ISO 8601. The days begin with a Monday."""
    return [(days[at].date.isocalendar().week, days[at : at + 7]) for at in range(0, len(days), 7)]


def listed(days: Iterable[Day]) -> list[Day]:
    """What a list shows: days with entries, and the first of each run of the same holidays."""
    shown: list[Day] = []
    before = ""
    for day in days:
        if day.entries or (day.name and day.name != before):
            shown.append(day)
        before = day.name
    return shown
