"""What a funder reads: nothing under five, and nothing from which such a number follows."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.reports.masking import COLUMNS, PEOPLE, masked

ADDED = ("sessions", "adults", "schools", "turned_away", "contact_minutes", "no_shows", "first_visits")
small = st.one_of(st.integers(0, 8), st.integers(0, 200))
part = st.fixed_dictionaries(dict.fromkeys((*PEOPLE, *ADDED), small))


def row(key: str, numbers: dict[str, int]) -> dict[str, Any]:
    people = {name: numbers[name] for name in PEOPLE}
    minutes = numbers["contact_minutes"]
    hours = {"contact_hours": round(minutes / 60, 2), "lesson_hours": round(minutes / 45, 2)}
    others = {name: numbers[name] for name in ADDED}
    return {"key": key, "label": key, "participations": people | {"total": sum(people.values())}, **others, **hours}


def report(parts: list[dict[str, int]]) -> dict[str, Any]:
    total = {name: sum(one[name] for one in parts) for name in (*PEOPLE, *ADDED)}
    return {
        "rows": [row(str(number), one) for number, one in enumerate(parts)],
        "total": row("total", total),
        "joint": None,
    }


def cells(found: dict[str, Any]) -> dict[tuple[int, str], Any]:
    rows = [*found["rows"], found["total"]]
    return {(number, name): (one | one["participations"])[name] for number, one in enumerate(rows) for name in COLUMNS}


def lines_of(rows: int) -> list[tuple[list[tuple[int, str]], tuple[int, str]]]:
    across = [([(number, name) for name in PEOPLE], (number, "total")) for number in range(rows + 1)]
    down = [([(number, name) for number in range(rows)], (rows, name)) for name in COLUMNS]
    return across + (down if rows else [])


def rank(equations: list[list[int]]) -> int:
    left, found = [list(map(Fraction, one)) for one in equations], 0
    for column in range(len(left[0]) if left else 0):
        pivot = next((one for one in range(found, len(left)) if left[one][column]), None)
        if pivot is None:
            continue
        left[found], left[pivot] = left[pivot], left[found]
        for one in range(found + 1, len(left)):
            if left[one][column]:
                times = left[one][column] / left[found][column]
                left[one] = [a - times * b for a, b in zip(left[one], left[found], strict=True)]
        found += 1
    return found


@settings(max_examples=40, deadline=None)
@given(st.lists(part, max_size=5))
def test_nothing_small_is_shown_and_nothing_withheld_can_be_told(parts: list[dict[str, int]]):
    found = report(parts)
    numbers, shown = cells(found), cells(masked(found))

    assert all(value is None or value == numbers[cell] for cell, value in shown.items())
    assert all(value is None or value >= 5 for value in shown.values())
    hours = [one[name] for one in masked(found)["rows"] for name in ("contact_hours", "lesson_hours")]
    assert all(value is None or value >= 5 for value in hours)
    hidden = [cell for cell, value in shown.items() if value is None]
    for away, total in lines_of(len(parts)):
        gone = [cell for cell in away if cell in hidden]
        if total not in hidden and gone:
            assert len(gone) > 1
            assert sum(numbers[cell] for cell in gone) >= 5
    equations = [[(cell in away) - (cell == total) for cell in hidden] for away, total in lines_of(len(parts))]
    full = rank(equations)
    for number in range(len(hidden)):
        alone = [int(number == other) for other in range(len(hidden))]
        assert rank([*equations, alone]) == full + 1, hidden[number]


def test_hours_do_not_tell_what_is_withheld():
    one = dict.fromkeys((*PEOPLE, *ADDED), 0) | {"f": 3, "contact_minutes": 540, "sessions": 5}
    other = dict.fromkeys((*PEOPLE, *ADDED), 0) | {"f": 20, "m": 20, "contact_minutes": 7200, "sessions": 9}
    third = dict.fromkeys((*PEOPLE, *ADDED), 0) | {"f": 30, "m": 10, "contact_minutes": 7200, "sessions": 9}
    rows = masked(report([one, other, third]))["rows"]
    assert (rows[0]["participations"]["total"], rows[0]["contact_hours"], rows[0]["lesson_hours"]) == (None, None, None)
    assert sum(row["contact_hours"] is None for row in rows) == 2  # else the total tells


def test_girls_stand_beside_the_sum_where_boys_are_withheld():
    parts = [dict.fromkeys((*PEOPLE, *ADDED), 50) | {"d": 0, "unknown": 2, "f": 11, "m": 9} for _ in range(3)]
    people = masked(report(parts))["rows"][0]["participations"]
    assert people == {"f": 11, "m": None, "d": None, "unknown": None, "total": 22}


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_a_report_of_nothing_is_withheld_as_a_whole(rows: int):
    found = masked(report([dict.fromkeys((*PEOPLE, *ADDED), 0)] * rows))
    assert set(cells(found).values()) == {None}


def test_what_a_house_reads_is_left_as_it_is():
    found = report([dict.fromkeys((*PEOPLE, *ADDED), 1)])
    masked(found)
    assert found["rows"][0]["sessions"] == 1


@pytest.mark.parametrize(
    ("parts", "used", "shown"),
    [
        ([9, 30], 39, True),  # the very participations that are shown
        ([9, 30], 37, False),  # the difference: who came to a date that is not wholly recorded
        ([2, 1], 3, False),
    ],
)
def test_places_used_tell_a_funder_nothing_that_is_withheld(parts: list[int], used: int, shown: bool):
    zero = dict.fromkeys((*PEOPLE, *ADDED), 0)
    found = report([zero | {"f": number} for number in parts]) | {
        "places": {"offered": 60, "used": used, "percent": 65.0},
        "open_dates": [{"slot": 7, "day": "2025-11-08"}],
    }
    seen = masked(found)
    assert seen["places"] == (found["places"] if shown else None)
    assert seen["open_dates"] == [{"slot": None, "day": "2025-11-08"}]
