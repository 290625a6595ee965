"""From the question to the spreadsheet: an organiser narrows a report, takes it along and freezes it for a funder."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from booking.models import FrozenReport
from tests.factories import make_user
from tests.reports.conftest import Houses
from workshops.models import PotReader

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


# Whether a cell stays in its place when its table is scrolled to the end.
STAYS = """box => {
    const cells = {name: box.querySelector("tbody th"), number: box.querySelector("tbody td")}
    const places = () => Object.values(cells).map(cell => cell.getBoundingClientRect().left)
    const before = places()
    box.scrollLeft = box.scrollWidth
    const after = places()
    return Object.fromEntries(Object.keys(cells).map((name, at) => [name, after[at] === before[at]]))
}"""


@pytest.fixture
def houses() -> Houses:
    town = Houses()
    for number in range(6):
        town.visit(date(2025, 10, 7 + number), pot=1, group=f"7-{number}", school=number % 3)
        town.visit(date(2025, 11, 7 + number), workshop=1, group=f"8-{number}")
    town.visit(date(2025, 11, 20), state="confirmed")
    town.count()
    return town


def test_a_report_becomes_a_spreadsheet_and_is_frozen_for_the_funder(
    page: Any, live_server: Any, sign_in: Any, look: Any, houses: Houses
):
    sign_in(houses.organiser())
    page.goto(f"{live_server.url}/organise/reports/")
    page.fill("input[name=from]", "2025-08-01")
    page.fill("input[name=to]", "2026-07-31")
    page.select_option("select[name=group_by]", "workshop")
    page.select_option("select[name=funding_pot]", "region")
    page.click("text=Anzeigen")
    page.wait_for_url("**funding_pot=region**")
    look()
    expect(page.locator("text=1 Termin ist noch nicht erfasst")).to_be_hidden()  # it is charged to no pot
    assert page.inner_text("table.data >> nth=1 >> tfoot").split()[:2] == ["Summe", "6"]
    stays = page.locator(".scroll:has(> table.data)").last.evaluate(STAYS)
    assert stays == {"name": True, "number": False}, "on a phone the numbers pass, and the names of the rows stay"

    with page.expect_download() as taken:
        page.click("text=Bericht als XLSX")
    book = load_workbook(io.BytesIO(Path(taken.value.path()).read_bytes()))
    total = [cell.value for cell in list(book.worksheets[0])[-1]]
    assert (total[0], total[2], total[7]) == ("total", 6, 132)

    page.fill("input[name=note]", "Für den Fonds")
    page.click("text=Bericht festhalten")
    page.wait_for_url("**/frozen/*/")
    look()
    expect(page.locator("text=Heute kämen dieselben Zahlen heraus").first).to_be_visible()

    reader = make_user("frida")
    PotReader.objects.create(user=reader, pot=houses.pots[1])
    sign_in(reader)
    page.goto(f"{live_server.url}/organise/reports/frozen/")
    look()
    page.click("text=Für den Fonds")
    page.wait_for_url("**/frozen/*/")
    look()
    expect(page.locator("text=Nicht ausgewiesen:").first).to_be_visible()
    expect(page.locator(f"text={FrozenReport.objects.get().sha256}").first).to_be_visible()
