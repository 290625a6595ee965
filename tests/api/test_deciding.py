"""POST bookings/{id}/confirm/ and decline/: requests."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from booking.models import Booking
from tests.api.conftest import BOOKINGS, Api, refusal, wrong_fields
from tests.factories import in_days, make_booking, make_organiser, make_slot, make_workshop
from workshops.models import Slot

pytestmark = pytest.mark.django_db


@pytest.fixture
def wish() -> Slot:
    return make_slot(make_workshop(booking_mode="request"), starts_at=in_days(50))


@pytest.fixture
def asked(wish: Slot) -> Booking:
    return make_booking(make_slot(wish.workshop), alternatives=(wish,))


@pytest.fixture
def olga(wish: Slot) -> User:
    return make_organiser(wish.workshop.partner, "olga")


def decide(api: Api, who: User, booking: Booking, how: str, body: Any = None) -> Any:
    return api(who).post(f"{BOOKINGS}{booking.pk}/{how}/", body or {})


def test_an_organiser_sees_what_to_decide(api: Api, asked: Booking, olga: User):
    shown = api(olga).get(f"{BOOKINGS}{asked.pk}/").json()

    assert shown["actions"] == ["change", "move", "cancel", "confirm", "decline", "wait"]


def test_yes(api: Api, asked: Booking, olga: User):
    answer = decide(api, olga, asked, "confirm")

    assert (answer.status_code, answer.json()["state"]) == (200, "confirmed")
    assert answer.json()["history"][-1]["by"] == "Olga"


def test_yes_to_the_further_wish(api: Api, asked: Booking, olga: User, wish: Slot):
    answer = decide(api, olga, asked, "confirm", {"slot": wish.pk})

    assert (answer.json()["state"], answer.json()["slot"]["id"]) == ("confirmed", wish.pk)


@pytest.mark.parametrize(("named", "code"), [("another date", "not_wished"), ("nothing", "unknown")])
def test_only_what_was_wished_is_confirmed(api: Api, asked: Booking, olga: User, named: str, code: str):
    number = make_slot(asked.slot.workshop, starts_at=in_days(70)).pk if named == "another date" else 999_999

    assert wrong_fields(decide(api, olga, asked, "confirm", {"slot": number})) == {"slot": code}


def test_a_wish_that_is_full_by_now_does_not_fit(api: Api, asked: Booking, olga: User, wish: Slot):
    make_booking(wish)

    assert refusal(decide(api, olga, asked, "confirm", {"slot": wish.pk})) == (409, "no_room")


def test_a_wish_that_is_over_is_not_bookable(api: Api, asked: Booking, olga: User, wish: Slot):
    wish.change(in_days(0), state=Slot.State.CANCELLED)

    assert refusal(decide(api, olga, asked, "confirm", {"slot": wish.pk})) == (409, "not_bookable")


def test_no_with_a_reason(api: Api, asked: Booking, olga: User):
    assert wrong_fields(decide(api, olga, asked, "decline")) == {"reason": "required"}
    answer = decide(api, olga, asked, "decline", {"reason": "no trainer"})
    assert (answer.json()["state"], answer.json()["history"][-1]["reason"]) == ("declined", "no trainer")


@pytest.mark.parametrize("second", ["confirm", "decline"])
def test_a_second_decision_is_a_conflict(api: Api, asked: Booking, olga: User, second: str):
    decide(api, olga, asked, "confirm")

    assert refusal(decide(api, olga, asked, second, {"reason": "no"} if second == "decline" else {})) == (
        409,
        "already_decided",
    )


@pytest.mark.parametrize("scope", ["read", "book"])
def test_deciding_needs_a_token_for_organising(api: Api, asked: Booking, olga: User, scope: str):
    """And the right to decide is asked before the body is read."""
    for how in ("confirm", "decline"):
        answer = api(olga, scope).post(f"{BOOKINGS}{asked.pk}/{how}/", {"nonsense": 1})
        assert refusal(answer) == (403, "scope")
