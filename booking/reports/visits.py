"""The rows behind a report: one a visit or a wish that came to nothing, streamed from the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction

from booking.reports.figures import Houses, led, values_of
from booking.reports.question import Question

AT_ONCE = 2_000
COLUMNS = (
    "reference", "day", "status", "partner", "workshop", "title", "funding_pot", "school_id", "school", "city",
    "district", "country", "school_type", "grades", "grade", "format", "discipline", "language", "minutes", "planned",
    "f", "m", "d", "unknown", "adults", "first_visit", "turned_away",
)  # fmt: skip
WANTED = """
    b.reference, f.day, f.status, p.slug, w.slug, coalesce(nullif(w.title ->> 'de', ''), w.slug),
    coalesce(pot.code, ''), f.school_id, c.name, c.city, f.district, f.country, f.school_kind,
    array_to_string(f.grades, ','), f.grade_key, f.format, f.discipline, f.language, f.minutes, f.planned, f.f, f.m,
    f.d, f.unknown, f.adults, f.first_visit, f.turned_away
"""
FACTS = "(SELECT * FROM booking_visitfact WHERE {where}) f"
ROWS = f"""
    SELECT {WANTED} FROM {FACTS}
    JOIN booking_booking b ON b.id = f.booking_id JOIN workshops_partner p ON p.id = f.partner_id
    JOIN workshops_workshop w ON w.id = f.workshop_id JOIN schools_school c ON c.id = f.school_id
    LEFT JOIN workshops_fundingpot pot ON pot.id = f.pot_id
    ORDER BY f.day, f.booking_id
"""  # noqa: S608 (names of our own)


def count(question: Question, houses: Houses) -> int:
    with connection.cursor() as cursor:
        where = led(question, houses)
        cursor.execute(
            f"SELECT count(*) FROM booking_visitfact WHERE {where}",  # noqa: S608 (names of our own)
            values_of(question, houses),
        )
        return int(cursor.fetchone()[0])


def rows(question: Question, houses: Houses) -> Iterator[tuple[Any, ...]]:
    """By day, some thousand at once by a cursor of the server: what is read is not held. One query."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(ROWS.format(where=led(question, houses)), values_of(question, houses))
        while some := cursor.fetchmany(AT_ONCE):
            yield from some
