"""Who may do what to a booking: every role × every action, as the table of the API's guide says."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from booking.models import Booking
from schools.models import Membership
from tests.api.conftest import BOOKINGS, Api
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_office,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)

pytestmark = pytest.mark.django_db

CAME = {"present": {"unknown": 20}, "minutes": 180}
ACTIONS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "see": ("get", "", {}),
    "change": ("patch", "", {"note": "hello"}),
    "cancel": ("post", "cancel/", {"reason": "ill"}),
    "reconfirm": ("post", "reconfirm/", {}),
    "confirm": ("post", "confirm/", {}),
    "wait": ("post", "wait/", {}),
    "decline": ("post", "decline/", {"reason": "no"}),
    "attendance": ("put", "attendance/", CAME),
    "accept": ("post", "accept/", {}),
    "reject": ("post", "reject/", {}),
}
SCHOOL_SIDE = {
    "see": 200,
    "change": 200,
    "cancel": 200,
    "reconfirm": 409,  # nobody asks yet whether it is still on
    "confirm": 403,
    "decline": 403,
    "wait": 403,
    "attendance": 403,
}
OFFER = {"accept": 409, "reject": 409}  # allowed, but nothing is offered
NO_OFFER = {"accept": 403, "reject": 403}
STAFF = {**dict.fromkeys(ACTIONS, 200), "reconfirm": 409, **NO_OFFER}
TABLE = {
    "owner": SCHOOL_SIDE | OFFER,
    "office": SCHOOL_SIDE | OFFER,
    "trainer": dict.fromkeys(ACTIONS, 403) | {"see": 200, "attendance": 200},
    "organiser": STAFF,
    "network admin": STAFF,
    "owner who organises": {**STAFF, **OFFER},
    "organiser of another partner": dict.fromkeys(ACTIONS, 404),
    "trainer of another slot": dict.fromkeys(ACTIONS, 404),
    "trainer who declined": dict.fromkeys(ACTIONS, 404),
    "office of another school": dict.fromkeys(ACTIONS, 404),
    "office that nobody confirmed": dict.fromkeys(ACTIONS, 404),
    "teacher of the same school": dict.fromkeys(ACTIONS, 404),
    "stranger": dict.fromkeys(ACTIONS, 404),
    "nobody": dict.fromkeys(ACTIONS, 401),
}


def somebody(who: str, booking: Booking) -> User | None:
    slot, partner = booking.slot, booking.slot.workshop.partner
    if who == "nobody":
        return None
    if who in {"owner", "owner who organises"}:
        if who != "owner":
            partner.roles.create(user=booking.owner)
        return booking.owner
    if who.startswith("trainer"):
        return trainer(who, booking)
    if who.startswith(("office", "teacher")):
        return of_a_school(who, booking)
    people = {
        "organiser": lambda: make_organiser(partner),
        "organiser of another partner": lambda: make_organiser(make_partner()),
        "network admin": lambda: make_user(is_network_admin=True),
        "stranger": make_user,
    }
    assert slot
    return people[who]()


def trainer(who: str, booking: Booking) -> User:
    person = make_trainer(booking.slot.workshop.partner)
    slot = make_slot() if who == "trainer of another slot" else booking.slot
    make_assignment(slot, person, state="declined" if who == "trainer who declined" else "accepted")
    return person.user


def of_a_school(who: str, booking: Booking) -> User:
    if who == "office":
        return make_office(booking.school)
    if who == "office of another school":
        return make_office(make_school())
    user = make_user()
    role = "teacher" if who.startswith("teacher") else "office"
    state = "confirmed" if role == "teacher" else "declared"
    Membership.objects.create(user=user, school=booking.school, role=role, state=state)
    return user


def booking_for(action: str) -> Booking:
    """A booking in a state in which the action would do something."""
    if action == "attendance":
        return make_booking(make_slot(starts_at=in_days(-1)), at=in_days(-30))
    return make_booking(make_slot(make_workshop(booking_mode="request")))


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("who", TABLE)
def test_who_may_do_what(api: Api, who: str, action: str):
    booking = booking_for(action)
    method, path, sent = ACTIONS[action]
    before = Booking.objects.values("state", "version", "note").get()

    answer = getattr(api(somebody(who, booking)), method)(f"{BOOKINGS}{booking.pk}/{path}", sent)

    assert answer.status_code == TABLE[who][action], answer.content
    changed = Booking.objects.values("state", "version", "note").get() != before
    assert changed is (answer.status_code == 200 and action != "see")


@pytest.mark.parametrize("who", TABLE)
def test_the_actions_that_are_named_are_those_that_work(api: Api, who: str):
    booking = booking_for("confirm")

    answer = api(somebody(who, booking)).get(f"{BOOKINGS}{booking.pk}/")

    if answer.status_code == 200:
        wanted = {name for name in ACTIONS if TABLE[who][name] == 200} - {"see", "attendance"}
        assert set(answer.json()["actions"]) - {"move", "hand_over"} == wanted


@pytest.mark.parametrize("action", [name for name in ACTIONS if name != "see"])
@pytest.mark.parametrize(("scope", "status"), [("read", 403), ("book", None)])
def test_a_token_does_less_than_its_person(api: Api, action: str, scope: str, status: int | None):
    """Decisions need `organise`, all other writes `book`; what cannot be seen is 404 all the same."""
    booking = booking_for(action)
    olga = make_organiser(booking.slot.workshop.partner)
    method, path, sent = ACTIONS[action]
    expected = status or (403 if action in {"confirm", "decline", "wait"} else TABLE["organiser"][action])

    assert getattr(api(olga, scope), method)(f"{BOOKINGS}{booking.pk}/{path}", sent).status_code == expected
    unseen = getattr(api(make_user(), scope), method)(f"{BOOKINGS}{booking.pk}/{path}", sent)
    assert unseen.status_code == 404


@pytest.mark.parametrize("action", [name for name in ACTIONS if name != "see"])
def test_forbidden_comes_before_a_wrong_body(api: Api, action: str):
    booking = booking_for("attendance")
    who = "organiser" if action in {"accept", "reject"} else "owner" if action == "attendance" else "trainer"
    method, path, _sent = ACTIONS[action]

    answer = getattr(api(somebody(who, booking)), method)(f"{BOOKINGS}{booking.pk}/{path}", {"nonsense": 1})

    assert answer.status_code == 403


@pytest.mark.parametrize("action", ["change", "cancel", "confirm", "decline", "attendance"])
def test_a_wrong_body_comes_before_a_conflict(api: Api, action: str):
    """A visit that is over, counted and closed: every action would be a conflict."""
    booking = make_booking(make_slot())
    client = api(make_organiser(booking.slot.workshop.partner))
    client.post(f"{BOOKINGS}{booking.pk}/cancel/", {"reason": "ill"})
    method, path, sent = ACTIONS[action]

    assert getattr(client, method)(f"{BOOKINGS}{booking.pk}/{path}", {"nonsense": 1}).status_code == 400
    assert getattr(client, method)(f"{BOOKINGS}{booking.pk}/{path}", sent).status_code == 409


def test_a_session_has_the_full_rights_of_its_person(client: Any):
    booking = booking_for("confirm")
    client.force_login(make_organiser(booking.slot.workshop.partner))

    answer = client.post(f"{BOOKINGS}{booking.pk}/confirm/", {}, content_type="application/json")

    assert answer.json()["state"] == "confirmed"


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer nonsense", "bearer lo_x", "Bearer ä", "Bearer a b"])
def test_a_token_that_nobody_gave_opens_nothing(client: Any, header: str):
    assert client.get(BOOKINGS, HTTP_AUTHORIZATION=header).status_code == 401
