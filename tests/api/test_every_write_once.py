"""Idempotency-Key on every write of the API: asked twice, done once; a write without a row here fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from booking import rules
from tests.api.conftest import refusal
from tests.api.situations import (
    SLOTS,
    Call,
    Situation,
    act,
    asked,
    change,
    count,
    edit,
    elsewhere,
    everything,
    hand_over,
    move,
    offered,
    organiser_of,
    place,
    shared,
    trainer_of,
)
from tests.factories import (
    in_days,
    make_booking,
    make_organiser,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)

pytestmark = pytest.mark.django_db

WRITES: dict[str, Situation] = {}


def write(operation: str) -> Callable[[Situation], Situation]:
    def note(arrange: Situation) -> Situation:
        WRITES[operation] = arrange
        return arrange

    return note


@write("POST bookings/")
def booking_a_class() -> Call:
    return place(shared())


@write("PATCH bookings/{id}/")
def changing_a_booking() -> Call:
    return change(make_booking(), pupils=20)


@write("POST bookings/{id}/move/")
def moving_a_booking() -> Call:
    booking = make_booking()
    return move(booking, elsewhere(booking))


@write("POST bookings/{id}/hand-over/")
def asking_a_colleague_to_take_over() -> Call:
    return hand_over(make_booking())


@write("POST bookings/{id}/reconfirm/")
def saying_that_it_is_still_on() -> Call:
    booking = make_booking()
    rules.advance_reconfirmation(booking, now=booking.reconfirm_due_at)
    return act(booking, "reconfirm")


@write("POST bookings/{id}/wait/")
def putting_a_request_on_the_waiting_list() -> Call:
    booking = asked()
    return act(booking, "wait", organiser_of(booking))


@write("POST bookings/{id}/cancel/")
def calling_a_visit_off() -> Call:
    return act(make_booking(), "cancel")


@write("POST bookings/{id}/accept/")
def taking_an_offer() -> Call:
    return act(offered(), "accept")


@write("POST bookings/{id}/reject/")
def leaving_an_offer() -> Call:
    return act(offered(), "reject")


@write("POST bookings/{id}/confirm/")
def saying_yes() -> Call:
    booking = asked()
    return act(booking, "confirm", organiser_of(booking))


@write("POST bookings/{id}/decline/")
def saying_no() -> Call:
    booking = asked()
    return act(booking, "decline", organiser_of(booking), reason="Kein Raum")


@write("PUT bookings/{id}/attendance/")
def counting_who_came() -> Call:
    booking = make_booking(make_slot(starts_at=in_days(-1)), at=in_days(-30))
    return count(booking, trainer_of(booking))


@write("POST slots/")
def opening_a_date() -> Call:
    workshop = make_workshop()
    times = {"starts_at": in_days(40).isoformat(), "ends_at": in_days(40, 11).isoformat()}
    return Call(make_organiser(workshop.partner), "post", SLOTS, {"workshop": workshop.slug, **times})


@write("PATCH slots/{id}/")
def moving_a_date() -> Call:
    slot = shared()
    make_booking(slot)
    return edit(slot, starts_at=in_days(47).isoformat())


@write("POST slots/{id}/cancel/")
def calling_a_date_off() -> Call:
    slot = shared()
    make_booking(slot)
    return Call(organiser_of(slot), "post", f"{SLOTS}{slot.pk}/cancel/", {"reason": "Sturm"})


@write("PUT slots/{id}/assignments/")
def naming_who_leads() -> Call:
    slot = shared()
    sent = {"assignments": [{"trainer": make_trainer(slot.workshop.partner).pk}]}
    return Call(organiser_of(slot), "put", f"{SLOTS}{slot.pk}/assignments/", sent)


@write("POST me/calendar/reset/")
def new_addresses_of_calendars() -> Call:
    return Call(make_user(), "post", "/api/v1/me/calendar/reset/")


def send(call: Call, key: str = "once", **sent: Any) -> Any:
    client = Client()
    client.force_login(call.who)
    headers = {"content_type": "application/json", "HTTP_IDEMPOTENCY_KEY": key}
    return getattr(client, call.method)(call.path, call.sent | sent, **headers)


def test_every_write_of_the_api_has_a_row():
    paths = SchemaGenerator().get_schema(public=True)["paths"].items()
    writes = {
        f"{method.upper()} {path.removeprefix('/api/v1/')}"
        for path, methods in paths
        for method in methods
        if method in {"post", "put", "patch", "delete"}
    }
    assert writes == set(WRITES)


@pytest.mark.parametrize("operation", WRITES)
def test_the_second_request_gets_the_first_answer_and_does_nothing(operation: str):
    call = WRITES[operation]()
    first = send(call)
    done = everything()

    second = send(call)

    assert first.status_code == (201 if operation in {"POST bookings/", "POST slots/"} else 200), first.content
    assert (second.status_code, second.json()) == (first.status_code, first.json())
    assert everything() == done


@pytest.mark.parametrize("operation", WRITES)
def test_the_key_of_one_body_does_not_open_for_another(operation: str):
    call = WRITES[operation]()
    send(call)
    done = everything()

    assert refusal(send(call, reason="another")) == (422, "key_reused")
    assert everything() == done


@pytest.mark.parametrize("operation", WRITES)
def test_an_answer_is_kept_for_a_day(operation: str):
    """A minute less, and it is the first answer; a minute more, and the key is free for another request."""
    call, now = WRITES[operation](), timezone.now()
    with time_machine.travel(now, tick=False):
        first = send(call)
    done = everything()

    with time_machine.travel(now + timedelta(hours=23, minutes=59), tick=False):
        assert send(call).json() == first.json()
        assert everything() == done
    with time_machine.travel(now + timedelta(hours=24, minutes=1), tick=False):
        assert send(call, reason="another").status_code != 422


def test_one_key_of_two_people_is_two_keys():
    """Also where they mean the same booking: the second finds it cancelled."""
    booking = make_booking()
    school, organiser = act(booking, "cancel"), act(booking, "cancel", organiser_of(booking), reason="Sturm")

    assert send(school).json()["ended_by"] == "school"
    assert refusal(send(organiser)) == (409, "not_active")
