"""A house changes its rules after a class has booked: for that class everything stays as it was promised."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actor import Actor
from booking import policy, rules
from booking.audit import breaches
from booking.models import Booking
from schools.schooldays import closed_days, local_day
from tests.api.conftest import BOOKINGS
from tests.factories import in_days, make_booking, make_order, make_school, make_slot, make_user, make_workshop
from tests.together import kinds, together
from workshops.models import Policy, Slot, Workshop

pytestmark = pytest.mark.django_db(transaction=True)

FEE, HIGHER_FEE = ([{"days": 0, "fee": fee, "text": {}}] for fee in ("65", "200"))
PROMISED = {"free_cancel_days": 5, "offer_days": 3, "cancel_steps": FEE, "skip_ahead": False, "requests_hold": True}
LATER = {
    "free_cancel_days": 20,
    "offer_days": 1,
    "cancel_steps": HIGHER_FEE,
    "skip_ahead": True,
    "requests_hold": False,
}


@pytest.fixture(autouse=True)
def _clean_in_the_end() -> Iterator[None]:
    yield
    assert list(breaches(timezone.now())) == []


@pytest.fixture
def workshop() -> Workshop:
    return make_workshop(capacity=30, max_groups=3, **PROMISED)


def edit(workshop: Workshop) -> None:
    Workshop.objects.filter(pk=workshop.pk).update(**LATER)


def date_of(workshop: Workshop) -> Slot:
    """With the rules as they are now."""
    return make_slot(Workshop.objects.get(pk=workshop.pk), starts_at=in_days(60))


def again(booking: Booking) -> Booking:
    return Booking.objects.with_facts().get(pk=booking.pk)


def shown(booking: Booking) -> dict[str, Any]:
    client = Client()
    client.force_login(booking.owner)
    return client.get(f"{BOOKINGS}{booking.pk}/").json()


def late_moment(booking: Booking) -> Any:
    return booking.slot.starts_at - timedelta(hours=1)


def test_what_a_school_reads_stays_word_for_word(workshop):
    booking = make_booking(date_of(workshop))
    before = shown(booking)

    edit(workshop)

    assert shown(booking) == before
    assert "65" in before["cancellation_terms"]


def test_cancelling_is_free_as_long_as_it_was_promised_and_costs_what_was_promised(workshop):
    booking = make_booking(date_of(workshop))
    in_time = make_booking(booking.slot, pupils=5)
    edit(workshop)
    newcomer = make_booking(date_of(workshop))

    free = rules.cancel(again(in_time), by=Actor.person(in_time.owner), now=booking.cancel_until - timedelta(seconds=1))
    late = rules.cancel(again(booking), by=Actor.person(booking.owner), now=late_moment(booking))
    dear = rules.cancel(again(newcomer), by=Actor.person(newcomer.owner), now=late_moment(newcomer))

    assert newcomer.cancel_until < booking.cancel_until
    assert [(ended.late, ended.changes.first().facts.get("fee")) for ended in (free, late, dear)] == [
        (False, None),
        (True, "65"),
        (True, "200"),
    ]


def test_an_offer_stands_as_long_as_it_was_promised_when_the_class_joined(workshop):
    slot, now = date_of(workshop), timezone.now()
    first, waiting = make_booking(slot, pupils=30), make_booking(slot, pupils=10, group_name="8a")
    edit(workshop)

    rules.cancel(again(first), by=Actor.person(first.owner), now=now)

    closed = closed_days(waiting.school, local_day(now), local_day(slot.starts_at))
    assert again(waiting).offer_expires_at == policy.offer_until(now, Policy(offer_days=3), closed, slot.starts_at)


def test_nobody_passes_a_class_that_was_promised_its_turn(workshop):
    slot = date_of(workshop)
    make_booking(slot, pupils=20)
    large = make_booking(slot, pupils=25, group_name="8a")
    edit(workshop)

    small = make_booking(Slot.objects.get(pk=slot.pk), pupils=5, group_name="8b")

    assert (again(large).state, small.state) == ("waitlisted", "waitlisted")


def test_a_request_that_holds_goes_on_holding_where_it_moves(workshop):
    slot = make_slot(workshop, booking_mode="request")
    booking = make_booking(slot)
    edit(workshop)
    there = date_of(workshop)

    moved = rules.move(again(booking), there, by=Actor.person(booking.owner), now=timezone.now())

    assert (moved.state, moved.places_held) == ("requested", 24)
    assert policy.agreed(moved.terms, there.workshop.policy).free_cancel_days == 5
    assert moved.terms["cancel_steps"] == FEE


@pytest.mark.parametrize("_round", range(5))
def test_who_books_at_that_moment_is_promised_the_one_or_the_other_never_a_mixture(_round: int, workshop):
    slot = date_of(workshop)
    place: Callable[[], Any] = partial(
        rules.place, slot, make_order(make_school()), by=Actor.person(make_user()), now=timezone.now()
    )

    assert kinds(together(place, partial(edit, workshop))) == ["NoneType", "confirmed"]

    terms = Booking.objects.get().terms
    assert {name: terms[name] for name in PROMISED} in (PROMISED, LATER)
