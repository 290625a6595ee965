"""PUT bookings/{id}/attendance/: who came, as numbers."""

from __future__ import annotations

from typing import Any

import pytest

from booking.models import Booking
from tests.api.conftest import BOOKINGS, Api, refusal, wrong_fields
from tests.factories import in_days, make_assignment, make_booking, make_slot, make_trainer

pytestmark = pytest.mark.django_db
CAME = {
    "present": {"f": 12, "m": 10, "d": 0, "unknown": 1},
    "adults": 2,
    "minutes": 180,
    "late_minutes": 10,
    "no_show": False,
}
NOBODY = {
    "present": {"f": 0, "m": 0, "d": 0, "unknown": 0},
    "adults": 0,
    "minutes": 0,
    "late_minutes": 0,
    "no_show": True,
}


@pytest.fixture
def visit() -> Booking:
    """A group that came yesterday, with its trainer as `visit.trainer`."""
    booking = make_booking(make_slot(starts_at=in_days(-1)), at=in_days(-30))
    booking.trainer = make_trainer(booking.slot.workshop.partner, "tom")
    make_assignment(booking.slot, booking.trainer)
    return booking


def record(api: Api, visit: Booking, body: Any, scope: str = "book") -> Any:
    return api(visit.trainer.user, scope).put(f"{BOOKINGS}{visit.pk}/attendance/", body)


def test_the_trainer_records_who_came(api: Api, visit: Booking):
    answer = record(api, visit, CAME)

    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["attendance"]) == ("attended", CAME)
    assert answer.json()["actions"] == ["attendance"]


@pytest.mark.parametrize("body", [NOBODY, {"no_show": True}])
def test_nobody_came(api: Api, visit: Booking, body: dict[str, Any]):
    answer = record(api, visit, body)

    assert (answer.json()["state"], answer.json()["attendance"]) == ("no_show", NOBODY)


def test_people_who_are_left_out_are_nobody_and_time_is_as_planned(api: Api, visit: Booking):
    shown = record(api, visit, {"present": {"unknown": 23}}).json()["attendance"]

    assert shown == NOBODY | {"present": NOBODY["present"] | {"unknown": 23}, "minutes": 180, "no_show": False}


def test_a_correction_of_people_leaves_the_time_as_it_stands(api: Api, visit: Booking):
    record(api, visit, CAME | {"minutes": 90})

    shown = record(api, visit, {"present": {"unknown": 23}, "adults": 2}).json()["attendance"]

    assert (shown["minutes"], shown["late_minutes"]) == (90, 10)


def test_who_came_after_all_was_there_as_long_as_planned(api: Api, visit: Booking):
    record(api, visit, NOBODY)

    assert record(api, visit, {"present": {"unknown": 23}}).json()["attendance"]["minutes"] == 180


def test_other_numbers_are_a_correction(api: Api, visit: Booking):
    record(api, visit, NOBODY)

    answer = record(api, visit, CAME)

    assert [entry["kind"] for entry in answer.json()["history"]] == ["confirmed", "no_show", "attended"]


def test_why_it_is_corrected_stands_in_the_history(api: Api, visit: Booking):
    record(api, visit, CAME)

    answer = record(api, visit, {**CAME, "adults": 3, "reason": "miscounted"})

    assert [entry["reason"] for entry in answer.json()["history"]] == ["", "", "miscounted"]


def test_the_same_numbers_are_no_correction(api: Api, visit: Booking):
    record(api, visit, CAME)

    assert len(record(api, visit, CAME).json()["history"]) == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({}, "present"),
        ({"present": {}}, "present"),
        ({**CAME, "no_show": True}, "no_show"),
        ({"present": {"f": -1}}, "present.f"),
        ({"present": {"x": 1}}, "present.x"),
        ({"present": {"f": 501}}, "present.f"),
        ({"present": 24}, "present"),
        ({**CAME, "minutes": 1441}, "minutes"),
        ({**CAME, "names": ["Emil"]}, "names"),
        ({**CAME, "late_minutes": -5}, "late_minutes"),
        ({"no_show": True, "late_minutes": 5}, "no_show"),
        ({**CAME, "reason": "x" * 501}, "reason"),
    ],
)
def test_numbers_that_cannot_be_are_named(api: Api, visit: Booking, wrong: dict[str, Any], field: str):
    assert list(wrong_fields(record(api, visit, wrong))) == [field]


def test_before_the_start_nobody_has_come(api: Api):
    booking = make_booking()
    trainer = make_trainer(booking.slot.workshop.partner)
    make_assignment(booking.slot, trainer)

    answer = api(trainer.user).put(f"{BOOKINGS}{booking.pk}/attendance/", CAME)

    assert refusal(answer) == (409, "not_active")


def test_a_token_for_reading_records_nothing(api: Api, visit: Booking):
    assert refusal(record(api, visit, CAME, scope="read")) == (403, "scope")
