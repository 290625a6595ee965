"""The sums of a report: one query over the facts, grouped, with its total in the same breath."""

from __future__ import annotations

from typing import Any

from django.db import connection

from booking.reports.question import Question
from booking.reports.rounding import HOUR, LESSON, in_hours, shared_out

Houses = frozenset[int] | None  # keys of partners whose visits are read; None: of the whole network
Row = dict[str, Any]

MONTH = "day - extract(day FROM day)::int + 1"  # its first day
KEYS = {
    "partner": "partner_id",
    "workshop": "workshop_id",
    "funding_pot": "pot_id",
    "district": "district",
    "country": "country",
    "school_type": "school_kind",
    "grade": "grade_key",
    "month": MONTH,
}
NARROWED = {
    "partner": "partner_id IN (SELECT id FROM workshops_partner WHERE slug = %(partner)s)",
    "workshop": "workshop_id IN (SELECT id FROM workshops_workshop WHERE slug = %(workshop)s)",
    "funding_pot": "pot_id IN (SELECT id FROM workshops_fundingpot WHERE code = %(funding_pot)s)",
    "district": "district = %(district)s",
    "country": "country = %(country)s",
    "school_type": "school_kind = %(school_type)s",
    "grade": "grade_key = %(grade)s",
}
PERIOD = "day BETWEEN %(first)s AND %(last)s"
LED = "(%(houses)s::bigint[] IS NULL OR partner_id = ANY(%(houses)s::bigint[]))"
HELPED = "helpers && %(houses)s::bigint[] AND partner_id <> ALL(%(houses)s::bigint[])"
# Sums of each school first: schools are counted once in every part, and once in the total, without a second look.
SUMS = """
    WITH of_school AS (
        SELECT {key} AS key, school_id,
               count(*) FILTER (WHERE status = 'held') AS sessions,
               count(*) FILTER (WHERE status = 'no_show') AS no_shows,
               count(*) FILTER (WHERE status = 'held' AND first_visit) AS first_visits,
               sum(f) AS f, sum(m) AS m, sum(d) AS d, sum(unknown) AS unknown, sum(adults) AS adults,
               sum((f::int + m + d + unknown) * minutes) AS minutes, sum(turned_away) AS turned_away
        FROM booking_visitfact WHERE {where} GROUP BY 1, 2
    )
    SELECT key, GROUPING(key) = 1, coalesce(sum(sessions), 0), coalesce(sum(f), 0), coalesce(sum(m), 0),
           coalesce(sum(d), 0), coalesce(sum(unknown), 0), coalesce(sum(adults), 0), coalesce(sum(minutes), 0),
           count(DISTINCT school_id) FILTER (WHERE sessions > 0), coalesce(sum(turned_away), 0),
           coalesce(sum(no_shows), 0), coalesce(sum(first_visits), 0)
    FROM of_school GROUP BY GROUPING SETS ((key), ())
"""
NUMBERS = (
    "sessions", "f", "m", "d", "unknown", "adults", "contact_minutes", "schools", "turned_away", "no_shows",
    "first_visits",
)  # fmt: skip


def led(question: Question, houses: Houses) -> str:
    """The condition for visits of the workshops of these houses."""
    return " AND ".join([PERIOD, LED, *(NARROWED[name] for name in question.filters)])


def helped(question: Question, houses: Houses) -> str:
    """The condition for visits that other houses led and these helped with."""
    others = [NARROWED[name] for name in question.filters if name != "partner"]
    return " AND ".join([PERIOD, HELPED, *others])


def values_of(question: Question, houses: Houses) -> dict[str, Any]:
    keys = None if houses is None else sorted(houses)
    return {"first": question.first, "last": question.last, "houses": keys, **question.filters}


def sums(key: str, where: str, values: dict[str, Any]) -> tuple[list[Row], Row]:
    """A row for each key, in no order, and the total. One query."""
    with connection.cursor() as cursor:
        cursor.execute(SUMS.format(key=KEYS[key], where=where), values)
        found = cursor.fetchall()
    parts = [(line[0], numbers_of(line)) for line in found if not line[1]]
    total = next(numbers_of(line) for line in found if line[1])
    hours = (in_hours(total["contact_minutes"], unit) for unit in (HOUR, LESSON))
    return with_hours(parts), row("total", total, *hours)


def numbers_of(line: Any) -> dict[str, int]:
    return dict(zip(NUMBERS, map(int, line[2:]), strict=True))


def with_hours(parts: list[tuple[Any, dict[str, int]]]) -> list[Row]:
    """In the order of the keys, so that the same figures are rounded in the same way."""
    parts = sorted(parts, key=lambda part: str(part[0]))
    minutes = [numbers["contact_minutes"] for _key, numbers in parts]
    hours = zip(shared_out(minutes, HOUR), shared_out(minutes, LESSON), strict=True)
    return [row(key, numbers, *both) for (key, numbers), both in zip(parts, hours, strict=True)]


def row(key: Any, numbers: dict[str, int], contact_hours: float, lesson_hours: float) -> Row:
    people = {name: numbers[name] for name in ("f", "m", "d", "unknown")}
    return {
        "key": key,
        "label": "",
        "sessions": numbers["sessions"],
        "participations": people | {"total": sum(people.values())},
        "adults": numbers["adults"],
        "contact_hours": contact_hours,
        "lesson_hours": lesson_hours,
        **{name: numbers[name] for name in ("schools", "turned_away", "contact_minutes", "no_shows", "first_visits")},
    }
