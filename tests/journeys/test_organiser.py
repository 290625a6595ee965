"""An organiser with a phone: sees what waits, decides it in place, finds who leads, opens and calls off a date."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from booking.models import Booking
from tests.factories import (
    in_days,
    make_booking,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_trainer,
    make_workshop,
)
from workshops.models import Slot

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def partner():
    return make_partner("lab")


@pytest.fixture
def olga(partner):
    return make_organiser(partner, "olga")


@pytest.fixture
def workshop(partner):
    return make_workshop(partner, title="3D-Druck", booking_mode="request")


@pytest.fixture
def asked(workshop) -> Booking:
    """A request with a second wish."""
    wishes = (make_slot(workshop, starts_at=in_days(50)),)
    at = timezone.now() - timedelta(days=5)
    return make_booking(make_slot(workshop), school=make_school("Oberschule Musterdorf"), alternatives=wishes, at=at)


def state_of(booking: Booking) -> str:
    return Booking.objects.values_list("state", flat=True).get(pk=booking.pk)


def test_a_request_is_decided_and_somebody_assigned(
    page, live_server, sign_in, look, script, partner, olga, asked, workshop
):
    make_trainer(partner, "jana")
    sign_in(olga)
    page.goto(f"{live_server.url}/organise/")
    look()
    page.click("main a[href='/organise/requests/']")
    look()

    wish = asked.alternatives.get().slot
    page.locator(f"#request-{asked.reference} input[value='{wish.pk}']").check()
    page.click(f"button[form='confirm-{asked.reference}']")
    if script:
        expect(page.locator(f"#request-{asked.reference}.done:focus-within")).to_have_count(1)
        assert page.url.endswith("/organise/requests/")
    else:
        page.wait_for_selector(".messages")
    look()
    asked.refresh_from_db()
    assert (asked.state, asked.slot) == ("confirmed", wish)

    page.goto(f"{live_server.url}/organise/slots/?state=unstaffed")
    look()
    page.click(f"main a[href='/organise/slots/{wish.pk}/']")
    look()
    page.select_option("select[name=trainer_0]", label="Jana")
    page.locator("section", has=page.locator("select[name=trainer_0]")).locator("button").click()
    page.wait_for_selector(".messages")

    assert wish.assignments.get().trainer.name == "Jana"
    look()


def test_a_page_of_an_ended_sign_in_says_so(page, live_server, sign_in, olga, asked):
    """Not only without a script: signing in anew in another window leaves this one with an old token."""
    sign_in(olga)
    page.goto(f"{live_server.url}/organise/requests/")
    page.context.clear_cookies(name="csrftoken")

    page.click(f"button[form='confirm-{asked.reference}']")

    expect(page.locator("h1")).to_have_text("Ihre Angaben sind noch da.")
    assert state_of(asked) == "requested"


def test_an_answer_that_gets_lost_on_its_way_is_sent_as_a_page(page, live_server, sign_in, olga, asked):
    sign_in(olga)
    page.goto(f"{live_server.url}/organise/requests/")
    page.route("**/confirm/", lambda call: call.abort() if call.request.resource_type == "xhr" else call.continue_())

    page.click(f"button[form='confirm-{asked.reference}']")

    expect(page.locator(".messages")).to_be_visible()
    assert state_of(asked) == "confirmed"


def test_a_no_is_given_with_its_reason(page, live_server, sign_in, look, script, olga, asked):
    sign_in(olga)
    page.goto(f"{live_server.url}/organise/requests/")
    card = page.locator(f"#request-{asked.reference}")
    card.locator("summary").click()
    look()
    card.locator("textarea").fill("Das Labor wird umgebaut.")
    card.locator("details button").click()
    page.wait_for_selector(f"#request-{asked.reference}.done" if script else ".messages")

    assert state_of(asked) == "declined"
    page.goto(f"{live_server.url}/organise/requests/?tab=decided")
    look()
    assert "Das Labor wird umgebaut." in page.locator("main").inner_text()


def test_who_comes_second_is_told_in_place(page, live_server, sign_in, look, script, partner, olga, asked, client):
    sign_in(olga)
    page.goto(f"{live_server.url}/organise/requests/")
    client.force_login(make_organiser(partner, "konrad"))
    client.post(f"/organise/requests/{asked.reference}/confirm/")

    page.click(f"button[form='confirm-{asked.reference}']")

    page.wait_for_selector(f"#request-{asked.reference} .badge.gone" if script else ".messages")
    assert "Konrad" in page.locator("main").inner_text()
    look()


def test_a_date_is_opened_and_called_off(page, live_server, sign_in, look, olga, workshop):
    sign_in(olga)
    page.goto(f"{live_server.url}/organise/slots/new/")
    look()
    page.select_option("select[name=workshop]", str(workshop.pk))
    page.fill("input[name=day]", in_days(40).date().isoformat())
    page.fill("input[name=starts]", "08:00")
    page.locator("main form button.main").click()
    page.wait_for_selector(".messages")
    look()
    slot = Slot.objects.get()

    page.click(f"a[href='/organise/slots/{slot.pk}/cancel/']")
    look()
    page.fill("textarea[name=reason]", "Rohrbruch")
    page.locator("main form button.warn").click()
    page.wait_for_selector(".messages")

    assert Slot.objects.get().state == "cancelled"
    look()


@pytest.mark.parametrize(
    "address",
    ["/organise/", "/organise/requests/?tab=waiting", "/organise/attendance/", "/organise/messages/", "/trainer/"],
)
def test_a_page_without_rows_is_whole(address, page, live_server, sign_in, look, partner, olga):
    sign_in(make_trainer(partner, "tom").user if address == "/trainer/" else olga)

    page.goto(f"{live_server.url}{address}")

    expect(page.locator("h1")).to_have_count(1)
    look()
