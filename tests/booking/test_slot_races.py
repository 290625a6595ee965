"""A date that moves while others book, cancel, assign and move it too: all end up on one date and hear of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking import planning, rules
from booking.audit import breaches
from booking.errors import BookingError
from booking.models import Booking, Message
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_order,
    make_organiser,
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
    assert_all_is_of_one_date()


def assert_all_is_of_one_date() -> None:
    """Trainers are bound when their date is, and nobody is reminded for a day that was."""
    for bound in Assignment.objects.accepted().select_related("slot"):
        assert (bound.during.lower, bound.during.upper) == bound.slot.during
    for reminder in Message.objects.filter(kind="reminder", state="owed").select_related("booking__slot"):
        assert reminder.useful_until == reminder.booking.slot.starts_at
    for booking in Booking.objects.live().select_related("slot"):
        assert booking.cancel_until <= booking.slot.starts_at


def own(slot: Slot) -> Slot:
    """A copy, as each browser has."""
    return Slot.objects.select_related("workshop__partner", "venue").get(pk=slot.pk)


def placing(slot: Slot, **order: Any) -> Callable[[], Any]:
    by, wanted = Actor.person(make_user()), make_order(make_school(), **order)
    return partial(rules.place, own(slot), wanted, by=by, now=timezone.now())


def moving(slot: Slot, days: int = 61, hour: int = 9) -> Callable[[], Any]:
    by = Actor.person(make_organiser(slot.workshop.partner))
    times = {"starts_at": in_days(days, hour), "ends_at": in_days(days, hour + 3)}
    return partial(planning.change_slot, own(slot), times, by=by, now=timezone.now())


@pytest.mark.parametrize("_round", ROUNDS)
def test_who_books_while_the_date_moves_is_told_or_gets_the_new_one(_round: int) -> None:
    slot = make_slot()

    assert kinds(together(placing(slot), moving(slot))) == ["confirmed", "open"]

    booking = Booking.objects.get()
    told = Message.objects.filter(booking=booking, kind="slot_moved").exists()
    first_promise = Message.objects.filter(booking=booking, kind="reminder", state="dropped").exists()
    assert told == first_promise  # before the move: the news and new reminders; after it: only the new date


@pytest.mark.parametrize("_round", ROUNDS)
def test_who_cancels_while_the_date_moves_has_cancelled(_round: int) -> None:
    slot, ada = make_slot(), make_user()
    booking = make_booking(slot, owner=ada)
    cancel = partial(rules.cancel, booking, by=Actor.person(ada), now=timezone.now())

    assert kinds(together(cancel, moving(slot))) == ["cancelled", "open"]
    assert not Message.objects.filter(booking=booking, kind__in=["slot_moved", "reminder"], state="owed").exists()


@pytest.mark.parametrize("_round", ROUNDS)
def test_who_is_assigned_while_the_date_moves_is_bound_at_its_new_time(_round: int) -> None:
    slot = make_slot()
    tom, by = make_trainer(slot.workshop.partner), Actor.person(make_organiser(slot.workshop.partner))
    assign = partial(planning.assign, own(slot), [(tom, "lead")], by=by, now=timezone.now())

    assert kinds(together(assign, moving(slot))) == ["open", "open"]


@pytest.mark.parametrize("_round", ROUNDS)
def test_of_two_dates_that_move_onto_each_other_one_keeps_the_trainer(_round: int) -> None:
    workshop = make_workshop()
    slots = [make_slot(workshop, starts_at=in_days(days)) for days in (40, 41)]
    tom = make_trainer(workshop.partner)
    for slot in slots:
        make_assignment(slot, tom)

    assert kinds(together(*(moving(slot) for slot in slots))) == ["Conflict", "open"]


@pytest.mark.parametrize("_round", ROUNDS)
def test_of_two_moves_the_later_one_holds_and_everybody_hears_of_one(_round: int) -> None:
    slot = make_slot()
    booking = make_booking(slot)

    assert kinds(together(moving(slot, 61), moving(slot, 75))) == ["open", "open"]

    assert Slot.objects.get(pk=slot.pk).sequence == slot.sequence + 2
    assert Message.objects.filter(booking=booking, kind="slot_moved", state="owed").count() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_fewer_places_or_one_more_class_but_never_both(_round: int) -> None:
    slot = make_slot(make_workshop(capacity=48, max_groups=2))
    by = Actor.person(make_organiser(slot.workshop.partner))
    fewer = partial(planning.change_slot, own(slot), {"capacity": 20}, by=by, now=timezone.now())

    answers = kinds(together(placing(slot, waitlist=False), fewer))

    assert answers in (["Full", "open"], ["PlacesTaken", "confirmed"])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_storm_of_bookings_moves_and_changes_leaves_everything_true(seed: int) -> None:
    rng = Random(seed)
    slot = make_slot(make_workshop(capacity=60, max_groups=4))
    make_assignment(slot, make_trainer(slot.workshop.partner))
    by, now = Actor.person(make_organiser(slot.workshop.partner)), timezone.now()
    booked = [make_booking(slot, pupils=15) for _ in range(3)]
    calls: list[Callable[[], Any]] = [
        *(placing(slot, pupils=rng.randint(5, 25)) for _ in range(6)),
        *(moving(slot, 41 + rng.randint(1, 30)) for _ in range(3)),
        *(partial(planning.change_slot, own(slot), {"capacity": n}, by=by, now=now) for n in (50, 70)),
        *(partial(rules.cancel, one, by=by, now=now, reason="krank") for one in booked),
        partial(rules.resize, booked[0], 20, by=by, now=now),
    ]
    rng.shuffle(calls)

    answers = together(*calls)

    errors = [answer for answer in answers if isinstance(answer, Exception)]
    assert all(isinstance(error, BookingError) for error in errors), errors
