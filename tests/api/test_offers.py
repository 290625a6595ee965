"""POST bookings/{id}/accept/ and reject/: an offer from the waiting list."""

from __future__ import annotations

import pytest
import time_machine

from accounts.actor import Actor
from booking import rules
from booking.models import Booking
from schools.schooldays import ONE_DAY
from tests.api.conftest import BOOKINGS, Api, refusal
from tests.factories import in_days, make_booking, make_slot

pytestmark = pytest.mark.django_db


@pytest.fixture
def offered() -> Booking:
    slot = make_slot()
    first, waiting = make_booking(slot), make_booking(slot, group_name="8a")
    rules.cancel(first, by=Actor.person(first.owner), now=in_days(0))
    return Booking.objects.get(pk=waiting.pk)


def test_an_offer_is_accepted(api: Api, offered: Booking):
    answer = api(offered.owner, "book").post(f"{BOOKINGS}{offered.pk}/accept/", {})

    assert (answer.status_code, answer.json()["state"], answer.json()["offer_expires_at"]) == (200, "confirmed", None)


def test_an_offer_is_left_to_the_next(api: Api, offered: Booking):
    answer = api(offered.owner, "book").post(f"{BOOKINGS}{offered.pk}/reject/", {})

    assert (answer.json()["state"], answer.json()["ended_by"], answer.json()["late"]) == ("cancelled", "school", False)


def test_after_the_deadline_it_is_too_late(api: Api, offered: Booking):
    client = api(offered.owner)

    with time_machine.travel(offered.offer_expires_at + ONE_DAY):
        assert client.get(f"{BOOKINGS}{offered.pk}/").json()["actions"] == ["change", "cancel", "hand_over", "reject"]
        assert refusal(client.post(f"{BOOKINGS}{offered.pk}/accept/", {})) == (409, "too_late")


def test_without_an_offer_there_is_nothing_to_accept(api: Api):
    booking = make_booking()
    client = api(booking.owner)

    assert refusal(client.post(f"{BOOKINGS}{booking.pk}/accept/", {})) == (409, "not_active")
    assert refusal(client.post(f"{BOOKINGS}{booking.pk}/reject/", {})) == (409, "not_active")
