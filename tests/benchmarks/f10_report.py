"""F10: the report on participations beside the bare SQL aggregate, and the memory of its files, at two sizes."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.db import connection

from booking.reports import files, visits
from booking.reports.figures import MONTH
from booking.reports.participation import report
from booking.reports.question import Question
from tests import factories
from tests.benchmarks.house import House
from tests.benchmarks.measure import ROUNDS, Ratio, Series, stopwatch

TITLE = "F10 report by month beside the bare aggregate; memory of its files beside that of half the rows"
SIZES = {"region": 20_000, "state": 700_000}
SCHOOLS = 400
QUESTION = Question(date(2020, 1, 1), date(2030, 12, 31))
NOW = datetime(2026, 11, 1, tzinfo=ZoneInfo("Europe/Berlin"))
# What somebody would write who needs the same figures once: parts and total in one statement.
FLOOR = f"""
    SELECT {MONTH} AS month, count(*) FILTER (WHERE status = 'held'), sum(f), sum(m), sum(d), sum(unknown), sum(adults),
           sum((f::int + m + d + unknown) * minutes), sum(turned_away),
           count(DISTINCT school_id) FILTER (WHERE status = 'held')
    FROM booking_visitfact WHERE day BETWEEN %s AND %s AND partner_id = %s GROUP BY GROUPING SETS ((1), ())
"""
# Bookings that took place, for the files; facts for all, of which most have no booking: the sums ask for none.
BOOKINGS = """
    INSERT INTO booking_booking (uuid, reference, slot_id, school_id, group_name, grades, pupils, adults, language,
        needs, needs_list, note, first_visit, state, places_held, terms, consents, contact_name, contact_email,
        contact_phone, contact_language, link_version, sequence, version, created_at, updated_at, ended_by, end_reason,
        late)
    SELECT gen_random_uuid(), 'F' || lpad(n::text, 7, '0'), %(slot)s, (%(schools)s::bigint[])[1 + n %% 400],
        'g' || n, ARRAY[7], 20, 2, 'de', '', '{}', '', false, 'attended', 20, '{}', '[]', '', '', '', 'de', 1, 0, 1,
        now(), now(), '', '', false
    FROM generate_series(1, %(number)s) AS n RETURNING id
"""
FACTS = """
    INSERT INTO booking_visitfact (booking_id, slot_id, workshop_id, partner_id, helpers, school_id, status, day,
        school_year, minutes, format, discipline, language, school_kind, country, district, grades, grade_key,
        first_visit, planned, f, m, d, unknown, adults, family, turned_away)
    SELECT n, %(slot)s, %(workshop)s, %(partner)s, '{}', (%(schools)s::bigint[])[1 + n %% 400], 'held',
        date '2020-09-01' + (n %% 2190)::int, date '2020-08-01', 180, 'visit', 'physics', 'de', 'lower_sec', 'DE',
        '14626', ARRAY[7], '7', false, 20, n %% 12, 1 + n %% 9, n %% 2, n %% 3, 2, gen_random_uuid(), 0
    FROM generate_series(%(first)s, %(last)s) AS n
"""


def run(house: House) -> list[Ratio]:
    slot = house.open_slots(1)[0]
    schools = [factories.make_school().pk for _ in range(SCHOOLS)]
    keys = {"slot": slot.pk, "workshop": slot.workshop_id, "partner": slot.workshop.partner_id, "schools": schools}
    found: list[Ratio] = []
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET session_replication_role = replica")
        cursor.execute(BOOKINGS, keys | {"number": SIZES["region"]})
        first = min(pk for (pk,) in cursor)
        last = first - 1
        for size, number in SIZES.items():
            cursor.execute(FACTS, keys | {"first": last + 1, "last": first + number - 1})
            last = first + number - 1
            cursor.execute("VACUUM ANALYZE booking_visitfact")
            found.append(beside_floor(size, slot.workshop.partner_id))
    return [*found, *(memory(kind, write) for kind, write in WRITERS.items())]


def beside_floor(size: str, partner: int) -> Ratio:
    ratio = Ratio(Series(f"report at {size}", " ms"), Series("SQL", " ms"), 1.5, at_most=True)
    for _ in range(ROUNDS + 1):  # the first warms up
        with stopwatch() as bare, connection.cursor() as cursor:
            cursor.execute(FLOOR, [QUESTION.first, QUESTION.last, partner])
            cursor.fetchall()
        with stopwatch() as ours:
            report(QUESTION, frozenset({partner}), NOW)
        ratio.floor.values.append(bare[0] * 1000)
        ratio.ours.values.append(ours[0] * 1000)
    del ratio.floor.values[0], ratio.ours.values[0]
    return ratio


def csv_of(rows: Iterator[Any]) -> IO[bytes]:
    return files.as_csv(visits.COLUMNS, rows)


def xlsx_of(rows: Iterator[Any]) -> IO[bytes]:
    return files.rows_xlsx(visits.COLUMNS, rows, [])


WRITERS: dict[str, Callable[[Iterator[Any]], IO[bytes]]] = {"CSV": csv_of, "XLSX": xlsx_of}


def memory(kind: str, write: Callable[[Iterator[Any]], IO[bytes]]) -> Ratio:
    """The most that Python held while a file was written, beside half of its rows."""
    most = SIZES["region"]
    ratio = Ratio(Series(f"peak of {kind}, {most:,} rows", " MB"), Series("half of them", " MB"), 1.1, at_most=True)
    write(first(100)).close()
    ratio.floor.values.append(peak(write, most // 2))
    ratio.ours.values.append(peak(write, most))
    return ratio


def peak(write: Callable[[Iterator[Any]], IO[bytes]], number: int) -> float:
    tracemalloc.start()
    write(first(number)).close()
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6


def first(number: int) -> Iterator[Any]:
    rows = visits.rows(QUESTION, None)
    for _number, row in zip(range(number), rows, strict=False):  # in steps of the cursor
        yield row
    rows.close()  # type: ignore[attr-defined]  # a generator
