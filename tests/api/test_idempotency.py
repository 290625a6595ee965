"""Idempotency-Key: asked twice, done once."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from booking.idempotency import fingerprint_of, purge
from booking.models import Booking, IdempotencyKey, Message
from tests.api.conftest import BOOKINGS, Api, body, refusal, wrong_fields
from tests.factories import make_booking, make_school, make_slot, make_user, make_workshop

pytestmark = pytest.mark.django_db


def test_the_second_request_gets_the_first_answer(api: Api):
    client, sent = api(make_user()), body(make_slot())

    first = client.post(BOOKINGS, sent, HTTP_IDEMPOTENCY_KEY="a")
    second = client.post(BOOKINGS, sent, HTTP_IDEMPOTENCY_KEY="a")

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Booking.objects.count() == 1
    assert Message.objects.filter(kind="booking_confirmed").count() == 1


def test_without_a_key_twice_is_twice(api: Api):
    client, sent = api(make_user()), body(make_slot())
    client.post(BOOKINGS, sent)

    assert refusal(client.post(BOOKINGS, sent)) == (409, "already_booked")


def test_the_answer_stays_the_first_whatever_happened_since(api: Api):
    ada = make_user()
    client, sent = api(ada), body(make_slot())
    first = client.post(BOOKINGS, sent, HTTP_IDEMPOTENCY_KEY="a").json()
    client.post(f"{BOOKINGS}{first['id']}/cancel/", {})

    assert client.post(BOOKINGS, sent, HTTP_IDEMPOTENCY_KEY="a").json() == first


def test_the_same_values_in_another_order_are_the_same_body(api: Api):
    client, sent = api(make_user()), body(make_slot())
    text = json.dumps(dict(reversed(sent.items())), indent=4).replace("24,", "24.0,")

    first = client.post(BOOKINGS, sent, HTTP_IDEMPOTENCY_KEY="a")
    second = client.generic("POST", BOOKINGS, text, content_type="application/json", HTTP_IDEMPOTENCY_KEY="a")

    assert second.status_code == 201, second.json()
    assert first.json() == second.json()


@pytest.mark.parametrize("other", [{"note": "other"}, {"waitlist": False}, {"colour": "red"}])
def test_another_body_is_refused(api: Api, other: dict[str, Any]):
    """Even one that would be wrong by itself: the key is looked at first."""
    client, sent = api(make_user()), body(make_slot())
    client.post(BOOKINGS, sent, HTTP_IDEMPOTENCY_KEY="a")

    assert refusal(client.post(BOOKINGS, sent | other, HTTP_IDEMPOTENCY_KEY="a")) == (422, "key_reused")
    assert Booking.objects.count() == 1


def test_another_address_is_refused(api: Api):
    ada = make_user()
    client, (one, two) = api(ada), (make_booking(owner=ada), make_booking(owner=ada))
    client.post(f"{BOOKINGS}{one.pk}/cancel/", {}, HTTP_IDEMPOTENCY_KEY="a")

    assert refusal(client.post(f"{BOOKINGS}{two.pk}/cancel/", {}, HTTP_IDEMPOTENCY_KEY="a")) == (422, "key_reused")


def test_keys_of_two_people_never_meet(api: Api):
    slot, school = make_slot(make_workshop(capacity=60, max_groups=2)), make_school()
    names = []
    for name in ("7b", "8a"):
        sent = body(slot, school=school.pk, group={"name": name})
        names.append(api(make_user()).post(BOOKINGS, sent, HTTP_IDEMPOTENCY_KEY="a").json()["group"]["name"])

    assert names == ["7b", "8a"]


@pytest.mark.parametrize("key", ["", "  ", "k" * 256])
def test_a_key_has_a_length(api: Api, key: str):
    answer = api(make_user()).post(BOOKINGS, body(make_slot()), HTTP_IDEMPOTENCY_KEY=key)

    assert wrong_fields(answer) == {"Idempotency-Key": "length"}
    assert not Booking.objects.exists()


def test_the_longest_key_is_taken(api: Api):
    answer = api(make_user()).post(BOOKINGS, body(make_slot()), HTTP_IDEMPOTENCY_KEY="k" * 255)

    assert answer.status_code == 201


@pytest.mark.django_db(transaction=True)
def test_refusals_are_not_kept(api: Api):
    slot, school = make_slot(state="closed"), make_school()
    client, sent = api(make_user()), body(slot, school=school.pk)
    assert refusal(client.post(BOOKINGS, sent, HTTP_IDEMPOTENCY_KEY="a")) == (409, "not_bookable")
    assert not IdempotencyKey.objects.exists()

    slot.change(timezone.now(), state="open")

    assert client.post(BOOKINGS, sent, HTTP_IDEMPOTENCY_KEY="a").status_code == 201


def test_a_key_lives_for_a_day(api: Api):
    client, slot = api(make_user()), make_slot(make_workshop(capacity=60, max_groups=2))
    with time_machine.travel(timezone.now() - timedelta(hours=25)):
        client.post(BOOKINGS, body(slot), HTTP_IDEMPOTENCY_KEY="a")

    answer = client.post(BOOKINGS, body(slot, group={"name": "8a"}), HTTP_IDEMPOTENCY_KEY="a")

    assert (answer.status_code, answer.json()["group"]["name"]) == (201, "8a")


def test_old_keys_are_forgotten(api: Api):
    client, now = api(make_user()), timezone.now()
    client.post(BOOKINGS, body(make_slot()), HTTP_IDEMPOTENCY_KEY="a")

    assert purge(now + timedelta(hours=23)) == 0
    assert purge(now + timedelta(hours=25)) == 1
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"a": 1, "b": [1, 2]}, {"b": [1, 2], "a": 1}, True),
        ({"a": 24}, {"a": 24.0}, True),
        ({"a": 1}, {"a": True}, False),
        ({"a": 1}, {"a": "1"}, False),
        ({"a": [1, 2]}, {"a": [2, 1]}, False),
        ({"a": None}, {}, False),
        ({"a": "ä"}, {"a": "\u00e4"}, True),
    ],
)
def test_bodies_are_compared_as_json_values(one: Any, other: Any, same: bool):
    assert (fingerprint_of("POST", "/", one) == fingerprint_of("POST", "/", other)) is same


def at_once(jobs: list[Callable[[], Any]]) -> list[Any]:
    """Run the jobs at the same moment, each on a connection of its own."""
    start = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


@pytest.mark.django_db(transaction=True)
def test_twins_get_one_answer_and_have_one_effect(api: Api):
    client, sent = api(make_user()), body(make_slot())
    client.get("/api/v1/me/")

    answers = at_once([lambda: client.post(BOOKINGS, sent, HTTP_IDEMPOTENCY_KEY="a")] * 6)

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Booking.objects.count() == 1
    assert Message.objects.filter(kind="booking_confirmed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_twins_with_two_bodies_one_is_refused(api: Api):
    client, slot = api(make_user()), make_slot(make_workshop(capacity=60, max_groups=2))
    school = make_school()
    bodies = [body(slot, school=school.pk, group={"name": name}) for name in ("7b", "8a")]

    answers = at_once([lambda each=each: client.post(BOOKINGS, each, HTTP_IDEMPOTENCY_KEY="a") for each in bodies])

    assert sorted(answer.status_code for answer in answers) == [201, 422]
    assert Booking.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_twins_of_a_refused_request_are_both_refused(api: Api):
    client, sent = api(make_user()), body(make_slot(state="closed"))

    answers = at_once([lambda: client.post(BOOKINGS, sent, HTTP_IDEMPOTENCY_KEY="a")] * 3)

    assert {answer.status_code for answer in answers} == {409}
    assert not IdempotencyKey.objects.exists()
