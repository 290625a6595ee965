"""Reports of organisers: the page of a question, its drawing and table, and the same as files."""

from __future__ import annotations

import csv
import io
from datetime import date, time
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from pypdf import PdfReader

from booking.reports import files
from booking.reports.participation import report
from tests.reports.conftest import LATER, YEAR, Houses

PAGE = "/organise/reports/"
ASKED = {"from": "2025-08-01", "to": "2026-07-31"}


@pytest.fixture
def houses(db: None) -> Houses:
    town = Houses()
    town.visit(date(2025, 10, 7), pot=1)
    town.visit(date(2025, 11, 7), school=1, workshop=1, counts=(1, 2, 3, 4), minutes=100)
    town.visit(date(2025, 11, 8), state="confirmed")
    town.count()
    return town


@pytest.fixture
def olga(client: Client, houses: Houses) -> Client:
    client.force_login(houses.organiser())
    return client


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_the_page_names_figures_and_what_is_not_recorded(olga: Client):
    page = olga.get(PAGE, ASKED).content.decode()
    assert "82,67" in page
    assert "1 Termin ist noch nicht erfasst" in page
    assert page.count('class="c1"') >= 2
    assert "style=" not in page


def test_numbers_of_the_drawing_have_points_in_every_language(olga: Client):
    drawing = olga.get(PAGE, ASKED | {"group_by": "workshop"}).content.decode().partition('<svg class="chart"')[2]
    assert 'width="' in drawing
    assert not any("," in part.partition('"')[0] for part in drawing.partition("</svg>")[0].split('width="')[1:])


@pytest.mark.parametrize("group_by", ["workshop", "month"])
def test_large_numbers_are_written_in_the_drawing_as_beside_it(group_by: str, olga: Client, houses: Houses):
    houses.visit(date(2025, 12, 1), counts=(1000, 200, 0, 34))
    houses.count()
    page = olga.get(PAGE, ASKED | {"group_by": group_by}).content.decode()
    drawing = page.partition("</desc>")[2].partition("</svg>")[0]
    assert ">1.2" in drawing
    assert ">12" not in drawing


def test_what_cannot_be_asked_stands_at_its_field_and_nothing_typed_is_lost(olga: Client):
    answer = olga.get(PAGE, {"from": "2026-03-01", "to": "2026-02-01", "grade": "7"})
    page = answer.content.decode()
    assert "Der Zeitraum endet, bevor er beginnt." in page
    assert 'value="2026-03-01"' in page
    assert '<option value="7" selected>' in page
    assert "report" not in answer.context


@pytest.mark.parametrize("kind", ["participation.csv", "participation.xlsx", "participation.pdf", "visits.csv"])
def test_a_file_of_nonsense_leads_back_to_the_page_that_says_why(olga: Client, kind: str):
    answer = olga.get(f"{PAGE}{kind}", {"from": "nonsense"})
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}?from=nonsense")


@pytest.mark.parametrize(
    "path", ["", "participation.csv", "participation.xlsx", "participation.pdf", "visits.csv", "visits.xlsx"]
)
def test_the_house_of_somebody_else_is_not_there(client: Client, houses: Houses, path: str):
    client.force_login(houses.organiser("maker"))
    assert client.get(f"{PAGE}{path}", ASKED | {"partner": "lab"}).status_code == 404
    assert client.get(f"{PAGE}{path}", ASKED | {"partner": "maker"}).status_code == 200


def test_every_visit_is_a_row_of_the_csv(olga: Client, houses: Houses):
    school = houses.schools[0]
    school.name = '=2+3 "Schule"; die\nzweite'
    school.save()
    answer = olga.get(f"{PAGE}visits.csv", ASKED)
    content = body(answer)
    assert content.startswith(b"\xef\xbb\xbfreference;day;status;")
    heading, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    assert len(lines) == 2
    first = dict(zip(heading, lines[0], strict=True))
    assert first["school"] == '\'=2+3 "Schule"; die zweite'
    assert (first["day"], first["funding_pot"], first["f"], first["first_visit"]) == (
        "2025-10-07",
        "region",
        "11",
        "false",
    )
    assert sum(int(line[heading.index("f")]) for line in lines) == 12


def test_every_visit_is_a_row_of_the_xlsx_with_types(olga: Client):
    book = load_workbook(io.BytesIO(body(olga.get(f"{PAGE}visits.xlsx", ASKED))))
    rows, meanings = book.worksheets
    heading = [cell.value for cell in rows[1]]
    first = dict(zip(heading, rows[2], strict=True))
    assert (first["day"].is_date, first["f"].value, first["first_visit"].value) == (True, 11, False)
    assert rows.max_row == 3
    assert {"f", "minutes", "turned_away"} <= {line[0].value for line in meanings.iter_rows()}


def test_more_rows_than_a_spreadsheet_takes_are_only_csv(olga: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "MOST_IN_XLSX", 1)
    answer = olga.get(f"{PAGE}visits.xlsx", ASKED, follow=True)
    assert "Bitte nehmen Sie die CSV-Datei." in answer.content.decode()
    assert olga.get(f"{PAGE}visits.csv", ASKED).status_code == 200


def test_the_pdf_is_tagged_german_and_thanks_the_funders(olga: Client, houses: Houses):
    houses.lab.name = "Labor \U0001f52c <b>#set</b> ﬁ"
    houses.lab.save()
    answer = olga.get(f"{PAGE}participation.pdf", ASKED, headers={"accept-language": "en"})
    assert answer["Content-Type"] == "application/pdf"
    paper = PdfReader(io.BytesIO(answer.content))
    root, text = paper.trailer["/Root"], "\n".join(page.extract_text() for page in paper.pages)
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("de", True)
    assert "/StructTreeRoot" in root
    assert paper.metadata
    assert paper.metadata.title == "Teilnahmen vom 1. August 2025 bis 31. Juli 2026"
    for words in (
        "Oktober 2025",
        "82,67",
        "Dank an region",
        "Noch nicht erfasst",
        "08.11.2025 09:00",
        "<b>#set</b> fi",
    ):
        assert words in text, words


@pytest.mark.parametrize("group_by", ["month", "workshop"])
def test_any_number_of_visits_takes_the_same_number_of_queries(olga: Client, houses: Houses, group_by: str):
    asked = []
    olga.get(PAGE)
    for number in (0, 3):
        for day in range(number):
            houses.visit(date(2026, 1 + day, 9), school=day, workshop=day)
            houses.visit(date(2026, 1 + day, 10), state="confirmed")
        houses.count()
        with CaptureQueriesContext(connection) as queries:
            olga.get(PAGE, ASKED | {"group_by": group_by})
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_the_definitions_say_every_figure_with_its_query(olga: Client):
    page = olga.get(f"{PAGE}definitions/").content.decode()
    for words in ("Kontaktstunden zu 60 Minuten", "Ohne Platz geblieben", "count(DISTINCT school_id)"):
        assert words in page


def lines_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body(answer).decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_files_say_the_same_as_the_report(olga: Client, houses: Houses):
    total = report(YEAR, frozenset({houses.lab.pk}), LATER)["total"]
    heading, *lines = lines_of(olga.get(f"{PAGE}participation.csv", ASKED))
    (last,) = [dict(zip(heading, line, strict=True)) for line in lines if line[:1] == ["total"]]
    assert last["participations_total"] == str(total["participations"]["total"])


@pytest.mark.parametrize(("language", "hours"), [("de", "82,67"), ("cs", "82,67"), ("en", "82.67")])
def test_the_csv_writes_decimals_as_the_spreadsheets_of_its_reader_do(olga: Client, language: str, hours: str):
    answer = olga.get(f"{PAGE}participation.csv", ASKED, headers={"accept-language": language})
    heading, _first, _second, total, *_below = lines_of(answer)
    assert total[heading.index("contact_hours")] == hours


def test_the_csv_says_below_its_sum_what_others_led_and_what_is_not_recorded(client: Client, houses: Houses):
    houses.visit(date(2025, 12, 1), workshop=0)  # of the lab, with help of the makers
    missing = houses.visit(date(2025, 12, 2), workshop=2, state="confirmed")
    houses.count()
    client.force_login(houses.organiser("maker"))
    heading, total, *blocks = lines_of(client.get(f"{PAGE}participation.csv", ASKED))
    whole = dict(zip(heading, total, strict=True))
    assert (whole["key"], whole["sessions"]) == ("total", "0")
    assert (whole["open_dates"], whole["joint_sessions"], whole["joint_participations"]) == ("1", "2", "44")
    empty, title, columns, lab, joint = blocks[:5]
    assert (empty, title, columns[:3]) == (
        [],
        ["Gemeinsame Besuche, die andere verantworten"],
        ["key", "label", "sessions"],
    )
    assert (lab[0], lab[2], joint[0], joint[2]) == ("lab", "2", "total", "2")
    title = str(houses.workshops[2].title)
    place = missing.slot.venue.address if missing.slot.venue else "an der Schule"
    assert blocks[5:] == [
        [],
        ["Offene Termine"],
        ["Tag", "Beginn", "Workshop", "Ort", "Link"],
        ["02.12.2025", "09:00", title, place, f"{settings.SITE_URL}/organise/slots/{missing.slot_id}/"],
    ]


def test_open_dates_of_the_xlsx_are_days_times_and_links(olga: Client, houses: Houses):
    book = load_workbook(io.BytesIO(body(olga.get(f"{PAGE}participation.xlsx", ASKED))))
    heading, line = book["Offene Termine"].iter_rows()
    day, begins, workshop, _place, link = line
    assert [cell.value for cell in heading] == ["Tag", "Beginn", "Workshop", "Ort", "Link"]
    assert (day.is_date, day.value.date(), begins.value) == (True, date(2025, 11, 8), time(9))
    assert workshop.value == str(houses.workshops[0].title)
    assert link.hyperlink.target.endswith(f"/organise/slots/{houses.workshops[0].slots.latest('starts_at').pk}/")


def test_districts_beyond_the_borders_have_names(olga: Client, houses: Houses):
    houses.visit(date(2025, 12, 3), school=2, workshop=1)
    houses.count()
    page = olga.get(PAGE, ASKED | {"group_by": "district"}).content.decode()
    assert '<option value="0225">powiat zgorzelecki</option>' in page
    assert '<th scope="row">powiat zgorzelecki</th>' in page
