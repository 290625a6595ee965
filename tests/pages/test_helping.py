"""A house that helps with a workshop of another reads the page of a booking."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking import rules
from tests.factories import (
    make_booking,
    make_cooperation,
    make_organiser,
    make_partner,
    make_slot,
    make_user,
    make_workshop,
)

pytestmark = pytest.mark.django_db

CONTACT = ("Ada Lehmann", "ada@school.example", "0170 4711")
PRIVATE = ("Bitte leise", "zwei Rampen")


@pytest.fixture
def booking():
    """A request of Ada that Olga of the house declined."""
    workshop = make_workshop(make_partner("lab"), booking_mode="request")
    ada = make_user("ada")
    booking = make_booking(make_slot(workshop), ada, note=PRIVATE[0], needs=PRIVATE[1])
    type(booking).objects.filter(pk=booking.pk).update(contact_name=CONTACT[0], contact_phone=CONTACT[2])
    olga = make_organiser(workshop.partner, "olga")
    return rules.decline(booking, by=Actor.person(olga), now=timezone.now(), reason="Frau Lehmann weiß Bescheid")


def helper_of(booking, **how):
    return make_organiser(make_cooperation(booking.slot.workshop, **how).partner, "holger")


def read(client, path) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_tells_what_happened_and_nobody_s_name(client, booking):
    client.force_login(helper_of(booking))

    page = read(client, booking.get_absolute_url())

    assert booking.school.name in page
    assert "Abgelehnt" in page
    for private in (*CONTACT, *PRIVATE, "Frau Lehmann", "Ada", "Olga"):
        assert private not in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]


def test_where_the_house_says_so_the_page_has_the_contact(client, booking):
    client.force_login(helper_of(booking, sees_contacts=True))

    page = read(client, booking.get_absolute_url())

    for told in (*CONTACT, *PRIVATE):
        assert told in page
    assert "Frau Lehmann" not in page
    assert "Olga" not in page


@pytest.mark.parametrize(("sees_contacts", "named"), [(False, False), (True, True)])
def test_the_sheet_names_the_contact_only_where_it_may_be_seen(client, booking, sees_contacts, named):
    client.force_login(helper_of(booking, sees_contacts=sees_contacts))

    sheet = read(client, f"{booking.get_absolute_url()}sheet/?phone=1")

    assert (CONTACT[0] in sheet) is named
    assert CONTACT[2] not in sheet


def test_nobody_fills_in_a_form_with_what_they_may_not_see(client, booking):
    there = make_slot(make_workshop())
    client.force_login(helper_of(booking, sees_contacts=True))

    form = read(client, f"/slots/{there.pk}/book/?again={booking.reference}")
    choice = read(client, f"{booking.get_absolute_url()}again/")

    for private in (*CONTACT, *PRIVATE):
        assert private not in form + choice


def test_the_list_leads_a_helping_house_to_its_visits_and_nobody_else(client, booking):
    theirs = make_booking(make_slot(booking.slot.workshop))
    other = make_booking(make_slot(make_workshop()))
    client.force_login(helper_of(booking))

    page = read(client, "/organise/helping/")

    assert theirs.get_absolute_url() in page
    assert booking.get_absolute_url() not in page, "it was declined"
    assert other.get_absolute_url() not in page
    assert "/organise/helping/" in read(client, "/organise/workshops/")
    client.force_login(make_organiser(booking.slot.workshop.partner))
    assert theirs.get_absolute_url() not in read(client, "/organise/helping/")
    assert "/organise/helping/" not in read(client, "/organise/workshops/")


@pytest.mark.parametrize("visits", [1, 30])
def test_the_list_asks_as_often_for_many_visits(client, booking, visits, django_assert_num_queries):
    for _ in range(visits):
        make_booking(make_slot(booking.slot.workshop))
    client.force_login(helper_of(booking))
    read(client, "/organise/helping/")

    with django_assert_num_queries(6):
        page = read(client, "/organise/helping/")

    assert page.count('<article class="request"') == min(visits, 25)
