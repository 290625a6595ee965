"""A house that helps with a workshop of another sees who comes: not who did what and why, and whom to call only where
the responsible house says so."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import User
from booking import rules
from booking.models import Booking
from tests.api.conftest import BOOKINGS, Api, body
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_cooperation,
    make_organiser,
    make_partner,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)
from workshops.models import Cooperation, Slot, Workshop

pytestmark = pytest.mark.django_db

PRIVATE = {"note": "Ada kommt später", "needs": "zwei Rollstühle", "needs_list": ("step_free",)}
CONTACT = {"name": "Ada", "email": "ada@school.example", "phone": "0170 0000000", "language": "de"}
UNTOLD = {"contact": dict.fromkeys(CONTACT, ""), "needs": "", "needs_list": [], "note": ""}


@pytest.fixture
def workshop() -> Workshop:
    return make_workshop(most_unconfirmed=0)


@pytest.fixture
def holger() -> User:
    """Organises for a house that helps nobody yet."""
    return make_organiser(make_partner("helper"), "holger")


@pytest.fixture
def booking(workshop: Workshop) -> Booking:
    """A visit with all that may be private, and a number that was changed."""
    booking = make_booking(make_slot(workshop), make_user("ada"), **PRIVATE)
    olga = Actor.person(make_organiser(workshop.partner, "olga"))
    return rules.amend(booking, {"pupils": 20}, by=olga, now=timezone.now(), override_reason="Ada rief an")


def helps(holger: User, workshop: Workshop, **how: Any) -> Cooperation:
    return make_cooperation(workshop, holger.partner_roles.get().partner, **how)


def test_who_helps_sees_state_school_and_numbers_without_names_and_reasons(api: Api, holger, booking):
    helps(holger, booking.slot.workshop)

    shown = api(holger).get(f"{BOOKINGS}{booking.pk}/").json()

    assert (shown["state"], shown["school"]["name"]) == ("confirmed", booking.school.name)
    assert shown["group"] == {"name": "7b", "grades": [7], "pupils": 20, "adults": 2}
    assert {name: shown[name] for name in UNTOLD} == UNTOLD
    assert [entry["kind"] for entry in shown["history"]] == [
        change.kind for change in booking.changes.order_by("at", "pk")
    ]
    assert {(entry["by"], entry["reason"]) for entry in shown["history"]} == {("", "")}
    assert shown["actions"] == []
    assert api(holger).get(BOOKINGS).json()["results"] == [shown]


def test_contact_needs_and_note_are_told_where_the_house_says_so(api: Api, holger, booking):
    helps(holger, booking.slot.workshop, sees_contacts=True)

    shown = api(holger).get(f"{BOOKINGS}{booking.pk}/").json()

    assert shown["contact"] == CONTACT
    assert (shown["needs"], shown["needs_list"], shown["note"]) == ("zwei Rollstühle", ["step_free"], PRIVATE["note"])
    assert {(entry["by"], entry["reason"]) for entry in shown["history"]} == {("", "")}
    assert shown["actions"] == []


@pytest.mark.parametrize("other", ["owner", "trainer", "organiser", "admin"])
def test_who_is_more_than_a_helper_sees_all(other: str, api: Api, holger, booking):
    workshop = booking.slot.workshop
    helps(holger, workshop)
    if other == "owner":
        Booking.objects.filter(pk=booking.pk).update(owner=holger)
    elif other == "trainer":
        tom = make_trainer(workshop.partner)
        type(tom).objects.filter(pk=tom.pk).update(user=holger)
        make_assignment(booking.slot, tom)
    elif other == "organiser":
        workshop.partner.roles.create(user=holger)
    else:
        User.objects.filter(pk=holger.pk).update(is_network_admin=True)

    shown = api(holger).get(f"{BOOKINGS}{booking.pk}/").json()

    assert shown["contact"] == CONTACT
    assert "Ada" in {entry["by"] for entry in shown["history"]}
    assert shown["actions"] or other == "trainer"


def test_a_second_house_of_the_same_person_may_see_more(api: Api, holger, booking):
    helps(holger, booking.slot.workshop)
    second = make_cooperation(booking.slot.workshop, sees_contacts=True).partner
    second.roles.create(user=holger)

    assert [row["contact"] for row in api(holger).get(BOOKINGS).json()["results"]] == [CONTACT]


def test_permission_holds_for_the_workshop_for_which_it_was_given(api: Api, holger, booking, workshop):
    other = make_booking(make_slot(make_workshop(workshop.partner), starts_at=in_days(50)), **PRIVATE)
    helps(holger, other.slot.workshop, sees_contacts=True)
    helps(holger, workshop)

    contacts = {row["id"]: row["contact"]["email"] for row in api(holger).get(BOOKINGS).json()["results"]}

    assert contacts == {booking.pk: "", other.pk: CONTACT["email"]}


@pytest.mark.parametrize(
    ("at", "seen"),
    [
        ("2027-03-07T23:59:00+01:00", 404),
        ("2027-03-08T00:00:00+01:00", 200),  # from the first day on, by the local clock
        ("2027-03-12T23:59:00+01:00", 200),
        ("2027-03-13T00:00:00+01:00", 404),
    ],
)
def test_helping_begins_and_ends_with_its_local_days(at: str, seen: int, api: Api, holger, booking):
    helps(holger, booking.slot.workshop, valid=(date(2027, 3, 8), date(2027, 3, 13)), sees_contacts=True)
    client = api(holger)

    with time_machine.travel(at, tick=False):
        one, listed = client.get(f"{BOOKINGS}{booking.pk}/"), client.get(BOOKINGS)

    assert (one.status_code, listed.json()["count"]) == (seen, int(seen == 200))


def test_the_list_can_be_asked_for_a_date(api: Api, holger, booking, workshop):
    helps(holger, workshop)
    make_booking(make_slot(workshop, starts_at=in_days(50)))

    rows = api(holger).get(BOOKINGS, {"slot": booking.slot_id}).json()["results"]

    assert [row["id"] for row in rows] == [booking.pk]


def test_who_helps_has_no_other_role_and_no_say_in_the_dates(api: Api, holger, booking):
    helps(holger, booking.slot.workshop, sees_contacts=True)
    client = api(holger)

    roles = client.get("/api/v1/me/").json()["roles"]
    closed = client.patch(f"/api/v1/slots/{booking.slot_id}/", {"state": "closed"}, format="json")
    added = client.post(BOOKINGS, body(booking.slot, override_reason="sie sind schon da"), format="json")

    assert roles == [{"role": "organiser", "partner": "helper"}]
    assert (closed.status_code, added.status_code) == (403, 403)
    assert Slot.objects.get(pk=booking.slot_id).state == "open"


def test_the_list_of_who_helps_takes_as_many_queries_for_three_as_for_one(api: Api, holger):
    client, numbers = api(holger), []
    for _ in range(3):
        workshop = make_workshop()
        helps(holger, workshop)
        make_booking(make_slot(workshop))
        client.get(BOOKINGS)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(BOOKINGS)
        numbers.append(len(queries))

    assert len(answer.json()["results"]) == 3
    assert numbers[0] == numbers[1] == numbers[2]
    assert numbers[0] <= 9
