"""A teacher with a phone: finds, books with a code from the mail, changes, cancels, waits. With script and without."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from booking.messages.links import sign
from booking.messages.sending import send_due
from booking.models import Booking
from tests.factories import make_booking, make_partner, make_school, make_slot, make_user, make_venue, make_workshop
from tests.smtp_sink import Sink
from workshops.models import Slot

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

ADDRESS = "p.vogel@schule.example"
MOST_KNOWN, MOST_NEW = 6, 12  # controls that a teacher fills or ticks; those that are filled in already do not count


class Hand:
    """Fills and ticks, and counts how often."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def fill(self, field: str, text: str) -> None:
        assert not self.page.input_value(field), "what is known need not be typed again"
        self.page.fill(field, text)
        self.count += 1

    def tick(self, what: str) -> None:
        self.page.locator(what).first.click()
        self.count += 1


@pytest.fixture
def hand(page) -> Hand:
    return Hand(page)


@pytest.fixture
def slot() -> Slot:
    partner = make_partner("makerspace", house_rules={"de": "Werkstatt: lange Haare **zusammen**."})
    workshop = make_workshop(
        partner,
        title="3D-Druck: vom CAD zum Schlüsselanhänger",
        venue=make_venue(partner),
        booking_mode="request",
        description={"de": "Wie wird aus einer Zeichnung ein Ding?"},
    )
    return make_slot(workshop)


def fill_in_class(hand: Hand, pupils: int = 24) -> None:
    hand.fill("#id_group_name", "7b")
    hand.fill("#id_pupils", str(pupils))
    hand.fill("#id_adults", "2")
    hand.tick("label:has(input[name=grades][value='7'])")


def choose_grade(page: Page) -> None:
    """By the chip that opens; the filter then stands in the address and can be taken off."""
    page.click(".chip-menu >> nth=0")
    page.click(".chip-menu a.chip:text-is('7')")
    page.wait_for_url("**grade=7**")
    page.wait_for_selector(".chip.on")
    page.wait_for_selector("#languages a[href*='grade%3D7']")  # the same page in another language
    assert page.input_value("#search input[name=grade]") == "7"  # and words are looked for within the grade


def find_school(hand: Hand, script: bool) -> None:
    hand.fill("#id_school_q", "Lobau")
    if not script:
        hand.page.click("button[value=find_school]")
    hand.tick("#schools-found label.tick")


def fill_in_contact(hand: Hand) -> None:
    hand.fill("#id_contact_name", "Petra Vogel")
    hand.fill("#id_contact_email", ADDRESS)
    hand.fill("#id_contact_phone", "0170 000 00 00")


def agree(hand: Hand) -> None:
    hand.tick("#id_agree")


def send(page: Page) -> None:
    page.click("main form button.main")


def code_from_the_mail(smtp: Sink) -> str:
    send_due(timezone.now())
    mail = smtp.to(ADDRESS)[-1]
    return re.search(r"\b\d{6}\b", mail["Subject"] + mail.get_body(("plain",)).get_content())[0]


def test_an_unknown_teacher_finds_a_date_and_books_it_with_a_code(page, hand, live_server, look, smtp, slot, script):
    make_school("Oberschule Beispielstadt", "Löbau")
    page.goto(f"{live_server.url}/")
    look()
    page.fill("#q", "3d druck")
    page.click(".search button")
    choose_grade(page)
    look()
    page.click(".workshop h3 a")
    look()
    page.click(".slot-row.big")
    look()
    page.click("main a.button.main")

    fill_in_class(hand)
    find_school(hand, script)
    fill_in_contact(hand)
    agree(hand)
    look()
    send(page)
    page.wait_for_url("**/book/code/")
    look()
    hand.fill("#id_code", code_from_the_mail(smtp))
    send(page)
    page.wait_for_url("**/bookings/*/")
    look()
    assert hand.count <= MOST_NEW

    booking = Booking.objects.get()
    assert booking.reference in page.url
    assert (booking.state, booking.owner.email, booking.school.city) == ("requested", ADDRESS, "Löbau")
    send_due(timezone.now())
    assert any(booking.reference in str(mail) for mail in smtp.mails)


def test_what_was_typed_stays_when_something_is_wrong(page, hand, live_server, look, slot, script):
    make_school("Oberschule Beispielstadt", "Löbau")
    page.goto(f"{live_server.url}/slots/{slot.pk}/book/")
    fill_in_class(hand, pupils=25)
    find_school(hand, script)
    fill_in_contact(hand)
    page.fill("#id_contact_email", "p.vogel@schule")
    send(page)

    page.wait_for_selector(".error-summary")
    look()
    assert page.input_value("#id_pupils") == "25"
    expect(page.locator("#id_pupils_error, #id_contact_email_error, #id_agree_error")).to_have_count(3)
    if script:
        assert page.evaluate("document.activeElement.className") == "error-summary"
    assert page.locator("input[name=grades]:checked").input_value() == "7"
    assert page.input_value("#id_contact_name") == "Petra Vogel"
    expect(page.locator(".school-pick")).to_be_visible()


def test_a_teacher_changes_the_number_and_cancels(page, live_server, look, sign_in, slot):
    teacher = make_user("petra")
    booking = make_booking(slot, owner=teacher)
    sign_in(teacher)
    page.goto(f"{live_server.url}/bookings/")
    look()
    page.click(f"a[href='/bookings/{booking.reference}/']")

    page.click("a.action[href$='/change/'] >> nth=0")
    look()
    page.fill("#id_pupils", "20")
    send(page)
    page.wait_for_selector(".note.good")
    booking.refresh_from_db()
    assert booking.pupils == 20

    page.click("a.action[href$='/cancel/']")
    look()
    page.click("main form button.warn")
    page.wait_for_selector(".note.good")
    look()
    booking.refresh_from_db()
    assert (booking.state, booking.ended_by) == ("cancelled", "school")


def test_who_holds_the_link_needs_no_login(page, live_server, look, slot):
    booking = make_booking(slot)
    page.goto(f"{live_server.url}/b/{sign(booking)}/")
    look()
    page.click("a.action[href$='/change/'] >> nth=0")
    page.fill("#id_pupils", "18")
    send(page)
    page.wait_for_selector(".note.good")

    booking.refresh_from_db()
    assert booking.pupils == 18


def test_a_full_date_leads_to_the_waiting_list(page, hand, live_server, look, sign_in, slot):
    make_booking(slot)
    teacher = make_user("petra", phone="0170 000 00 00")
    teacher.memberships.create(school=make_school("Gymnasium Beispiel"), role="teacher")
    sign_in(teacher)
    page.goto(f"{live_server.url}/slots/{slot.pk}/")
    look()
    page.click("main a.button.main")

    fill_in_class(hand)
    agree(hand)
    look()
    send(page)
    page.wait_for_url("**/bookings/*/")
    look()

    assert hand.count <= MOST_KNOWN
    assert Booking.objects.get(owner=teacher).state == "waitlisted"
