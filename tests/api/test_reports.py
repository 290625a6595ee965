"""GET reports/participation/: who may read it, what may be asked, and the same figures in three formats."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tests.api.conftest import Api, refusal, wrong_fields
from tests.factories import make_user
from tests.reports.conftest import Houses

ADDRESS = "/api/v1/reports/participation/"
YEAR = {"from": "2025-08-01", "to": "2026-07-31"}


@pytest.fixture
def houses(db: None) -> Houses:
    town = Houses()
    town.visit(date(2025, 10, 7), pot=1)
    town.visit(date(2025, 11, 7), school=1, counts=(1, 2, 3, 4), minutes=100)
    town.visit(date(2025, 11, 8), state="confirmed")
    town.count()
    return town


@pytest.fixture
def program(api: Api, houses: Houses) -> Any:
    return api(houses.organiser())


def sheet(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def test_the_report_as_the_interface_says(program: Any):
    found = program.get(ADDRESS, YEAR | {"group_by": "month"}).json()

    assert (found["from"], found["to"], found["group_by"]) == ("2025-08-01", "2026-07-31", "month")
    first, second = found["rows"]
    assert (first["key"], second["key"]) == ("2025-10", "2025-11")
    assert first["participations"] == {"f": 11, "m": 9, "d": 0, "unknown": 2, "total": 22}
    assert (second["contact_hours"], second["lesson_hours"]) == (16.67, 22.22)
    assert (found["total"]["sessions"], found["total"]["schools"]) == (2, 2)
    assert len(found["open"]) == 1
    assert found["frozen"] is None


def test_without_a_period_it_is_this_school_year(program: Any):
    found = program.get(ADDRESS).json()
    assert (found["from"][5:], found["to"][5:], found["group_by"]) == ("08-01", "07-31", "month")
    assert program.get(ADDRESS, {"from": "2024-11-05"}).json()["to"] == "2025-07-31"
    assert program.get(ADDRESS, {"to": "2024-11-05"}).json()["from"] == "2024-08-01"


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"from": "yesterday"}, {"from": "invalid"}),
        ({"to": "2025-02-30"}, {"to": "invalid"}),
        ({"from": "2026-01-02", "to": "2026-01-01"}, {"to": "before"}),
        ({"group_by": "weather"}, {"group_by": "invalid_choice"}),
        ({"partner": "nobody"}, {"partner": "invalid_choice"}),
        ({"workshop": "print"}, {"workshop": "invalid_choice"}),  # of another house
        ({"funding_pot": "none"}, {"funding_pot": "invalid_choice"}),
        ({"grade": "14"}, {"grade": "invalid_choice"}),
        ({"district": "x" * 13}, {"district": "max_length"}),
        ({"format": "pdf"}, {"format": "invalid_choice"}),
    ],
)
def test_what_cannot_be_asked_is_told_at_its_name(program: Any, asked: dict[str, str], wrong: dict[str, str]):
    assert wrong_fields(program.get(ADDRESS, asked)) == wrong


def test_who_may_ask(api: Api, houses: Houses):
    olga, mara = houses.organiser(), houses.organiser("maker")
    assert refusal(api().get(ADDRESS))[0] == 401
    assert refusal(api(make_user("ada")).get(ADDRESS))[0] == 403
    assert refusal(api(olga, scope="book").get(ADDRESS)) == (403, "scope")
    assert refusal(api(mara).get(ADDRESS, YEAR | {"partner": "lab"}))[0] == 404
    assert api(mara).get(ADDRESS, YEAR).json()["total"]["sessions"] == 0
    admin = make_user("nora", is_network_admin=True)
    assert api(admin).get(ADDRESS, YEAR | {"partner": "lab"}).json()["total"]["sessions"] == 2


def test_the_csv_has_the_names_of_the_json_and_ends_with_the_total(program: Any):
    answer = program.get(ADDRESS, YEAR | {"format": "csv"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-store"
    body = b"".join(answer.streaming_content)
    assert body.startswith(b"\xef\xbb\xbfkey;label;sessions;participations_f;")
    assert body.count(b"\r\n") == body.count(b"\n") == 4

    heading, *lines = sheet(program.get(ADDRESS, YEAR | {"format": "csv"}))
    total = dict(zip(heading, lines[-1], strict=True))
    assert (total["key"], total["participations_total"], total["contact_hours"]) == ("total", "32", "82.67")


def test_names_that_look_like_formulas_are_none(houses: Houses, program: Any):
    heat = houses.workshops[0]
    heat.title = {"de": '=HYPERLINK("http://x";"Wärme")\nund "mehr"; jetzt'}
    heat.save()
    asked = YEAR | {"group_by": "workshop"}
    _heading, line, _total = sheet(program.get(ADDRESS, asked | {"format": "csv"}))
    assert line[1] == '\'=HYPERLINK("http://x";"Wärme") und "mehr"; jetzt'

    answer = program.get(ADDRESS, asked | {"format": "xlsx"})
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    cell = book.worksheets[0]["B2"]
    assert (cell.data_type, cell.value[:10]) == ("s", "=HYPERLINK")


def test_the_xlsx_has_typed_cells_a_frozen_heading_and_says_what_it_means(program: Any):
    answer = program.get(ADDRESS, YEAR | {"format": "xlsx"})
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    rows, meanings = book.worksheets[0], book.worksheets[-1]

    assert rows.freeze_panes == "A2"
    heading = [cell.value for cell in rows[1]]
    first = dict(zip(heading, rows[2], strict=True))
    assert (first["key"].value, first["sessions"].value, first["contact_hours"].value) == ("2025-10", 1, 66)
    assert first["contact_hours"].number_format == "#,##0.00"
    told = {line[0].value: line[1].value for line in meanings.iter_rows()}
    assert {"contact_hours", "turned_away", "schools"} <= set(told)
    assert told["Zeitraum"].count("2026") == 1


def test_any_number_of_rows_takes_the_same_number_of_queries(program: Any, houses: Houses):
    asked = []
    program.get(ADDRESS, YEAR)  # the token notes its first use
    for number in (0, 3):
        for day in range(number):
            houses.visit(date(2026, 1 + day, 9), school=day, workshop=day)
        houses.count()
        with CaptureQueriesContext(connection) as queries:
            assert program.get(ADDRESS, YEAR).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]
