"""POST bookings/{id}/cancel/."""

from __future__ import annotations

from typing import Any

import pytest

from booking.models import Booking
from tests.api.conftest import BOOKINGS, Api, refusal, wrong_fields
from tests.factories import in_days, make_booking, make_organiser, make_slot

pytestmark = pytest.mark.django_db


def cancel(api: Api, booking: Booking, body: Any = None, who: Any = None) -> Any:
    return api(who or booking.owner, "book").post(f"{BOOKINGS}{booking.pk}/cancel/", body or {})


def test_a_school_cancels_without_a_reason(api: Api):
    booking = make_booking()

    answer = cancel(api, booking)

    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["ended_by"], answer.json()["late"]) == ("cancelled", "school", False)
    assert answer.json()["actions"] == []
    booking.slot.refresh_from_db()
    assert booking.slot.places_taken == 0


def test_the_body_may_be_missing_altogether(api: Api):
    booking = make_booking()

    assert api(booking.owner).generic("POST", f"{BOOKINGS}{booking.pk}/cancel/").status_code == 200


def test_the_provider_says_why(api: Api):
    booking = make_booking()
    olga = make_organiser(booking.slot.workshop.partner)

    assert wrong_fields(cancel(api, booking, who=olga)) == {"reason": "required"}
    assert wrong_fields(cancel(api, booking, {"reason": "  "}, who=olga)) == {"reason": "required"}
    answer = cancel(api, booking, {"reason": "burst pipe"}, who=olga)
    assert (answer.json()["ended_by"], answer.json()["history"][-1]["reason"]) == ("provider", "burst pipe")


def test_close_to_the_visit_it_is_late(api: Api):
    booking = make_booking(make_slot(starts_at=in_days(1)), at=in_days(-30))

    assert cancel(api, booking).json()["late"] is True


def test_after_the_start_it_is_too_late(api: Api):
    booking = make_booking(make_slot(starts_at=in_days(-1)), at=in_days(-30))

    assert refusal(cancel(api, booking)) == (409, "too_late")


def test_twice_is_a_conflict(api: Api):
    booking = make_booking()
    cancel(api, booking)

    assert refusal(cancel(api, booking)) == (409, "not_active")


def test_a_freed_place_is_offered(api: Api):
    slot = make_slot()
    booking, waiting = make_booking(slot), make_booking(slot, group_name="8a")

    cancel(api, booking)

    shown = api(waiting.owner).get(f"{BOOKINGS}{waiting.pk}/").json()
    assert (shown["state"], shown["waitlist_position"]) == ("offered", None)
    assert shown["offer_expires_at"] is not None
    assert shown["actions"] == ["change", "cancel", "hand_over", "accept", "reject"]
