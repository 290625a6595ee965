"""Two people at the same moment: one of them hears how things stand, and the sums agree."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.actor import Actor
from booking import planning, rules
from booking.audit import breaches
from booking.models import Booking, Message
from booking.retry import retried
from tests.factories import (
    in_days,
    make_booking,
    make_order,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)
from tests.together import kinds, together
from workshops.models import Assignment, Slot

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = range(5)


@pytest.fixture(autouse=True)
def _clean_in_the_end() -> Iterator[None]:
    yield
    assert list(breaches(timezone.now())) == []


def booking_of(slot: Slot, **order: Any) -> Any:
    """A call that places an order of a new school; the rows that it needs are there before the race."""
    by, wanted = Actor.person(make_user()), make_order(make_school(), **order)
    own = Slot.objects.select_related("workshop__partner", "venue").get(pk=slot.pk)  # each phone has its own copy
    return partial(rules.place, own, wanted, by=by, now=timezone.now())


def organiser_of(slot: Slot) -> Actor:
    return Actor.person(make_organiser(slot.workshop.partner))


@pytest.mark.parametrize("_round", ROUNDS)
def test_the_last_places_go_to_one_of_two_phones_and_the_other_waits(_round: int) -> None:
    slot = make_slot()

    answers = together(booking_of(slot), booking_of(slot))

    assert kinds(answers) == ["confirmed", "waitlisted"]


def test_of_ten_phones_exactly_as_many_fit_as_there_are_places() -> None:
    slot = make_slot(make_workshop(capacity=24, max_groups=10))

    answers = together(*(booking_of(slot, pupils=7, waitlist=False) for _ in range(10)))

    assert kinds(answers) == ["Full"] * 7 + ["confirmed"] * 3
    assert Slot.objects.get(pk=slot.pk).places_taken == 21


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_class_that_is_booked_twice_at_once_comes_once(_round: int) -> None:
    slot, school = make_slot(make_workshop(capacity=100, max_groups=9)), make_school()
    orders = [make_order(school, group_name=name) for name in ("7b", "7 B")]
    calls = [partial(rules.place, slot, order, by=Actor.person(make_user()), now=timezone.now()) for order in orders]

    assert kinds(together(*calls)) == ["AlreadyBooked", "confirmed"]


@pytest.mark.parametrize("_round", ROUNDS)
def test_of_two_organisers_one_decides_and_the_other_hears_it(_round: int) -> None:
    booking = make_booking(make_slot(make_workshop(booking_mode="request")))
    by, other, now = organiser_of(booking.slot), organiser_of(booking.slot), timezone.now()

    answers = together(
        partial(rules.confirm, booking, by=by, now=now),
        partial(rules.decline, booking, by=other, now=now, reason="Kein Raum"),
    )

    assert kinds(answers) in (["AlreadyDecided", "confirmed"], ["AlreadyDecided", "declined"])
    decided = Message.objects.filter(booking=booking, kind__in=["booking_confirmed", "booking_declined"])
    assert decided.count() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_cancelled_and_resized_at_once_leaves_nothing_taken(_round: int) -> None:
    slot, teacher = make_slot(), make_user()
    booking, by, now = make_booking(slot, owner=teacher), Actor.person(teacher), timezone.now()

    answers = together(
        partial(rules.cancel, booking, by=by, now=now), partial(rules.resize, booking, 12, by=by, now=now)
    )

    assert kinds(answers) in (["NotActive", "cancelled"], ["cancelled", "confirmed"])
    assert Slot.objects.get(pk=slot.pk).places_taken == 0


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_rises_into_the_last_places_end_with_one(_round: int) -> None:
    slot = make_slot(make_workshop(capacity=24, max_groups=2))
    teachers = [make_user(), make_user()]
    bookings = [make_booking(slot, owner=one, pupils=10, school=make_school()) for one in teachers]
    pairs = zip(bookings, teachers, strict=True)

    answers = together(
        *(partial(rules.resize, booking, 14, by=Actor.person(one), now=timezone.now()) for booking, one in pairs)
    )

    assert kinds(answers) == ["NoRoomForMore", "confirmed"]


@pytest.mark.parametrize("_round", ROUNDS)
def test_an_offer_is_accepted_or_withdrawn_never_both(_round: int) -> None:
    slot, teacher = make_slot(), make_user()
    first, waiting = make_booking(slot), make_booking(slot, owner=teacher, group_name="8a")
    rules.cancel(first, by=Actor.person(first.owner), now=timezone.now())
    waiting.refresh_from_db()
    deadline = waiting.offer_expires_at

    answers = together(
        partial(rules.accept, waiting, by=Actor.person(teacher), now=deadline - timedelta(seconds=1)),
        partial(rules.withdraw_offer, waiting, now=deadline),
    )

    assert kinds(answers) in (["NotActive", "confirmed"], ["NotActive", "expired"])


@pytest.mark.parametrize("_round", ROUNDS)
def test_nobody_is_booked_into_a_date_that_is_called_off_meanwhile(_round: int) -> None:
    slot = make_slot()
    call_off = partial(planning.cancel_slot, slot, by=organiser_of(slot), now=timezone.now(), reason="Sturm")

    answers = together(booking_of(slot), call_off)

    assert kinds(answers) in (["NotBookable", "cancelled"], ["cancelled", "confirmed"])
    assert not Booking.objects.live().filter(slot=slot).exists()


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_trainer_who_is_wanted_twice_goes_to_one_place(_round: int) -> None:
    partner = make_partner()
    trainer, by = make_trainer(partner), Actor.person(make_organiser(partner))
    slots = [make_slot(make_workshop(partner), starts_at=in_days(40, hour)) for hour in (8, 9)]

    answers = together(
        *(partial(planning.assign, slot, [(trainer, "lead")], by=by, now=timezone.now()) for slot in slots)
    )

    assert kinds(answers) == ["Conflict", "open"]
    assert Assignment.objects.accepted().count() == 1


def test_a_deadlock_is_tried_again_and_nobody_sees_it() -> None:
    slots = [make_slot().pk, make_slot().pk]
    both_hold_one, tries = Barrier(2), []

    @retried
    def swap(first: int, second: int) -> str:
        tries.append(first)
        with connection.cursor() as sql:
            sql.execute("SET LOCAL deadlock_timeout = '20ms'")
        Slot.objects.lock(first)
        try:
            both_hold_one.wait(1)
        except BrokenBarrierError:
            pass  # the second try runs alone
        Slot.objects.lock(second).change(timezone.now())
        return "swapped"

    assert together(partial(swap, *slots), partial(swap, *reversed(slots))) == ["swapped", "swapped"]
    assert len(tries) == 3
    assert set(Slot.objects.values_list("version", flat=True)) == {2}


def test_inside_a_transaction_the_caller_tries_again() -> None:
    outside = Barrier(2)
    slots = [make_slot().pk, make_slot().pk]

    def swap(first: int, second: int) -> str:
        with transaction.atomic():
            with connection.cursor() as sql:
                sql.execute("SET LOCAL deadlock_timeout = '20ms'")
            Slot.objects.lock(first)
            outside.wait(5)
            retried(Slot.objects.lock)(second)
        return "swapped"

    assert kinds(together(partial(swap, *slots), partial(swap, *reversed(slots)))) == ["OperationalError", "str"]


def test_a_reference_that_another_booking_drew_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    book, signs, draw = booking_of(make_slot()), list(make_booking().reference.replace("-", "")), secrets.choice
    monkeypatch.setattr(secrets, "choice", lambda letters: signs.pop(0) if signs else draw(letters))

    booked = book()

    assert not signs
    assert (booked.state, booked.places_held, booked.changes.count()) == ("confirmed", 24, 1)
