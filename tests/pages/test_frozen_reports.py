"""Frozen reports: one button, the same figures years later; funders read theirs without small numbers."""

from __future__ import annotations

import io
import itertools
import re
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.actor import Actor
from booking import rules
from booking.models import FrozenReport
from booking.rules import Counts
from tests.api.conftest import refusal
from tests.factories import make_assignment, make_trainer, make_user
from tests.reports.conftest import LATER, Houses
from workshops.models import PotReader

FREEZE, LIST = "/organise/reports/freeze/", "/organise/reports/frozen/"
API = "/api/v1/reports/participation/"
ASKED = {"from": "2025-08-01", "to": "2026-07-31", "group_by": "month", "funding_pot": "region"}
QUERY = "?from=2025-08-01&to=2026-07-31&group_by=month&funding_pot=region"


@pytest.fixture
def houses(db: None) -> Houses:
    town = Houses()
    for month in (9, 10, 11, 12):
        for group in range(6):
            town.visit(
                date(2025, month, 2 + group), pot=1, group=f"7-{group}", counts=(10, 8, 1 if month == 9 else 0, 0)
            )
    town.visit(date(2025, 9, 20), pot=2)
    town.count()
    return town


@pytest.fixture
def olga(houses: Houses) -> Client:
    return signed_in(houses.organiser())


@pytest.fixture
def frida(houses: Houses) -> Client:
    reader = make_user("frida")
    PotReader.objects.create(user=reader, pot=houses.pots[1])
    return signed_in(reader)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def frozen(olga: Client, query: str = QUERY, **sent: str) -> FrozenReport:
    answer = olga.post(f"{FREEZE}{query}", sent)
    assert answer.status_code == 302, answer.content
    return FrozenReport.objects.get(pk=int(answer["Location"].strip("/").rpartition("/")[2]))


def test_one_button_freezes_and_a_second_press_changes_nothing(olga: Client):
    kept = frozen(olga, note="Für den Fonds")
    assert frozen(olga) == kept
    page = olga.get(f"{LIST}{kept.pk}/").content.decode()
    for words in (kept.sha256, "Für den Fonds", "Heute kämen dieselben Zahlen heraus", "438"):
        assert words in page, words
    assert "01.08.2025" in olga.get(LIST).content.decode()


def test_no_level_of_headings_is_left_out(olga: Client):
    page = olga.get(f"{LIST}{frozen(olga).pk}/").content.decode()
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", page)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), levels


def test_a_correction_is_shown_as_a_difference(olga: Client, houses: Houses):
    kept = frozen(olga)
    booking = houses.workshops[0].slots.earliest("starts_at").bookings.get()
    assert kept.by
    counts = Counts(f=12, m=8, d=1, adults=2, minutes=180)
    rules.attend(booking, counts, by=Actor.person(kept.by), now=LATER, reason="two came late")
    page = olga.get(f"{LIST}{kept.pk}/").content.decode()
    assert "<td>438</td><td>440 <strong>(+2)</strong></td>" in page  # then, today, and by how much


def test_the_bytes_under_the_digest_can_be_taken_along(olga: Client):
    kept = frozen(olga)
    answer = olga.get(f"{LIST}{kept.pk}/content.txt")
    assert sha256(answer.content).hexdigest() == kept.sha256


def test_what_cannot_be_frozen_leads_back_to_the_page(olga: Client, houses: Houses):
    assert olga.post(f"{FREEZE}?from=nonsense")["Location"].endswith("/organise/reports/?from=nonsense")
    both = houses.organiser("maker")
    both.partner_roles.create(partner=houses.lab)
    answer = signed_in(both).post(f"{FREEZE}{QUERY}", follow=True)
    assert "Bitte wählen Sie das Haus" in answer.content.decode()
    assert not FrozenReport.objects.exists()


def test_a_report_of_the_whole_network_is_for_its_admins(olga: Client, houses: Houses):
    nora = signed_in(make_user("nora", is_network_admin=True))
    kept = frozen(nora)
    assert kept.partner is None
    assert olga.get(f"{LIST}{kept.pk}/").status_code == 404
    assert nora.get(f"{LIST}{frozen(olga).pk}/").status_code == 200


def test_a_funder_reads_the_own_pot_and_nothing_under_five(olga: Client, frida: Client):
    kept, other = frozen(olga), frozen(olga, QUERY.replace("region", "esf"))
    page = frida.get(f"{LIST}{kept.pk}/").content.decode()
    assert "nicht ausgewiesen" in page
    assert "Heute" not in page
    assert frida.get(f"{LIST}{other.pk}/").status_code == 404
    listed = frida.get(LIST).content.decode()
    assert f"{LIST}{kept.pk}/" in listed
    assert f"{LIST}{other.pk}/" not in listed

    book = load_workbook(io.BytesIO(b"".join(frida.get(f"{LIST}{kept.pk}/report.xlsx").streaming_content)))
    numbers = [cell.value for line in book.worksheets[0].iter_rows(min_row=2, min_col=3) for cell in line]
    assert all(value is None or value >= 5 for value in numbers)
    meanings = [cell.value for (cell,) in book["Definitionen"].iter_rows(min_col=2, max_col=2)]
    assert sum("eine leere Zelle steht" in str(words) for words in meanings) == 1
    paper = PdfReader(io.BytesIO(frida.get(f"{LIST}{kept.pk}/report.pdf").content))
    text = "\n".join(one.extract_text() for one in paper.pages)
    assert kept.sha256 in text.replace("\n", "")
    assert "Dank an region" in text
    assert "Ein Punkt oder eine leere Zelle steht" in text.replace("\n", " ")
    full = PdfReader(io.BytesIO(olga.get(f"{LIST}{kept.pk}/report.pdf").content))
    assert "leere Zelle" not in full.pages[0].extract_text()


def test_a_funder_finds_what_each_figure_means(olga: Client, frida: Client):
    page = frida.get(f"{LIST}{frozen(olga).pk}/").content.decode()
    assert 'href="/organise/reports/definitions/"' in page
    words = frida.get("/organise/reports/definitions/").content.decode()
    assert "Kontaktstunden zu 60 Minuten" in words
    assert f'href="{LIST}"' in words
    assert 'href="/organise/reports/"' not in words  # no tabs that would refuse


def test_dates_that_were_not_recorded_are_listed_for_both(olga: Client, frida: Client, houses: Houses):
    missing = houses.visit(date(2025, 11, 20), pot=1, state="confirmed")
    kept = frozen(olga)
    row = "Donnerstag, 20. November 2025, 9:00 Uhr"
    page = olga.get(f"{LIST}{kept.pk}/").content.decode()
    assert f'<a href="/organise/slots/{missing.slot_id}/">{row}</a>' in page
    theirs = frida.get(f"{LIST}{kept.pk}/").content.decode()
    assert row in theirs
    assert "/organise/slots/" not in theirs


def test_the_paper_of_a_frozen_report_is_the_same_bytes(olga: Client, houses: Houses):
    kept = frozen(olga)
    first = olga.get(f"{LIST}{kept.pk}/report.pdf").content
    houses.lab.name = "Anders"
    houses.lab.save()
    assert olga.get(f"{LIST}{kept.pk}/report.pdf").content == first


def test_by_the_api_a_funder_reads_the_newest_of_exactly_this_query(olga: Client, frida: Client, houses: Houses):
    assert refusal(frida.get(API, ASKED))[0] == 404
    kept = frozen(olga)
    found = frida.get(API, ASKED).json()
    assert found["frozen"]["sha256"] == kept.sha256
    assert [row["participations"]["d"] for row in found["rows"]] == [None] * 4  # six, and from three zeros no more
    assert found["total"]["participations"]["d"] == 6
    assert [row["participations"]["f"] for row in found["rows"]] == [60] * 4
    houses.visit(date(2026, 1, 9), pot=1)
    houses.count()
    newer = frozen(olga)
    assert frida.get(API, ASKED).json()["frozen"]["sha256"] == newer.sha256 != kept.sha256
    assert frida.get(f"{LIST}{newer.pk}/").status_code == 200
    assert frida.get(f"{LIST}{kept.pk}/").status_code == 404  # the difference of the two is one class
    assert f"{LIST}{kept.pk}/" not in frida.get(LIST).content.decode()
    assert olga.get(f"{LIST}{kept.pk}/").status_code == 200

    for other in (
        {"group_by": "district"},
        {"to": "2026-07-30"},
        {"funding_pot": "esf"},
        {"country": "DE"},
        {"partner": "maker"},
    ):
        assert refusal(frida.get(API, ASKED | other))[0] == 404, other
    assert refusal(frida.get(API, {name: ASKED[name] for name in ("from", "to")}))[0] == 404
    assert frida.get(API, ASKED | {"partner": "lab"}).json()["frozen"]["sha256"] == newer.sha256
    whole = frozen(signed_in(make_user("nora", is_network_admin=True)))
    assert frida.get(API, ASKED).json()["frozen"]["id"] == whole.pk
    assert frida.get(API, ASKED | {"format": "csv"}).status_code == 200


def test_who_corrects_a_frozen_visit_says_why_on_the_page_and_by_the_api(olga: Client, houses: Houses):
    booking = houses.workshops[0].slots.earliest("starts_at").bookings.get()
    tom = make_trainer(houses.lab, "tom")
    make_assignment(booking.slot, tom)
    frozen(olga)
    trainer, page = signed_in(tom.user), f"/trainer/slots/{booking.slot_id}/"
    sent = {"booking": booking.reference, "how": "counts", "seen": "1", "f": "5", "minutes": "60"}

    answer = trainer.post(page, sent)
    assert "Ein festgehaltener Bericht zählt diesen Besuch" in answer.content.decode()
    assert 'value="5"' in answer.content.decode()
    assert trainer.post(page, sent | {"reason": "Vertauscht"}).status_code == 302
    assert booking.changes.latest("pk").reason == "Vertauscht"

    address, came = f"/api/v1/bookings/{booking.pk}/attendance/", {"present": {"f": 6}, "minutes": 60}
    answer = olga.put(address, came, content_type="application/json")
    assert [error["field"] for error in answer.json()["errors"]] == ["reason"]
    assert olga.put(address, came | {"reason": "Nachgezählt"}, content_type="application/json").status_code == 200


def test_what_was_harmed_is_said(olga: Client):
    kept = frozen(olga)
    FrozenReport.objects.update(rows="{}")
    assert "Das ist nicht mehr, was festgehalten wurde." in olga.get(f"{LIST}{kept.pk}/").content.decode()


def test_funders_find_the_reports_after_signing_in(frida: Client):
    assert frida.get("/start/")["Location"] == LIST
    assert "Noch kein Bericht festgehalten" in frida.get(LIST).content.decode()
