"""Attendance on a phone that has no net just then: the entry waits on the device, and arrives once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.actor import Actor
from booking import rules
from booking.models import Attendance
from tests.factories import make_assignment, make_booking, make_partner, make_slot, make_trainer, make_workshop
from workshops.models import Slot

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def script() -> bool:
    return True


@pytest.fixture
def trainer():
    return make_trainer(make_partner("lab"), "jana")


@pytest.fixture
def slot(trainer) -> Slot:
    """A visit that ends about now."""
    workshop = make_workshop(trainer.partners.get(), title="3D-Druck")
    slot = make_slot(workshop, starts_at=timezone.now() - timedelta(minutes=179))
    make_booking(slot, at=slot.book_from + timedelta(days=1))
    make_assignment(slot, trainer)
    return slot


@pytest.fixture
def phone(page, live_server, sign_in, trainer, slot):
    """The page of the visit, open while there is a net."""
    sign_in(trainer.user)
    page.goto(f"{live_server.url}/trainer/slots/{slot.pk}/")
    yield page
    page.context.set_offline(False)
    page.evaluate("localStorage.clear()")


def kept(page: Any) -> str:
    return page.locator("#kept").inner_text()


def count_without_net(page: Any, pupils: int) -> None:
    page.context.set_offline(True)
    page.fill("input[name=unknown]", str(pupils))
    page.click("button[value=counts]")
    page.wait_for_selector("#kept .note")


def test_without_a_net_the_entry_stays_and_goes_off_when_it_is_back(phone, look):
    count_without_net(phone, 22)
    assert "bleibt die Eingabe auf diesem Gerät" in kept(phone)
    assert "Klasse 7b: 22 da" in kept(phone)
    assert not Attendance.objects.exists()
    look()

    with phone.expect_navigation():
        phone.context.set_offline(False)
    phone.wait_for_selector(".messages")

    assert (Attendance.objects.get().unknown, Attendance.objects.get().revision) == (22, 1)
    assert kept(phone) == ""
    assert phone.evaluate("localStorage.getItem('attendance')") == "[]"
    look()


def test_it_goes_off_when_the_page_is_opened_again(phone, live_server, slot):
    phone.context.set_offline(True)
    phone.click("button[value=planned]")
    phone.wait_for_selector("#kept .note")
    phone.goto("about:blank")
    phone.context.set_offline(False)

    phone.goto(f"{live_server.url}/trainer/slots/{slot.pk}/")
    phone.wait_for_selector(".messages")

    assert Attendance.objects.get().unknown == 24


def test_an_answer_that_got_lost_makes_no_second_record(phone, slot):
    phone.route("**/trainer/slots/*/", lose_answer)
    phone.fill("input[name=unknown]", "22")
    phone.click("button[value=counts]")
    phone.wait_for_selector("#kept .note")
    assert Attendance.objects.get().unknown == 22

    phone.unroute("**/trainer/slots/*/")
    with phone.expect_navigation():
        phone.click("[data-send]")
    phone.wait_for_selector(".messages")

    assert Attendance.objects.get().revision == 1
    assert slot.bookings.get().changes.filter(kind="attended").count() == 1


def lose_answer(route: Any) -> None:
    route.fetch()
    route.abort()


def test_who_was_signed_out_meanwhile_signs_in_and_loses_nothing(phone, sign_in, trainer):
    count_without_net(phone, 21)
    Session.objects.all().delete()
    phone.context.clear_cookies()
    phone.context.set_offline(False)
    phone.wait_for_selector("#kept a[data-sign-in]:visible")
    assert "Sie sind abgemeldet" in kept(phone)
    assert not Attendance.objects.exists()
    next_page = phone.get_attribute("#kept a[data-sign-in]", "href")

    sign_in(trainer.user)  # another session, another token
    phone.goto(phone.evaluate("location.origin") + next_page)
    phone.wait_for_selector(".messages")

    assert Attendance.objects.get().unknown == 21


def test_a_colleague_who_was_quicker_is_shown_beside_the_own_numbers(phone, slot, look):
    count_without_net(phone, 22)
    tim = make_trainer(slot.workshop.partner, "tim")
    make_assignment(slot, tim, role="assistant")
    counts = rules.Counts(unknown=20, adults=2, minutes=180)
    rules.attend(slot.bookings.get(), counts, by=Actor.person(tim.user), now=timezone.now())

    with phone.expect_navigation():
        phone.context.set_offline(False)
    phone.wait_for_selector("[data-answered]")

    assert Attendance.objects.get().present == 20
    assert "Tim war schneller" in phone.locator("main").inner_text()
    assert phone.input_value("input[name=unknown]") == "22"
    assert phone.inner_text("button[value=counts]") == "22 Anwesende speichern"
    look()
    phone.fill("textarea[name=reason]", "Zwei kamen nach.")
    phone.click("button[value=counts]")
    phone.wait_for_selector(".messages")

    assert Attendance.objects.get().present == 22
    assert slot.bookings.get().changes.filter(reason="Zwei kamen nach.").exists()


def test_what_somebody_else_left_on_the_device_waits_for_them(phone, live_server, sign_in, slot):
    count_without_net(phone, 22)
    phone.context.clear_cookies()
    phone.goto("about:blank")
    phone.context.set_offline(False)
    tim = make_trainer(slot.workshop.partner, "tim")
    make_assignment(slot, tim, role="assistant")
    sign_in(tim.user)

    phone.goto(f"{live_server.url}/trainer/slots/{slot.pk}/")
    phone.wait_for_load_state("networkidle")

    assert kept(phone) == ""
    assert not Attendance.objects.exists()
    assert '"22"' in phone.evaluate("localStorage.getItem('attendance')")
