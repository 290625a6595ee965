"""Frau Krause is on the telephone: her booking is found by whatever she says first."""

from __future__ import annotations

import logging
from logging.config import dictConfig

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.actor import Actor
from booking import rules
from booking.models import Booking
from booking.orders import Contact
from tests.factories import make_booking, make_organiser, make_partner, make_school, make_slot, make_user, make_workshop

pytestmark = pytest.mark.django_db
SEARCH = "/organise/search/"


@pytest.fixture
def booking(partner):
    return booked(partner, "Jana Krause", "jana.krause@schule.example", "+49 3583/12-34 56")


def booked(partner, name: str = "Ada", email: str = "ada@school.example", phone: str = "", **extra) -> Booking:
    slot = make_slot(make_workshop(partner))
    return make_booking(slot, contact=Contact(name, email, phone), **extra)


def found(client, typed: str) -> list[str]:
    answered = client.post(SEARCH, {"q": typed}, follow=True)
    return [one.contact_name for one in answered.context["bookings"]]


@pytest.mark.parametrize(
    "typed",
    [
        "Krause",
        "krause jana",
        "Frau Krause",
        "Guten Tag, hier ist Frau Krause",
        "KRAUSE löbau",
        "Löbau",
        "Loebau",
        "lobau",
        "Oberschule Beispielstadt",
        "jana.krause@schule.example",
        "jana.krause@",
        "+49 3583/12-34 56",
        "0358312 3456",
        "0049 3583 123456",
        "+49 (0)3583 123456",
        "123456",
    ],
)
def test_a_booking_is_found_by_what_is_said(typed, client, olga, booking, partner):
    booked(partner, school=make_school("Gymnasium Musterdorf", "Zittau"))

    assert found(client, typed) == ["Jana Krause"]


@pytest.mark.parametrize("typed", ["Schulze", "9999", "0358399", "K7F-4M2X", "%", "'", "\x00", "& | !", "ß" * 500])
def test_nothing_found_helps_on(typed, client, olga, booking):
    answered = client.post(SEARCH, {"q": typed}, follow=True)

    assert answered.status_code == 200
    assert answered.context["bookings"] == []


def test_what_was_typed_stays_in_the_box(client, olga):
    page = client.post(SEARCH, {"q": 'Krauße "Jana"'}, follow=True).content.decode()

    assert 'spellcheck="false" value="Krauße &quot;Jana&quot;">' in page


def test_an_empty_box_asks_who_is_on_the_telephone(client, olga, booking):
    assert client.get(SEARCH).context["bookings"] == []
    assert found(client, "   ") == []


@pytest.mark.parametrize(
    "spell", [str, str.lower, lambda text: text.replace("-", ""), lambda text: text.replace("-", " ")]
)
def test_a_reference_leads_straight_to_its_booking(spell, client, olga, booking):
    answered = client.post(SEARCH, {"q": spell(booking.reference)})

    assert answered["Location"] == f"/organise/bookings/{booking.reference}/"


@pytest.mark.parametrize("misread", ["KQF-S8UN", "kof5bvm", "K0F 58VM"])
def test_a_misread_reference_finds_what_it_may_mean(misread, client, olga, booking):
    Booking.objects.filter(pk=booking.pk).update(reference="KQF-5BVN")

    assert found(client, misread) == ["Jana Krause"]


def test_bookings_of_others_are_not_found(client, booking):
    client.force_login(make_organiser(make_partner()))

    assert found(client, "Krause") == []
    assert found(client, booking.reference) == []


def test_the_network_s_admin_finds_all(client, booking):
    client.force_login(make_user(is_network_admin=True))

    assert found(client, "Krause") == ["Jana Krause"]


def test_live_ones_come_first_by_their_date(client, olga, partner):
    ended = booked(partner, "Krause ended")
    rules.cancel(ended, by=Actor.person(ended.owner), now=timezone.now())
    booked(partner, "Krause live")

    assert found(client, "krause") == ["Krause live", "Krause ended"]


def test_the_telephone_of_the_school_finds_its_bookings(client, olga, partner):
    booked(partner, school=make_school("Gymnasium", "Zittau", phone="03583 777777"))

    assert found(client, "+493583777777") == ["Ada"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_often_for_many_rows(rows, client, olga, partner, django_assert_num_queries):
    for row in range(rows):
        booked(partner, f"Krause {row}")
    client.post(SEARCH, {"q": "Krause"})

    with django_assert_num_queries(8):
        assert len(client.get(SEARCH).context["bookings"]) == rows


def test_a_long_list_has_pages(client, olga, partner):
    slot = make_slot(make_workshop(partner, max_groups=30, capacity=900))
    for number in range(23):
        make_booking(slot, group_name=f"{number}x", contact=Contact("Krause", "k@school.example"))
    client.post(SEARCH, {"q": "krause"})

    assert len(client.get(SEARCH).context["bookings"]) == 20
    assert len(client.get(f"{SEARCH}?page=2").context["bookings"]) == 3


def test_what_was_typed_stands_in_no_address_and_no_log(client, olga, booking, capsys):
    before = logging.root.handlers[:]
    dictConfig(settings.LOGGING)
    try:
        answered = client.post(SEARCH, {"q": "Krause"})
        client.get("/organise/search/nowhere/?q=Krause")
    finally:
        logging.root.handlers[:] = before

    assert answered["Location"] == SEARCH
    assert "Krause" not in capsys.readouterr().err


def test_an_address_with_the_words_works_too(client, olga, booking):
    assert len(client.get(f"{SEARCH}?q=krause").context["bookings"]) == 1
    assert client.get(f"{SEARCH}?q={booking.reference}").status_code == 302


def test_every_page_of_the_office_has_the_box(client, olga):
    assert f'action="{SEARCH}"' in client.get("/organise/").content.decode()


@pytest.mark.parametrize(("who", "status"), [("teacher", 403), ("nobody", 302)])
def test_only_organisers_search(who, status, client, booking):
    if who == "teacher":
        client.force_login(booking.owner)

    assert client.post(SEARCH, {"q": "Krause"}).status_code == status
