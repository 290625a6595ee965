"""More classes than fit, all at once, through the real web server: exactly what fits comes in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Token, User
from booking.audit import breaches
from booking.models import Booking
from schools.models import Membership, School
from tests.factories import make_school, make_slot, make_user, make_workshop
from tests.web import Answer, Web, at_once, serving
from workshops.models import Slot

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault]

PLACES = 30


@pytest.fixture(scope="module")
def web(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Web]:
    with django_db_blocker.unblock(), serving() as web:
        yield web


@pytest.mark.parametrize(
    ("seed", "requests"),
    [(1, 60), *(pytest.param(seed, 200, marks=pytest.mark.soak) for seed in (1, 2, 3, 4, 5))],
)
def test_two_hundred_classes_want_the_last_thirty_places(web: Web, seed: int, requests: int) -> None:
    slot, groups = shared_slot(), sizes(seed, requests)

    answers = storm(web, slot, groups)

    placed, refused = sorted_out(answers)
    assert {answer.status for answer in answers} <= {201, 409}
    assert {answer.body["code"] for answer in refused} <= {"full"}
    assert what_is_taken(slot) == sum(answer.body["group"]["pupils"] for answer in placed)
    assert nobody_else_fitted(slot, refused, groups)
    assert list(breaches(timezone.now())) == []


def test_who_may_wait_waits_and_nobody_passes_the_queue(web: Web) -> None:
    slot, groups = shared_slot(), sizes(7, 40)

    answers = storm(web, slot, groups, waitlist=True)

    assert {answer.status for answer in answers} == {201}
    assert Booking.objects.live().count() == len(groups)
    first, slot = Booking.objects.waiting().first(), Slot.objects.get(pk=slot.pk)
    assert first
    assert first.pupils > slot.places_left >= 0
    assert list(breaches(timezone.now())) == []


def test_one_class_that_asks_twenty_times_comes_once(web: Web) -> None:
    slot, (user, school, bearer) = shared_slot(), teacher()
    body = order(slot, school, "7b", 9)

    key = {"Idempotency-Key": "k"}
    answers = at_once(20, [partial(web.post, "/api/v1/bookings/", body, **bearer, **key)] * 20)

    assert {answer.status for answer in answers} == {201}
    assert len({answer.body["id"] for answer in answers}) == 1
    assert user.bookings.count() == 1
    assert list(breaches(timezone.now())) == []


def shared_slot() -> Slot:
    return make_slot(make_workshop(capacity=PLACES, max_groups=PLACES, booking_mode="instant"))


def sizes(seed: int, count: int) -> list[int]:
    rng = Random(seed)
    return [rng.randint(1, PLACES) for _ in range(count)]


def teacher() -> tuple[User, School, dict[str, str]]:
    user, school = make_user(), make_school()
    Membership.objects.create(user=user, school=school, role="teacher", state="confirmed")
    return user, school, {"Authorization": f"Bearer {Token.objects.issue(user, scope='book')}"}


def order(slot: Slot, school: School, name: str, pupils: int, **more: Any) -> dict[str, Any]:
    group = {"name": name, "grades": [7], "pupils": pupils}
    return {"slot": slot.pk, "school": school.pk, "group": group, "waitlist": False, **more}


def storm(web: Web, slot: Slot, groups: list[int], **more: Any) -> list[Answer]:
    """Fifty at once, from ten teachers."""
    teachers = [teacher() for _ in range(10)]
    calls = []
    for number, pupils in enumerate(groups):
        _user, school, bearer = teachers[number % len(teachers)]
        body = order(slot, school, f"Gruppe {number}", pupils, **more)
        calls.append(partial(web.post, "/api/v1/bookings/", body, **bearer))
    return at_once(50, calls)


def sorted_out(answers: list[Answer]) -> tuple[list[Answer], list[Answer]]:
    return held(answers), [answer for answer in answers if answer.status != 201]


def held(answers: list[Answer]) -> list[Answer]:
    return [answer for answer in answers if answer.status == 201 and answer.body["state"] == "confirmed"]


def what_is_taken(slot: Slot) -> int:
    slot.refresh_from_db()
    bookings = Booking.objects.filter(slot=slot, state="confirmed").values_list("pupils", flat=True)
    assert slot.places_taken == sum(bookings) <= PLACES
    return slot.places_taken


def nobody_else_fitted(slot: Slot, refused: list[Answer], groups: list[int]) -> bool:
    """Whoever was refused would not fit into what is left."""
    placed = list(Booking.objects.filter(slot=slot).values_list("pupils", flat=True))
    left_out = groups.copy()
    for pupils in placed:
        left_out.remove(pupils)
    assert len(left_out) == len(refused)
    return not left_out or min(left_out) > PLACES - sum(placed)
