"""Charts as numbers for a drawing of our own: where each bar begins and how far it goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from math import ceil
from typing import Any

from django.utils import dateformat

from booking.reports.participation import Report

PEOPLE = ("f", "m", "d", "unknown")
WIDTH, LEFT, TOP, BASE = 430, 44, 24, 200  # of the drawing of months
LINE, MOST_LINES, LONGEST = 46, 12, 48  # of the drawing of names
MOST_MONTHS = 12  # beside each other
STEPS = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True)
class Piece:
    """A stretch of a bar, in the colour `c1` to `c4`."""

    colour: str
    x: float
    y: float
    width: float
    height: float


@dataclass
class Bar:
    label: str
    total: int
    x: float
    y: float
    pieces: list[Piece] = field(default_factory=list)


@dataclass(frozen=True)
class Chart:
    """`upright`: months from left to right; else names one below the other, the largest first. `left_out`: how many
    smaller ones are only in the table. `grid`: (value, where its line is)."""

    bars: list[Bar]
    upright: bool
    height: int
    highest: dict[str, Any]
    left_out: int = 0
    grid: tuple[tuple[int, float], ...] = ()
    width: int = WIDTH


def of_participations(found: Report) -> Chart | None:
    """Nothing where nobody came, or where it was withheld who."""
    rows = [row for row in found["rows"] if row["participations"]["total"]]
    if not rows:
        return None
    highest = max(rows, key=lambda row: row["participations"]["total"])
    if found["group_by"] == "month" and len(found["rows"]) <= MOST_MONTHS:
        return upright(found["rows"], highest)
    rows.sort(key=lambda row: -row["participations"]["total"])
    return lying(rows, highest)


def upright(rows: list[dict[str, Any]], highest: dict[str, Any]) -> Chart:
    top = round_up(highest["participations"]["total"])
    step = (WIDTH - LEFT) / len(rows)
    wide = min(step * 0.7, 40)
    bars = []
    for number, row in enumerate(rows):
        middle, y = LEFT + step * (number + 0.5), float(BASE)
        bar = Bar(short_month(row["key"]), row["participations"]["total"] or 0, round(middle, 1), y)
        for colour, name in enumerate(PEOPLE, 1):
            height = (BASE - TOP) * (row["participations"][name] or 0) / top
            if height:
                y -= height
                bar.pieces.append(
                    Piece(f"c{colour}", round(middle - wide / 2, 1), round(y, 1), round(wide, 1), round(height, 1))
                )
        bar.y = round(y - 7, 1)
        bars.append(bar)
    lines = tuple((value, round(BASE - (BASE - TOP) * value / top, 1)) for value in (0, top // 2, top))
    return Chart(bars, upright=True, height=BASE + 26, highest=highest, grid=lines)


def lying(rows: list[dict[str, Any]], highest: dict[str, Any]) -> Chart:
    top, room = highest["participations"]["total"], WIDTH - 60
    bars = []
    for number, row in enumerate(rows[:MOST_LINES]):
        x, y = 0.0, number * LINE
        bar = Bar(shortened(row["label"]), row["participations"]["total"], 0, y + 16)
        for colour, name in enumerate(PEOPLE, 1):
            wide = room * (row["participations"][name] or 0) / top
            if wide:
                bar.pieces.append(Piece(f"c{colour}", round(x, 1), y + 22, round(wide, 1), 16))
                x += wide
        bar.x = round(x + 8, 1)
        bars.append(bar)
    return Chart(bars, upright=False, height=len(bars) * LINE, highest=highest, left_out=len(rows) - len(bars))


def round_up(value: int) -> int:
    """The next even number that people like on an axis."""
    power: int = 10 ** (len(str(value)) - 1)
    return next(ceil(power * step / 2) * 2 for step in STEPS if power * step >= value)


def short_month(key: str) -> str:
    return dateformat.format(date.fromisoformat(f"{key}-01"), "M")


def shortened(label: str) -> str:
    return label if len(label) <= LONGEST else f"{label[: LONGEST - 1].rstrip()}…"
