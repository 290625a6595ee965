"""Whose pages the organisers' are, and that a long list costs no more questions than a short one."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from booking.models import Message
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga(partner):
    return make_organiser(partner, "olga")


@pytest.fixture
def workshop(partner):
    return make_workshop(partner, title="Robotik", booking_mode="request")


def fill(workshop, days: int) -> None:
    """One of everything that organisers list: a request, a queue, an open record, a failed mail, a decision."""
    asked = make_slot(workshop, starts_at=in_days(40 + days))
    booking = make_booking(
        asked, school=make_school(), alternatives=(make_slot(workshop, starts_at=in_days(60 + days)),)
    )
    make_booking(asked, group_name="8a", pupils=20)
    make_booking(asked, group_name="8b", pupils=21)
    over = make_slot(workshop, starts_at=in_days(-days - 1), booking_mode="instant")
    make_booking(over, at=over.book_from + timedelta(days=1))
    make_assignment(over, make_trainer(workshop.partner))
    Message.objects.create(
        kind="booking_confirmed",
        to_address="a@b.example",
        booking=booking,
        due_at=timezone.now(),
        next_try_at=timezone.now(),
        created_at=timezone.now(),
        state="failed",
    )


PAGES = [
    "/organise/",
    "/organise/requests/",
    "/organise/requests/?tab=waiting",
    "/organise/requests/?tab=decided",
    "/organise/slots/",
    "/organise/slots/?state=unstaffed",
    "/organise/slots/new/",
    "/organise/attendance/",
    "/organise/reports/visits/",
    "/organise/reports/hours/",
    "/organise/messages/",
    "/organise/slots/{slot}/",
    "/organise/slots/{slot}/cancel/",
    "/organise/requests/{reference}/decline/",
    "/trainer/slots/{slot}/",
]
OF_ONE = [page for page in PAGES if "{" in page]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("who", "status", "of_one"),
    [
        ("olga", 200, 200),  # organises for the partner
        ("nina", 200, 200),  # the network's admin
        ("otto", 200, 404),  # organises elsewhere: own lists, but not this date
        ("tom", 403, 403),  # a trainer of the slot
        ("ada", 403, 403),  # a teacher
        (None, 302, 302),  # nobody: to the sign-in
    ],
)
def test_whose_pages_these_are(page, who, status, of_one, client, partner, olga, workshop, settings):
    settings.ADMIN_NEEDS_SECOND_FACTOR = False
    slot = make_slot(workshop)
    booking = make_booking(slot, owner=make_user("ada"))
    tom = make_trainer(partner, "tom")
    make_assignment(slot, tom)
    cast = {"olga": olga, "otto": make_organiser(make_partner(), "otto"), "tom": tom.user, "ada": booking.owner}
    cast["nina"] = make_user("nina", is_network_admin=True)
    if who:
        client.force_login(cast[who])

    answered = client.get(page.format(slot=slot.pk, reference=booking.reference))

    wanted = of_one if page in OF_ONE else status
    if page.startswith("/trainer/") and who == "tom":
        wanted = 200  # there trainers are at home
    assert answered.status_code == wanted


@pytest.mark.parametrize("page", [page for page in PAGES if page not in OF_ONE])
def test_lists_show_nothing_of_other_partners(page, client, olga):
    elsewhere = make_workshop(make_partner("museum"), title="Fremdes", booking_mode="request")
    fill(elsewhere, 1)
    client.force_login(olga)

    text = client.get(page).content.decode()

    assert "Fremdes" not in text
    assert "Beispielstadt" not in text


@pytest.mark.parametrize("page", [page for page in PAGES if page not in OF_ONE])
def test_three_rows_cost_no_more_questions_than_one(page, client, olga, workshop):
    fill(workshop, 1)
    client.force_login(olga)
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        assert client.get(page).status_code == 200

    fill(workshop, 2)
    fill(workshop, 3)
    with CaptureQueriesContext(connection) as many:
        client.get(page)

    assert len(many) <= len(few)


def test_no_link_of_the_rail_leads_nowhere(client, olga):
    client.force_login(olga)

    links = set(re.findall(r'href="(/organise/[^"]*)"', client.get("/organise/").content.decode()))

    assert len(links) >= 3
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


NONSENSE = ["%00", "%F0%9F%98%80", "9" * 30, "x" * 3000]


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_in_an_address_is_not_found_or_overlooked(nonsense, client, olga, workshop):
    slot = make_slot(workshop)
    make_booking(slot)
    client.force_login(olga)

    assert client.get(f"/organise/requests/{nonsense}/decline/").status_code == 404
    assert client.get(f"/organise/attendance/?workshop={nonsense}&age={nonsense}").status_code == 200
    assert client.get(f"/organise/slots/new/?workshop={nonsense}").status_code == 200
    assert client.get(f"/organise/slots/?workshop={nonsense}&month={nonsense}&state={nonsense}").status_code == 200


@pytest.mark.parametrize(
    "query", ["?page=0", "?page=999999", "?page=x", "?tab=%00", "?state=%F0", "?month=2027-13", "?workshop=x"]
)
@pytest.mark.parametrize("page", ["/organise/requests/", "/organise/slots/", "/organise/attendance/"])
def test_an_odd_address_still_shows_a_page(page, query, client, olga):
    client.force_login(olga)

    assert client.get(page + query).status_code == 200


def test_the_first_page_names_what_needs_somebody(client, olga, workshop):
    fill(workshop, 1)
    client.force_login(olga)

    answered = client.get("/organise/")

    context = answered.context
    assert context["asked_count"] == 1
    assert context["unstaffed_count"] == 1
    assert context["unrecorded_count"] == 1
    assert context["failed_count"] == 1
    assert context["things"] == 4
    assert 'href="/organise/attendance/"' in answered.content.decode()


@pytest.mark.parametrize(
    ("query", "found"), [("", 3), ("?age=3", 2), ("?age=14", 1), ("?workshop={}", 1), ("?age=x", 3)]
)
def test_missing_numbers_are_listed_by_offer_and_age_the_oldest_first(query, found, client, olga, partner):
    one, other = make_workshop(partner), make_workshop(partner)
    for offer, days in ((one, -1), (other, -5), (one, -20)):
        slot = make_slot(offer, starts_at=in_days(days))
        make_booking(slot, at=slot.book_from + timedelta(days=1))
    make_booking(make_slot(starts_at=in_days(-2)), at=in_days(-100))  # of another house
    client.force_login(olga)

    slots = list(client.get(f"/organise/attendance/{query.format(other.pk)}").context["page"])

    assert len(slots) == found
    assert slots == sorted(slots, key=lambda slot: slot.starts_at)


def test_a_house_in_order_needs_nobody(client, olga):
    client.force_login(olga)

    assert client.get("/organise/").context["things"] == 0


@pytest.mark.usefixtures("term_time")
def test_figures_count_who_came_and_not_who_was_expected(client, olga, workshop, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    slot = make_slot(workshop, starts_at=timezone.now() - timedelta(hours=5), booking_mode="instant", capacity=30)
    booking = make_booking(slot, at=slot.book_from + timedelta(days=1))
    client.force_login(olga)
    assert client.get("/organise/").context["year"].present == 0  # not recorded is not zero, and not 24 either

    client.post(
        f"/trainer/slots/{slot.pk}/",
        {"booking": booking.reference, "how": "counts", "seen": 0, "f": 9, "m": 6, "unknown": 3, "minutes": 180},
    )

    year = client.get("/organise/").context["year"]
    assert (year.present, year.schools, year.visits) == (18, 1, 1)
    assert (year.girls_percent, year.places.whole) == (60, 60)
