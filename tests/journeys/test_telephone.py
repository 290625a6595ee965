"""An organiser with the receiver at the ear: finds, notes, changes, takes a slip back, writes to all of a day."""

from __future__ import annotations

import pytest

from booking.models import Booking, Broadcast, Message, Note
from booking.orders import Contact
from tests.factories import (
    in_days,
    make_booking,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_workshop,
)

SEARCH = "header a[href='/organise/search/']"  # on a phone; a desk has the box on every page

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def partner():
    return make_partner("lab")


@pytest.fixture
def olga(partner):
    return make_organiser(partner, "olga")


@pytest.fixture
def booking(partner) -> Booking:
    contact = Contact("Jana Krause", "krause@school.example", "+49 3583/12-34")
    school = make_school("Oberschule Musterdorf")
    return make_booking(make_slot(make_workshop(partner, title="3D-Druck")), school=school, contact=contact)


def state_of(booking: Booking) -> str:
    return Booking.objects.values_list("state", flat=True).get(pk=booking.pk)


def test_a_call_is_found_noted_and_changed(page, live_server, sign_in, look, olga, booking):
    sign_in(olga)
    page.goto(f"{live_server.url}/organise/")
    page.click(SEARCH)
    page.fill("#call", "Frau Krause Musterdorf")
    page.press("#call", "Enter")
    page.wait_for_load_state()
    page.wait_for_selector("main h1:not(:text-is('Suchen'))")
    look()
    page.click(f"main a[href='/organise/bookings/{booking.reference}/']")
    look()

    page.fill("#note-text", "Ruft am Freitag wieder an.")
    page.click("#notes form button")
    page.wait_for_selector("#notes .note")
    look()
    assert Note.objects.get().booking == booking

    page.click(f"a[href='/organise/bookings/{booking.reference}/change/']")
    look()
    page.fill("#id_pupils", "99")
    page.click("main form button.main")
    page.wait_for_selector(".error-summary")
    look()
    page.fill("#id_pupils", "19")
    page.click("main form button.main")
    page.wait_for_selector(".messages")
    assert Booking.objects.get(pk=booking.pk).pupils == 19


def test_nothing_found_is_a_page_that_helps_on(page, live_server, sign_in, look, olga, booking):
    sign_in(olga)
    page.goto(f"{live_server.url}/organise/slots/")
    page.click(SEARCH)
    page.fill("#call", "Schulze")
    page.press("#call", "Enter")
    page.wait_for_load_state()
    page.wait_for_selector("main h1:not(:text-is('Suchen'))")

    assert "Keine Buchung passt" in page.locator("main").inner_text()
    look()


def test_a_decline_and_a_cancellation_are_taken_back(page, live_server, sign_in, look, script, partner, olga, booking):
    asked = make_booking(make_slot(make_workshop(partner, booking_mode="request")), school=booking.school)
    sign_in(olga)
    page.goto(f"{live_server.url}/organise/requests/")
    card = page.locator(f"#request-{asked.reference}")
    card.locator("summary").click()
    card.locator("textarea").fill("Falsche Zeile.")
    card.locator("details button").click()
    page.wait_for_selector(f"#request-{asked.reference}.done" if script else ".messages")
    look()
    page.click("form.note button")
    page.wait_for_selector(".messages")
    assert state_of(asked) == "requested"

    page.goto(f"{live_server.url}/organise/bookings/{booking.reference}/cancel/")
    look()
    page.fill("main form textarea", "Rohrbruch")
    page.click("main form button.warn")
    page.wait_for_selector("form.note button")
    assert state_of(booking) == "cancelled"
    look()
    page.click("form.note button")
    page.wait_for_selector(".messages")
    assert state_of(booking) == "confirmed"
    assert not Message.objects.filter(booking=booking, kind="booking_cancelled", state="owed").exists()


def test_all_groups_of_a_day_are_written_to(page, live_server, sign_in, look, olga, booking):
    sign_in(olga)
    page.goto(f"{live_server.url}/organise/messages/?tab=written")
    look()
    page.fill("#write-day", in_days(40).date().isoformat())
    page.locator("form:has(#write-day) button").click()
    page.wait_for_selector("#id_subject")
    look()
    page.fill("#id_subject", "Anderer Eingang")
    page.fill("#id_text", "Bitte nehmen Sie Tor 2.\n\nVorn wird gebaut.")
    page.click("button[value=look]")
    page.wait_for_selector("#preview")
    look()
    page.click("button[value=send]")
    page.wait_for_selector(".messages")
    look()

    assert Message.objects.get(kind="broadcast").to_address == "krause@school.example"
    page.click("main a:has-text('Anderer Eingang')")
    look()
    assert Broadcast.objects.count() == 1


def test_a_class_is_booked_for_a_teacher(page, live_server, sign_in, look, partner, olga):
    school, slot = make_school("Gymnasium Musterdorf", "Zittau"), make_slot(make_workshop(partner))
    sign_in(olga)
    page.goto(f"{live_server.url}/organise/slots/{slot.pk}/")
    page.click(f"a[href='/organise/slots/{slot.pk}/add/']")
    look()
    page.fill("#id_group_name", "9a")
    page.fill("#id_pupils", "20")
    page.locator("input[name=grades][value='9']").check(force=True)
    page.fill("#id_school_q", "muster")
    page.click("button[value=find_school]")
    page.wait_for_selector(f"[name=school][value='{school.pk}']")
    look()
    pick = page.locator(f"[name=school][value='{school.pk}']")
    pick.check() if pick.get_attribute("type") == "radio" else pick.click()
    page.fill("#id_contact_name", "Frau Krause")
    page.fill("#id_contact_email", "krause@school.example")
    page.click("main form button.main")
    page.wait_for_selector(".messages")
    look()

    assert Booking.objects.get().contact_name == "Frau Krause"
