"""Who looks into the calendar walks from month to week to list, with script and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.factories import in_days, make_assignment, make_booking, make_slot, make_trainer, make_workshop

INK = "oklch(0.25 0.055 270)"

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_trainer_finds_a_class_in_each_view(page, live_server, sign_in, look):
    workshop = make_workshop(title="3D-Druck: vom CAD zum Anhänger")
    slot = make_slot(workshop, starts_at=in_days(40))
    tom = make_trainer(workshop.partner, "tom")
    make_assignment(slot, tom)
    make_booking(slot)
    sign_in(tom.user)
    found = f"a[href='/trainer/slots/{slot.pk}/']"

    page.goto(f"{live_server.url}/trainer/")
    page.click(".tabbar a[href='/calendar/trainer/']")
    page.goto(f"{live_server.url}/calendar/trainer/?date={slot.starts_at:%Y-%m-%d}")
    expect(page.locator(f".agenda {found}"), "on a phone the list comes first").to_be_visible()
    expect(page.locator("table")).to_be_hidden()
    marked = page.locator("nav.switch a[aria-current]:visible")
    expect(marked).to_have_text(["Liste"])
    look()
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(page.locator(f"table {found}")).to_be_visible()
    expect(marked).to_have_text(["Monat"])
    look()
    page.set_viewport_size({"width": 320, "height": 700})
    for view in ("Woche", "Liste", "Monat"):
        page.click(f"nav.switch a:visible:has-text('{view}')")
        page.wait_for_load_state()
        expect(page.locator(found).first).to_be_visible()
        look()
    page.click("a[rel~='next']")
    page.wait_for_load_state()
    expect(page.locator(found)).to_have_count(0)
    page.click("a[rel~='prev']")
    page.wait_for_load_state()
    page.click(found)
    page.wait_for_url(f"**/trainer/slots/{slot.pk}/")


def test_a_month_is_printed_across_and_a_list_upright(page, live_server, sign_in):
    """On paper stand whose calendar it is and the dates, nothing to click; dark screens print black on white."""
    workshop = make_workshop(title="3D-Druck: vom CAD zum Anhänger")
    slot = make_slot(workshop, starts_at=in_days(40))
    tom = make_trainer(workshop.partner, "tom")
    make_assignment(slot, tom)
    sign_in(tom.user)
    day = f"{live_server.url}/calendar/trainer/?date={slot.starts_at:%Y-%m-%d}"

    page.emulate_media(media="print", color_scheme="dark")
    for view, what in (("month", "table"), ("week", ".seven"), ("agenda", ".agenda"), ("", ".agenda")):
        page.goto(f"{day}&view={view}")
        page.set_viewport_size({"width": 690, "height": 1000})
        expect(page.locator(what), view).to_be_visible()
        assert "Meine Einsätze" in page.locator("h1 + p").inner_text()
        for hidden in ("nav.switch", ".chips", ".site-header", ".site-footer", "main nav", "main .button"):
            expect(page.locator(hidden).first, view).to_be_hidden()
        assert page.evaluate("getComputedStyle(document.querySelector('main h1')).color") == INK
        width, height = size_of(page.pdf(prefer_css_page_size=True))
        assert (width > height) == (view == "month")
    page.emulate_media(media="screen", color_scheme="light")


def test_paper_shows_of_the_running_month_also_what_is_over(page, live_server, sign_in, time_machine):
    time_machine.move_to(in_days(40).replace(day=15))
    slot = make_slot(starts_at=in_days(-3))
    tom = make_trainer(slot.workshop.partner)
    make_assignment(slot, tom)
    sign_in(tom.user)
    over = page.locator(f".agenda a[href='/trainer/slots/{slot.pk}/']")

    page.goto(f"{live_server.url}/calendar/trainer/")
    expect(over).to_be_hidden()
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 690, "height": 1000})
    expect(over).to_be_visible()
    page.emulate_media(media="screen")


def size_of(pdf: bytes) -> tuple[float, float]:
    """Of the first page."""
    box = re.search(rb"/MediaBox ?\[ ?0 0 ([\d.]+) ([\d.]+)", pdf)
    assert box
    return float(box[1]), float(box[2])


def test_an_address_goes_to_the_clipboard(page, context, live_server, sign_in, look, script):
    workshop = make_workshop()
    tom = make_trainer(workshop.partner, "tom")
    sign_in(tom.user)
    page.goto(f"{live_server.url}/profile/calendars/")
    look()
    address = page.locator("input[readonly]").first.input_value()
    assert "/calendars/trainer/" in address
    page.locator("summary").first.click()
    expect(page.locator("svg.qr").first).to_be_visible()
    if not script:
        expect(page.locator("[data-copy]").first).to_be_hidden()
        return
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("[data-copy]").first.click()
    page.wait_for_selector("[data-copy]:has-text('Kopiert')")
    assert page.evaluate("navigator.clipboard.readText()") == address
    look()
