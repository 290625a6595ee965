"""Bars for results, drawn by the server: whole numbers, so that no language writes a comma into a drawing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils import dateformat
from django.utils.translation import gettext as _

from booking.feedback.questions import Question
from booking.feedback.results import Result, Spread

MOST_PERIODS = 8  # as many columns as a phone shows
STEP, TOP, TALL = 44, 18, 100
WIDE = 1000


class Part(NamedTuple):
    """One level of a stacked bar: its class, where it begins, how wide it is."""

    tone: str
    x: int
    width: int


class Column(NamedTuple):
    x: int
    y: int
    height: int
    percent: int
    label: str
    year: str

    @property
    def middle(self) -> int:
        return self.x + STEP // 2


@dataclass(frozen=True, slots=True)
class Chart:
    """How many of a hundred agreed, period by period, for one question."""

    question: Question
    columns: Sequence[Column]

    @property
    def width(self) -> int:
        return STEP * MOST_PERIODS

    @property
    def in_words(self) -> str:
        return ", ".join(f"{column.label} {column.year}: {column.percent} %" for column in self.columns)


def parts(spread: Spread) -> list[Part]:
    """A bar `WIDE` wide; the last part ends where the bar ends."""
    found, sum_before = [], 0
    for number, count in enumerate(spread.counts, 1):
        begin, end = (WIDE * some // spread.all for some in (sum_before, sum_before + count))
        found.append(Part(f"c{number}", begin, end - begin))
        sum_before += count
    return found


def charts(periods: Mapping[date, Result], label: str) -> list[Chart]:
    """One for each question; `label` is month or half."""
    words = [(labels(day, label), result.spreads) for day, result in periods.items()]
    if not words:
        return []
    questions = [spread.question for spread in words[0][1]]
    return [
        Chart(question, list(columns((label, spreads[number].percent) for label, spreads in words)))
        for number, question in enumerate(questions)
    ]


def columns(values: Iterable[tuple[tuple[str, str], int]]) -> Iterable[Column]:
    for number, ((label, year), percent) in enumerate(values):
        height = max(1, TALL * percent // 100)
        yield Column(STEP * number, TOP + TALL - height, height, percent, label, year)


def labels(day: date, of: str) -> tuple[str, str]:
    """May and 27; or, of a half of a school year, its number and 26/27."""
    if of == "month":
        return dateformat.format(day, "M"), dateformat.format(day, "Y")
    first = day.year if day.month == 8 else day.year - 1
    name = _("1st half") if day.month == 8 else _("2nd half")
    return name, f"{first % 100:02d}/{(first + 1) % 100:02d}"


def latest(periods: dict[date, Result]) -> dict[date, Result]:
    return dict(list(periods.items())[-MOST_PERIODS:])
