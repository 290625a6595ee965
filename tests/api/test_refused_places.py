"""409 for want of room or time: full, no_room, not_bookable, limit, each in every situation that the contract names."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking import rules
from schools.models import Membership
from tests.api.situations import (
    Call,
    Situation,
    Situations,
    act,
    asked,
    asked_with_wish,
    assert_refused,
    change,
    edit,
    elsewhere,
    move,
    organiser_of,
    place,
    shared,
    with_a_queue,
)
from tests.factories import (
    in_days,
    make_booking,
    make_school,
    make_slot,
    make_user,
    make_workshop,
)

pytestmark = pytest.mark.django_db(transaction=True)  # a refusal takes back what was begun: for real

SITUATIONS = Situations()
refused = SITUATIONS.refused


# A newcomer who does not fit, and does not want to wait


@refused("full")
def a_class_larger_than_what_is_left() -> Call:
    slot = shared()
    make_booking(slot, pupils=40)
    return place(slot, group={"pupils": 21}, waitlist=False)


@refused("full")
def one_class_more_than_the_date_takes_though_places_are_left() -> Call:
    slot = make_slot(make_workshop(capacity=60, max_groups=1))
    make_booking(slot, pupils=10)
    return place(slot, group={"pupils": 10}, waitlist=False)


@refused("full")
def a_small_class_that_would_fit_while_others_wait() -> Call:
    return place(with_a_queue(), group={"pupils": 5}, waitlist=False)


@refused("full")
def a_request_that_would_hold_nothing_for_a_full_date() -> Call:
    slot = make_slot(make_workshop(booking_mode="request", requests_hold=False))
    rules.confirm(make_booking(slot), by=Actor.person(organiser_of(slot)), now=timezone.now())
    return place(slot, waitlist=False)


# What has a place, or should get one, and does not fit


@refused("no_room")
def a_rise_above_what_is_left() -> Call:
    slot = shared()
    booking = make_booking(slot, pupils=20)
    make_booking(slot, pupils=30)
    return change(booking, pupils=31)


@refused("no_room")
def a_rise_by_the_organiser_who_gives_no_reason() -> Call:
    slot = shared()
    booking = make_booking(slot, pupils=20)
    make_booking(slot, pupils=30)
    return change(booking, organiser_of(slot), pupils=31)


@refused("no_room")
def a_yes_to_a_request_that_held_nothing_after_others_came() -> Call:
    slot = make_slot(make_workshop(booking_mode="request", requests_hold=False))
    late, early = make_booking(slot), make_booking(slot, group_name="8a")
    rules.confirm(early, by=Actor.person(organiser_of(slot)), now=timezone.now())
    return act(late, "confirm", organiser_of(slot))


@refused("no_room")
def a_yes_to_a_further_wish_that_is_full_by_now() -> Call:
    booking, wish = asked_with_wish()
    make_booking(wish, pupils=40)
    return act(booking, "confirm", organiser_of(booking), slot=wish.pk)


@refused("no_room")
def a_move_to_a_full_date() -> Call:
    booking = make_booking()
    there = elsewhere(booking)
    make_booking(there)
    return move(booking, there)


@refused("no_room")
def a_move_to_a_date_that_takes_no_further_class_though_places_are_left() -> Call:
    booking = make_booking(pupils=10)
    there = elsewhere(booking, max_groups=1)
    make_booking(there, pupils=10)
    return move(booking, there)


@refused("no_room")
def a_move_to_a_date_where_others_wait_though_it_would_fit() -> Call:
    queue = with_a_queue()
    booking = make_booking(make_slot(queue.workshop, starts_at=in_days(50)), pupils=5)
    return move(booking, queue)


@refused("no_room")
def a_move_of_a_request_to_a_full_date() -> Call:
    booking = asked()
    there = elsewhere(booking)
    make_booking(there)
    return move(booking, there)


@refused("no_room")
def a_move_by_the_organiser_who_gives_no_reason() -> Call:
    booking = make_booking()
    there = elsewhere(booking)
    make_booking(there)
    return move(booking, there, organiser_of(there))


@refused("no_room")
def fewer_places_than_are_taken() -> Call:
    slot = shared()
    make_booking(slot, pupils=20)
    return edit(slot, capacity=19)


@refused("no_room")
def fewer_classes_than_are_there() -> Call:
    slot = shared()
    make_booking(slot, pupils=20)
    make_booking(slot, pupils=20)
    return edit(slot, max_groups=1)


# A date that takes nobody now


CLOSED: dict[str, dict[str, Any]] = {
    "closed": {"state": "closed"},
    "called off": {"state": "cancelled"},
    "booking opens later": {"book_from": in_days(10)},
    "booking is over": {"book_until": in_days(-1)},
    "wishes, and no period is open": {"booking_mode": "wish"},
}
for why, facts in CLOSED.items():
    SITUATIONS.add("not_bookable", f"placing: {why}", lambda facts=facts: place(shared(**facts)))
    SITUATIONS.add("not_bookable", f"move: {why}", lambda facts=facts: moved_to(**facts))
    SITUATIONS.add("not_bookable", f"move by the organiser: {why}", lambda facts=facts: moved_by_organiser(**facts))


def moved_to(**facts: Any) -> Call:
    booking = make_booking()
    return move(booking, elsewhere(booking, **facts))


def moved_by_organiser(**facts: Any) -> Call:
    booking = make_booking()
    return move(booking, elsewhere(booking, **facts), organiser_of(booking))


@refused("not_bookable")
def a_move_to_a_date_that_is_over() -> Call:
    booking = make_booking()
    return move(booking, make_slot(booking.slot.workshop, starts_at=in_days(-1)))


@refused("not_bookable")
def a_move_with_a_reason_to_a_date_that_was_called_off() -> Call:
    booking = make_booking()
    there = elsewhere(booking, state="cancelled")
    return act(booking, "move", organiser_of(there), slot=there.pk, override_reason="am Telefon")


@refused("not_bookable")
def a_yes_to_a_further_wish_that_was_called_off() -> Call:
    booking, wish = asked_with_wish()
    wish.change(timezone.now(), state="cancelled")
    return act(booking, "confirm", organiser_of(booking), slot=wish.pk)


@refused("not_bookable")
def a_yes_to_a_further_wish_that_is_over() -> Call:
    booking, wish = asked_with_wish()
    return act(booking, "confirm", organiser_of(booking), wish.ends_at, slot=wish.pk)


# A stranger books and books


@refused("limit")
def a_fourth_booking_of_somebody_whom_no_school_has_confirmed() -> Call:
    ada, school = make_user(), make_school()
    for _number in range(3):
        make_booking(owner=ada, school=school)
    return place(make_slot(), ada, school=school.pk)


@refused("limit")
def a_fourth_booking_for_another_school() -> Call:
    """For a school that has confirmed her she may book; for all others together it is three."""
    ada, own = make_user(), make_school()
    Membership.objects.create(user=ada, school=own, role="teacher", state="confirmed")
    for _number in range(3):
        make_booking(owner=ada, school=make_school())
    return place(make_slot(), ada)


@pytest.mark.parametrize(("code", "arrange"), SITUATIONS)
def test_what_is_refused_is_told_and_changes_nothing(code: str, arrange: Situation):
    assert_refused(code, arrange())


def test_the_codes_are_those_of_the_contract():
    assert SITUATIONS.codes == {"full", "no_room", "not_bookable", "limit"}
