"""Others wait for the same date, and two people act at once: nobody passes the queue, and no place goes twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking import rules
from booking.audit import breaches
from booking.models import Booking, Message
from tests.factories import (
    make_booking,
    make_office,
    make_order,
    make_organiser,
    make_school,
    make_slot,
    make_user,
    make_workshop,
)
from tests.together import kinds, together
from workshops.models import Slot

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = range(5)


@pytest.fixture(autouse=True)
def _clean_in_the_end() -> Iterator[None]:
    yield
    assert list(breaches(timezone.now())) == []


def shared(capacity: int, **policy: Any) -> Slot:
    return make_slot(make_workshop(capacity=capacity, max_groups=9, **policy))


def own(slot: Slot) -> Slot:
    """A copy, as each browser has."""
    return Slot.objects.select_related("workshop__partner", "venue").get(pk=slot.pk)


def placing(slot: Slot, by: Actor | None = None, **order: Any) -> Callable[[], Any]:
    order_of_a_new_school = make_order(make_school(), **order)
    return partial(
        rules.place, own(slot), order_of_a_new_school, by=by or Actor.person(make_user()), now=timezone.now()
    )


def cancelling(booking: Booking) -> Callable[[], Any]:
    return partial(rules.cancel, booking, by=Actor.person(booking.owner), now=timezone.now())


def resizing(booking: Booking, pupils: int) -> Callable[[], Any]:
    return partial(rules.resize, booking, pupils, by=Actor.person(booking.owner), now=timezone.now())


def state_of(booking: Booking) -> str:
    return Booking.objects.get(pk=booking.pk).state


def sums(slot: Slot) -> tuple[int, int, int]:
    return Slot.objects.values_list("places_taken", "groups_taken", "groups_waiting").get(pk=slot.pk)


def offered(slot: Slot) -> Booking:
    first, waiting = make_booking(slot), make_booking(slot, group_name="8a")
    rules.cancel(first, by=Actor.person(first.owner), now=timezone.now())
    return Booking.objects.get(pk=waiting.pk)


@pytest.mark.parametrize("_round", ROUNDS)
def test_the_teacher_and_the_office_accept_at_once_and_it_is_accepted_once(_round: int) -> None:
    slot = make_slot()
    booking = offered(slot)
    people = [Actor.person(booking.owner), Actor.person(make_office(booking.school))]

    answers = together(*(partial(rules.accept, booking, by=by, now=timezone.now()) for by in people))

    assert kinds(answers) == ["NotActive", "confirmed"]
    assert sums(slot) == (24, 1, 0)
    assert Message.objects.filter(booking=booking, kind="booking_confirmed").count() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_the_teacher_accepts_and_the_office_rejects_and_one_of_them_holds(_round: int) -> None:
    slot = make_slot()
    booking = offered(slot)

    answers = together(
        partial(rules.accept, booking, by=Actor.person(booking.owner), now=timezone.now()),
        partial(rules.reject, booking, by=Actor.person(make_office(booking.school)), now=timezone.now()),
    )

    assert kinds(answers) in (["NotActive", "confirmed"], ["NotActive", "cancelled"])
    assert sums(slot)[0] == (24 if state_of(booking) == "confirmed" else 0)


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_offers_are_accepted_at_once_and_both_come(_round: int) -> None:
    """They hold their places since they were made: neither takes from the other."""
    slot = shared(24)
    first = make_booking(slot)
    waiting = [make_booking(slot, pupils=12, group_name=name) for name in ("8a", "8b")]
    rules.cancel(first, by=Actor.person(first.owner), now=timezone.now())

    answers = together(*(partial(rules.accept, one, by=Actor.person(one.owner), now=timezone.now()) for one in waiting))

    assert kinds(answers) == ["confirmed", "confirmed"]
    assert sums(slot) == (24, 2, 0)


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_newcomer_does_not_pass_who_waits_when_a_place_becomes_free(_round: int) -> None:
    slot = make_slot()
    first, waiting = make_booking(slot), make_booking(slot, group_name="8a")

    answers = together(cancelling(first), placing(slot, pupils=5))

    assert kinds(answers) == ["cancelled", "waitlisted"]
    assert state_of(waiting) == "offered"
    assert sums(slot) == (24, 1, 1)


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_newcomer_who_would_fit_does_not_pass_who_waits_for_more(_round: int) -> None:
    """Ten places are left and a class of twelve waits: who does not wait is refused, who waits stands behind."""
    slot = shared(30)
    leaving = make_booking(slot, pupils=2, group_name="few")
    make_booking(slot, pupils=18)
    waiting = make_booking(slot, pupils=12, group_name="8a")

    answers = together(cancelling(leaving), placing(slot, pupils=5), placing(slot, pupils=5, waitlist=False))

    assert kinds(answers) == ["Full", "cancelled", "waitlisted"]
    assert state_of(waiting) == "offered"
    assert sums(slot) == (30, 2, 1)


@pytest.mark.parametrize("_round", ROUNDS)
def test_where_the_next_that_fits_may_pass_a_newcomer_gets_an_offer(_round: int) -> None:
    slot = shared(30, skip_ahead=True)
    make_booking(slot, pupils=18)
    large = make_booking(slot, pupils=20, group_name="8a")

    answers = together(placing(slot, pupils=7), placing(slot, pupils=7))

    assert kinds(answers) == ["offered", "waitlisted"]
    assert state_of(large) == "waitlisted"
    assert sums(slot) == (25, 2, 2)


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_rise_and_the_queue_want_the_places_that_become_free(_round: int) -> None:
    """Who is booked may grow into free places although others wait: whoever is first has them, never both."""
    slot = shared(30)
    grows, leaves = make_booking(slot, pupils=10), make_booking(slot, pupils=10)
    waiting = make_booking(slot, pupils=15, group_name="8a")

    answers = kinds(together(cancelling(leaves), resizing(grows, 18)))

    if answers == ["NoRoomForMore", "cancelled"]:
        assert (state_of(waiting), sums(slot)) == ("offered", (25, 2, 0))
    else:
        assert answers == ["cancelled", "confirmed"]
        assert (state_of(waiting), sums(slot)) == ("waitlisted", (18, 1, 1))


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_classes_shrink_at_once_and_the_queue_gets_what_both_leave(_round: int) -> None:
    slot = shared(30)
    first, second = make_booking(slot, pupils=15), make_booking(slot, pupils=15)
    waiting = make_booking(slot, pupils=10, group_name="8a")

    answers = together(resizing(first, 10), resizing(second, 10))

    assert kinds(answers) == ["confirmed", "confirmed"]
    assert (state_of(waiting), sums(slot)) == ("offered", (30, 3, 0))


@pytest.mark.parametrize("_round", ROUNDS)
def test_an_override_takes_what_it_raised_and_the_queue_what_becomes_free(_round: int) -> None:
    slot = shared(24)
    first, waiting = make_booking(slot), make_booking(slot, group_name="8a")
    by = Actor.person(make_organiser(slot.workshop.partner))

    answers = together(cancelling(first), placing(slot, by, pupils=10, override_reason="am Telefon zugesagt"))

    assert kinds(answers) == ["cancelled", "confirmed"]
    assert (state_of(waiting), sums(slot)) == ("offered", (34, 2, 0))
    assert Slot.objects.get(pk=slot.pk).capacity == 34  # not one more than was missing


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_overrides_raise_for_both_and_leave_nothing_to_the_queue(_round: int) -> None:
    slot = shared(24)
    make_booking(slot)
    waiting = make_booking(slot, pupils=5, group_name="8a")
    people = [Actor.person(make_organiser(slot.workshop.partner)) for _twice in range(2)]

    answers = together(*(placing(slot, by, pupils=10, override_reason="am Telefon zugesagt") for by in people))

    assert kinds(answers) == ["confirmed", "confirmed"]
    assert (state_of(waiting), sums(slot)) == ("waitlisted", (44, 3, 1))
    assert Slot.objects.get(pk=slot.pk).capacity == 44
