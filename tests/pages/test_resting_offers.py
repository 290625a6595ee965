"""An offer that rests: who has to do with it still reads its page, nobody is led to a page that is not there."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actor import Actor
from booking import rules
from booking.messages.links import sign
from booking.models import Booking
from tests.factories import (
    make_assignment,
    make_booking,
    make_office,
    make_organiser,
    make_partner,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)
from workshops.models import Workshop

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking() -> Booking:
    """A class in an offer that was taken back afterwards."""
    booking = make_booking(make_slot(make_workshop(make_partner("lab"), slug="robotik", title="Robotik")))
    Workshop.objects.update(state="draft")
    return booking


def people(booking: Booking) -> dict[str, object]:
    partner = booking.slot.workshop.partner
    leads, helps = make_trainer(partner), make_trainer(partner)
    make_assignment(booking.slot, leads)
    return {
        "owner": booking.owner,
        "office": make_office(booking.school),
        "organiser": make_organiser(partner),
        "leads a date": leads.user,
        "leads other dates": helps.user,
        "another teacher": make_user(),
        "another organiser": make_organiser(make_partner()),
    }


def test_who_has_to_do_with_it_reads_its_page_and_the_others_do_not(booking):
    answers = {}
    for who, user in people(booking).items():
        client = Client()
        client.force_login(user)
        answers[who] = client.get("/workshops/robotik/").status_code

    assert answers == {
        "owner": 200,
        "office": 200,
        "organiser": 200,
        "leads a date": 200,
        "leads other dates": 404,
        "another teacher": 404,
        "another organiser": 404,
    }
    assert Client().get("/workshops/robotik/").status_code == 404


@pytest.mark.parametrize("state", ["draft", "archived"])
def test_the_page_says_that_it_rests_and_leads_to_no_date(state, client, booking):
    Workshop.objects.update(state=state)
    client.force_login(booking.owner)

    page = client.get("/workshops/robotik/", headers={"accept-language": "en"}).content.decode()

    assert "Not offered at the moment." in page
    assert "noindex" in page
    assert "/slots/" not in page
    assert "Choose a date" not in page


def test_a_published_offer_says_nothing_of_that(client, booking):
    Workshop.objects.update(state="published")

    page = client.get("/workshops/robotik/", headers={"accept-language": "en"}).content.decode()

    assert "Not offered at the moment." not in page
    assert f"/slots/{booking.slot_id}/" in page


def test_a_cancelled_booking_offers_other_dates_only_where_there_are_some(client, booking):
    rules.cancel(booking, by=Actor.person(booking.owner), now=timezone.now())
    booking.refresh_from_db()
    link = f"/b/{sign(booking)}/"

    assert f"{link}again/" not in client.get(link).content.decode()
    Workshop.objects.update(state="published")
    assert f"{link}again/" in client.get(link).content.decode()


def test_no_link_of_its_people_s_pages_is_dead(booking):
    seen = people(booking)
    pages = {
        "owner": [f"/bookings/{booking.reference}/", f"/bookings/{booking.reference}/sheet/", "/bookings/"],
        "leads a date": ["/trainer/", f"/trainer/slots/{booking.slot_id}/"],
        "organiser": [f"/organise/slots/{booking.slot_id}/", f"/slots/{booking.slot_id}/"],
    }
    for who, addresses in pages.items():
        client = Client()
        client.force_login(seen[who])
        for address in addresses:
            page = client.get(address)
            assert page.status_code == 200, address
            links = set(
                re.findall(r'href="(/(?:workshops|slots|bookings|trainer|organise)/[^"#]*)', page.content.decode())
            )
            assert [link for link in links if client.get(unescape(link)).status_code == 404] == []
