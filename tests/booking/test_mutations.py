"""The rules broken on purpose: the database refuses, or the audit finds it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from accounts.actor import Actor
from booking import rules
from booking.audit import breaches
from booking.models import Booking
from booking.rules import changing, placing, waiting
from tests.factories import make_booking, make_order, make_school, make_slot, make_user, make_workshop
from tests.mutations import MUTATIONS
from tests.together import together
from workshops.models import Slot


@pytest.fixture
def no_gate(monkeypatch: Any) -> None:
    monkeypatch.setattr(placing, "GATE", MUTATIONS["a gate without its condition"].applied_to(placing.GATE))


@pytest.fixture
def offers_hold_nothing() -> Iterator[None]:
    with MUTATIONS["an offer that holds nothing"].inside(waiting.offer):
        yield


@pytest.fixture
def everybody_gets_an_offer() -> Iterator[None]:
    with MUTATIONS["two offers for one freed place"].inside(waiting.offer_freed):
        yield


def kinds() -> set[str]:
    return {breach.kind for breach in breaches(timezone.now())}


def unguarded(table: str, constraint: str) -> None:
    with connection.cursor() as sql:
        sql.execute(f"SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {table} DROP CONSTRAINT {constraint}")


def two_phones() -> list[partial[Booking]]:
    """Two classes of 20 for 24 places; both phones show the date as it was before."""
    slot = make_slot(make_workshop(capacity=24, max_groups=9))
    pages = [Slot.objects.with_facts().get(pk=slot.pk) for _ in range(2)]
    by, now = Actor.person(make_user()), timezone.now()
    return [partial(rules.place, page, make_order(make_school(), pupils=20), by=by, now=now) for page in pages]


@pytest.mark.django_db
def test_whole_rules_let_the_second_phone_wait():
    assert [place().state for place in two_phones()] == ["confirmed", "waitlisted"]
    assert kinds() == set()


@pytest.mark.django_db
def test_without_the_gate_the_database_refuses(no_gate: None):
    first, second = two_phones()
    first()

    with pytest.raises(IntegrityError, match="slot_never_overbooked"):
        second()


@pytest.mark.django_db
def test_without_gate_and_constraint_the_audit_finds_it(no_gate: None):
    unguarded("workshops_slot", "slot_never_overbooked")
    for place in two_phones():
        place()

    assert "overbooked" in kinds()


@pytest.mark.django_db(transaction=True)
def test_numbers_changed_without_the_lock_do_not_add_up(monkeypatch: Any):
    slot = make_slot(make_workshop(capacity=60, max_groups=9))
    bookings = [make_booking(slot, school=make_school(), pupils=10) for _ in range(2)]
    both_have_looked = Barrier(2)
    look = changing.require_possible

    def and_wait(*facts: Any) -> None:
        look(*facts)
        both_have_looked.wait(10)

    monkeypatch.setattr(changing, "require_possible", and_wait)
    with MUTATIONS["a change of numbers without the lock"].inside(changing.amend):
        now = timezone.now()
        together(*(partial(rules.resize, one, 20, by=Actor.person(one.owner), now=now) for one in bookings))

    assert "sums" in kinds()


def freed_date() -> Booking:
    """A full date on which two classes wait; the one that has it may cancel."""
    slot = make_slot(make_workshop(capacity=24, max_groups=9))
    booking = make_booking(slot)
    for _ in range(2):
        make_booking(slot, school=make_school(), pupils=20)
    return booking


def cancel(booking: Booking) -> None:
    rules.cancel(booking, by=Actor.person(booking.owner), now=timezone.now())


@pytest.mark.django_db
def test_whole_rules_offer_the_place_once():
    cancel(freed_date())

    assert Booking.objects.filter(state="offered").count() == 1
    assert kinds() == set()


@pytest.mark.django_db
def test_an_offer_that_holds_nothing_is_refused_by_the_database(offers_hold_nothing: None):
    with pytest.raises(IntegrityError, match="booking_holds_what_its_state_says"):
        cancel(freed_date())


@pytest.mark.django_db
def test_an_offer_that_holds_nothing_is_found_by_the_audit(offers_hold_nothing: None):
    unguarded("booking_booking", "booking_holds_what_its_state_says")
    cancel(freed_date())

    assert "held" in kinds()


@pytest.mark.django_db
def test_two_offers_for_one_place_are_refused_by_the_database(everybody_gets_an_offer: None):
    with pytest.raises(IntegrityError, match="slot_never_overbooked"):
        cancel(freed_date())


@pytest.mark.django_db
def test_two_offers_for_one_place_are_found_by_the_audit(everybody_gets_an_offer: None):
    unguarded("workshops_slot", "slot_never_overbooked")
    cancel(freed_date())

    assert "overbooked" in kinds()
