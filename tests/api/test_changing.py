"""PATCH bookings/{id}/: group, contact and note; only the given keys change."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.actor import Actor
from booking import rules
from booking.models import Booking
from tests.api.conftest import BOOKINGS, Api, refusal, wrong_fields
from tests.factories import in_days, make_booking, make_organiser, make_slot, make_user, make_workshop

pytestmark = pytest.mark.django_db


def patch(api: Api, booking: Booking, change: dict[str, Any], who: Any = None) -> Any:
    return api(who or booking.owner, "book").patch(f"{BOOKINGS}{booking.pk}/", change)


def test_only_the_given_keys_change(api: Api):
    booking = make_booking(note="by bus")

    answer = patch(api, booking, {"group": {"pupils": 22}, "contact": {"phone": "0170 3"}})

    assert answer.status_code == 200
    assert answer.json()["group"] == {"name": "7b", "grades": [7], "pupils": 22, "adults": 2}
    assert answer.json()["contact"] == {
        "name": "Ada",
        "email": "ada@school.example",
        "phone": "0170 3",
        "language": "de",
    }
    assert answer.json()["note"] == "by bus"
    assert answer.json()["sequence"] == 1
    booking.slot.refresh_from_db()
    assert booking.slot.places_taken == 22


def test_arrival_and_photos_change_and_go_back_to_unknown(api: Api):
    booking = make_booking(arrival="walk", photos="no_faces")

    assert patch(api, booking, {"photos": "consents"}).json() | {"arrival": "walk", "photos": "consents"} == (
        api(booking.owner).get(f"{BOOKINGS}{booking.pk}/").json()
    )
    assert patch(api, booking, {"arrival": ""}).json()["arrival"] == ""


@pytest.mark.parametrize("nothing", [{}, {"group": {}}, {"group": {"pupils": 24, "grades": [7]}}, {"note": ""}])
def test_the_same_again_changes_nothing(api: Api, nothing: dict[str, Any]):
    booking = make_booking()

    assert patch(api, booking, nothing).json()["sequence"] == 0
    assert booking.changes.count() == 1


def test_a_rise_that_does_not_fit_changes_nothing(api: Api):
    slot = make_slot(make_workshop(capacity=30, max_groups=2))
    booking = make_booking(slot, pupils=20)
    make_booking(slot, group_name="8a", pupils=8)

    answer = patch(api, booking, {"group": {"pupils": 23}, "note": "more"})

    assert refusal(answer) == (409, "no_room")
    assert Booking.objects.get(pk=booking.pk).note == ""


def test_above_the_maximum_it_is_the_field_that_is_wrong(api: Api):
    assert wrong_fields(patch(api, make_booking(), {"group": {"pupils": 25}})) == {"group.pupils": "too_many"}


def test_after_the_start_the_school_is_too_late_and_the_organiser_is_not(api: Api):
    booking = make_booking(make_slot(starts_at=in_days(-1)), at=in_days(-30))
    olga = make_organiser(booking.slot.workshop.partner)

    assert refusal(patch(api, booking, {"note": "late"})) == (409, "too_late")
    assert patch(api, booking, {"note": "late"}, who=olga).status_code == 200


def test_what_has_ended_is_not_changed(api: Api):
    booking = make_booking()
    rules.cancel(booking, by=Actor.person(booking.owner), now=in_days(0))

    assert refusal(patch(api, booking, {"note": "again"})) == (409, "not_active")


def test_two_groups_do_not_get_one_name(api: Api):
    ada, slot = make_user(), make_slot(make_workshop(capacity=60, max_groups=2))
    booking = make_booking(slot, ada)
    make_booking(slot, ada, group_name="8a", school=booking.school)

    assert refusal(patch(api, booking, {"group": {"name": "8 A"}})) == (409, "already_booked")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"slot": 1}, "slot"),  # a move has an address of its own
        ({"state": "confirmed"}, "state"),
        ({"group": {"colour": "red"}}, "group.colour"),
        ({"group": None}, "group"),
        ({"group": {"pupils": 0}}, "group.pupils"),
        ({"group": {"grades": []}}, "group.grades"),
        ({"contact": {"email": "nobody"}}, "contact.email"),
        ({"note": None}, "note"),
        ({"arrival": "by broom"}, "arrival"),
        ({"photos": ""}, "photos"),
    ],
)
def test_what_cannot_be_is_named(api: Api, wrong: dict[str, Any], field: str):
    assert list(wrong_fields(patch(api, make_booking(), wrong))) == [field]


def test_put_is_no_way_to_change(api: Api):
    booking = make_booking()

    assert refusal(api(booking.owner).put(f"{BOOKINGS}{booking.pk}/", {})) == (405, "method_not_allowed")
