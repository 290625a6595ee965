"""What a funder does not see: numbers under five, and whatever would tell such one by a difference.

In each line of a table, be it a row with its sum or a column with its total, either nothing is withheld, or at least
two numbers that make five or more together; and no withheld number follows from all the others that are shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from booking.reports.participation import Report
from booking.reports.rounding import HOUR

LEAST = 5
PRIME = 2**61 - 1
PEOPLE = ("m", "f", "unknown", "d")  # in this order something is withheld beside what is too small
COLUMNS = (
    "sessions",
    *PEOPLE,
    "total",
    "adults",
    "schools",
    "turned_away",
    "contact_minutes",
    "no_shows",
    "first_visits",
)
HOURS = ("contact_hours", "lesson_hours")

Cell = tuple[int, str]  # row (-1 is the total) and column
Line = tuple[tuple[Cell, ...], Cell]  # parts and their sum


def masked(found: Report) -> Report:
    """A copy with None for each withheld number."""
    copy = deepcopy(found)
    for table in (copy, copy.get("joint")):
        if table:
            mask(table)
    if not tells_nothing_more(copy):
        copy["places"] = None
    copy["open_dates"] = [{**one, "slot": None} for one in copy.get("open_dates", ())]  # nothing to open there
    return copy


def tells_nothing_more(found: Report) -> bool:
    """Whether the places used are the very participations that are shown: else a difference would be told."""
    places = found.get("places")
    return places is not None and places["used"] == found["total"]["participations"]["total"]


def mask(table: dict[str, Any]) -> None:
    rows = {**dict(enumerate(table["rows"])), -1: table["total"]}
    numbers = {(row, column): number_in(one, column) for row, one in rows.items() for column in COLUMNS}
    for row, column in withheld(numbers, list(lines(len(table["rows"])))):
        place = rows[row]["participations"] if column in {*PEOPLE, "total"} else rows[row]
        place[column] = None
    for one in rows.values():
        if one["contact_minutes"] is None:
            one.update(dict.fromkeys(HOURS))


def number_in(one: dict[str, Any], column: str) -> int:
    return int((one["participations"] if column in {*PEOPLE, "total"} else one)[column])


def lines(rows: int) -> Iterator[Line]:
    """All sums that a reader of the table can make."""
    for row in (*range(rows), -1):
        yield tuple((row, column) for column in PEOPLE), (row, "total")
    if rows:
        for column in COLUMNS:
            yield tuple((row, column) for row in range(rows)), (-1, column)


def withheld(numbers: dict[Cell, int], all_lines: list[Line]) -> set[Cell]:
    """The cells that are not shown: what is too small, then more of each line until nothing can be told."""
    hidden = {cell for cell, number in numbers.items() if number < least(cell)}
    for cell in list(hidden):  # hours would tell who came
        if cell[1] == "total":
            hidden.add((cell[0], "contact_minutes"))
    while more := next_to_hide(numbers, all_lines, hidden):
        hidden.add(more)
        if more[1] == "total":
            hidden.add((more[0], "contact_minutes"))
    return hidden


def least(cell: Cell) -> int:
    """Minutes stand for hours."""
    return LEAST * HOUR if cell[1] == "contact_minutes" else LEAST


def next_to_hide(numbers: dict[Cell, int], all_lines: list[Line], hidden: set[Cell]) -> Cell | None:
    for line in all_lines:
        if tells(numbers, line, hidden):
            return choice(numbers, line, hidden)
    told = determined(all_lines, hidden)
    open_lines = (line for line in all_lines if told & {*line[0], line[1]})
    return next((cell for line in open_lines if (cell := choice(numbers, line, hidden))), None)


def tells(numbers: dict[Cell, int], line: Line, hidden: set[Cell]) -> bool:
    """Whether the line alone gives away a withheld number, or that some together are under five."""
    parts, total = line
    away = [cell for cell in parts if cell in hidden]
    if total in hidden:
        return not away
    return bool(away) and (len(away) == 1 or sum(numbers[cell] for cell in away) < LEAST)


def choice(numbers: dict[Cell, int], line: Line, hidden: set[Cell]) -> Cell | None:
    """What to withhold next in a line: of people the boys first, so that girls stand beside the sum; of rows the
    smallest; the sum itself only at last."""
    parts, total = line
    shown = [cell for cell in parts if cell not in hidden]
    if not shown:
        return None if total in hidden else total
    if total[1] == "total" and parts[0][0] == total[0]:
        return shown[0]
    return min(shown, key=lambda cell: (numbers[cell], cell))


def determined(all_lines: list[Line], hidden: set[Cell]) -> set[Cell]:
    """Withheld cells that follow from what is shown, by all lines together: linear algebra over a large prime."""
    order = {cell: number for number, cell in enumerate(sorted(hidden))}
    reduced: dict[int, dict[int, int]] = {}
    for parts, total in all_lines:
        equation = {order[cell]: 1 for cell in parts if cell in hidden}
        if total in hidden:
            equation[order[total]] = PRIME - 1
        add(reduced, equation)
    cells = sorted(hidden)
    return {cells[pivot] for pivot, equation in reduced.items() if len(equation) == 1}


def add(reduced: dict[int, dict[int, int]], equation: dict[int, int]) -> None:
    """Bring an equation into the reduced ones (row echelon form, each pivot in one equation alone)."""
    for pivot in [one for one in equation if one in reduced]:
        subtract(equation, reduced[pivot], equation[pivot])
    if not equation:
        return
    pivot = min(equation)
    inverse = pow(equation[pivot], -1, PRIME)
    for name, value in equation.items():
        equation[name] = value * inverse % PRIME
    for other in reduced.values():
        if pivot in other:
            subtract(other, equation, other[pivot])
    reduced[pivot] = equation


def subtract(equation: dict[int, int], other: dict[int, int], times: int) -> None:
    for name, value in other.items():
        left = (equation.get(name, 0) - times * value) % PRIME
        if left:
            equation[name] = left
        else:
            equation.pop(name, None)
