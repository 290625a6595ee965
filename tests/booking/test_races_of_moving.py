"""A class moves or goes to a colleague while somebody else acts on what they still see: it is in one place, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking import planning, rules
from booking.audit import breaches
from booking.models import Booking, HandOver, Message
from tests.factories import (
    in_days,
    make_booking,
    make_order,
    make_organiser,
    make_school,
    make_slot,
    make_user,
    make_workshop,
)
from tests.together import kinds, together
from workshops.models import Slot, Workshop

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = range(5)


@pytest.fixture(autouse=True)
def _clean_in_the_end() -> Iterator[None]:
    yield
    assert list(breaches(timezone.now())) == []


@pytest.fixture
def workshop() -> Workshop:
    return make_workshop()


def date_of(workshop: Workshop, days: int = 40, **extra: Any) -> Slot:
    return make_slot(workshop, starts_at=in_days(days), **extra)


def seen(booking: Booking) -> Booking:
    """A copy, as each browser has: its slot is the one that was read."""
    return Booking.objects.with_facts().get(pk=booking.pk)


def moving(booking: Booking, slot: Slot) -> Callable[[], Any]:
    there = Slot.objects.select_related("workshop__partner", "venue").get(pk=slot.pk)
    return partial(rules.move, seen(booking), there, by=Actor.person(booking.owner), now=timezone.now())


def cancelling(booking: Booking) -> Callable[[], Any]:
    return partial(rules.cancel, seen(booking), by=Actor.link(booking.pk, booking.link_version), now=timezone.now())


def placing(slot: Slot, **order: Any) -> Callable[[], Any]:
    there = Slot.objects.select_related("workshop__partner", "venue").get(pk=slot.pk)
    return partial(
        rules.place, there, make_order(make_school(), **order), by=Actor.person(make_user()), now=timezone.now()
    )


def organiser_of(slot: Slot) -> Actor:
    return Actor.person(make_organiser(slot.workshop.partner))


def taken(*slots: Slot) -> list[int]:
    return [Slot.objects.get(pk=slot.pk).places_taken for slot in slots]


def where(booking: Booking) -> tuple[int, str]:
    now = Booking.objects.get(pk=booking.pk)
    return now.slot_id, now.state


# Moving


@pytest.mark.parametrize("_round", ROUNDS)
def test_cancelled_while_it_moves_it_is_nowhere(_round: int, workshop: Workshop) -> None:
    here, there = date_of(workshop), date_of(workshop, 50)
    booking = make_booking(here)

    answers = together(cancelling(booking), moving(booking, there))

    assert kinds(answers) in (["NotActive", "cancelled"], ["cancelled", "confirmed"])
    assert where(booking)[1] == "cancelled"
    assert taken(here, there) == [0, 0]
    assert not Message.objects.filter(booking=booking, kind="reminder", state="owed").exists()


@pytest.mark.parametrize("_round", ROUNDS)
def test_smaller_while_it_moves_it_is_smaller_there(_round: int, workshop: Workshop) -> None:
    here, there = date_of(workshop), date_of(workshop, 50)
    booking = make_booking(here)
    shrink = partial(rules.resize, seen(booking), 12, by=Actor.person(booking.owner), now=timezone.now())

    answers = together(shrink, moving(booking, there))

    assert kinds(answers) == ["confirmed", "confirmed"]
    assert (where(booking), taken(here, there)) == ((there.pk, "confirmed"), [0, 12])


@pytest.mark.parametrize("_round", ROUNDS)
def test_moved_to_two_dates_at_once_it_is_on_one(_round: int, workshop: Workshop) -> None:
    here, one, other = date_of(workshop), date_of(workshop, 50), date_of(workshop, 60)
    booking = make_booking(here)

    answers = together(moving(booking, one), moving(booking, other))

    assert kinds(answers) == ["confirmed", "confirmed"]  # the second moves on from where the first has come
    assert where(booking)[0] in {one.pk, other.pk}
    assert sorted(taken(here, one, other)) == [0, 0, 24]


@pytest.mark.parametrize("_round", ROUNDS)
def test_the_last_place_goes_to_who_moves_or_to_a_newcomer(_round: int, workshop: Workshop) -> None:
    here, there = date_of(workshop), date_of(workshop, 50)
    booking = make_booking(here)

    answers = kinds(together(moving(booking, there), placing(there, waitlist=False)))

    assert answers in (["Full", "confirmed"], ["NoRoom", "confirmed"])
    assert taken(here, there) == ([0, 24] if answers[0] == "Full" else [24, 24])


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_classes_change_places_where_there_is_room_for_both(_round: int) -> None:
    """They lock the two dates in one order: no deadlock."""
    workshop = make_workshop(capacity=60, max_groups=2)
    monday, tuesday = date_of(workshop, 40), date_of(workshop, 41)
    one, other = make_booking(monday), make_booking(tuesday)

    answers = together(moving(one, tuesday), moving(other, monday))

    assert kinds(answers) == ["confirmed", "confirmed"]
    assert (where(one)[0], where(other)[0]) == (tuesday.pk, monday.pk)
    assert taken(monday, tuesday) == [24, 24]


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_classes_in_full_dates_stay_where_they_are(_round: int, workshop: Workshop) -> None:
    """Nobody lets go of a place before the other is sure."""
    monday, tuesday = date_of(workshop, 40), date_of(workshop, 41)
    one, other = make_booking(monday), make_booking(tuesday)

    assert kinds(together(moving(one, tuesday), moving(other, monday))) == ["NoRoom", "NoRoom"]
    assert taken(monday, tuesday) == [24, 24]


@pytest.mark.parametrize("_round", ROUNDS)
def test_nobody_moves_into_a_date_that_is_called_off_meanwhile(_round: int, workshop: Workshop) -> None:
    here, there = date_of(workshop), date_of(workshop, 50)
    booking = make_booking(here)
    call_off = partial(planning.cancel_slot, there, by=organiser_of(there), now=timezone.now(), reason="Sturm")

    answers = kinds(together(moving(booking, there), call_off))

    if answers == ["NotBookable", "cancelled"]:
        assert (where(booking), taken(here, there)) == ((here.pk, "confirmed"), [24, 0])
    else:
        assert answers == ["cancelled", "confirmed"]
        assert (where(booking), taken(here, there)) == ((there.pk, "cancelled"), [0, 0])


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_class_and_its_date_move_at_once_and_it_hears_of_where_it_is(_round: int, workshop: Workshop) -> None:
    here, there = date_of(workshop), date_of(workshop, 50)
    booking = make_booking(here)
    times = {"starts_at": in_days(61), "ends_at": in_days(61, 11)}
    shift = partial(planning.change_slot, here, times, by=organiser_of(here), now=timezone.now())

    assert kinds(together(moving(booking, there), shift)) == ["confirmed", "open"]
    assert where(booking) == (there.pk, "confirmed")
    reminders = Message.objects.filter(booking=booking, kind="reminder", state="owed")
    assert {reminder.useful_until for reminder in reminders} == {there.starts_at}


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_yes_meets_a_request_that_moves(_round: int) -> None:
    workshop = make_workshop(booking_mode="request")
    here, there = date_of(workshop), date_of(workshop, 50)
    booking = make_booking(here)
    say_yes = partial(rules.confirm, seen(booking), by=organiser_of(here), now=timezone.now())

    answers = together(say_yes, moving(booking, there))

    assert kinds(answers) in (["confirmed", "confirmed"], ["confirmed", "requested"])
    assert (where(booking), taken(here, there)) == ((there.pk, "confirmed"), [0, 24])


@pytest.mark.parametrize("_round", ROUNDS)
def test_who_waits_moves_away_or_gets_the_place_that_becomes_free(_round: int, workshop: Workshop) -> None:
    here, there = date_of(workshop), date_of(workshop, 50)
    first, waiting = make_booking(here), make_booking(here, group_name="8a")

    answers = kinds(together(cancelling(first), moving(waiting, there)))

    if answers == ["NotActive", "cancelled"]:  # an offer is answered, not moved
        assert (where(waiting), taken(here, there)) == ((here.pk, "offered"), [24, 0])
    else:
        assert answers == ["cancelled", "confirmed"]
        assert (where(waiting), taken(here, there)) == ((there.pk, "confirmed"), [0, 24])


@pytest.mark.parametrize("_round", ROUNDS)
def test_the_place_that_is_left_goes_to_who_waits_not_to_a_newcomer(_round: int, workshop: Workshop) -> None:
    here, there = date_of(workshop), date_of(workshop, 50)
    booking, waiting = make_booking(here), make_booking(here, group_name="8a")

    answers = together(moving(booking, there), placing(here, pupils=5))

    assert kinds(answers) == ["confirmed", "waitlisted"]
    assert (where(waiting), taken(here, there)) == ((here.pk, "offered"), [24, 24])


# Handing over


def asking(booking: Booking, email: str) -> Callable[[], Any]:
    return partial(rules.hand_over, seen(booking), email, by=Actor.person(booking.owner), now=timezone.now())


def saying_yes(booking: Booking, email: str = "cem@school.example") -> Callable[[], Any]:
    """The colleague whom the mail has asked."""
    asking(booking, email)()
    token = Message.objects.filter(kind="hand_over_asked", state="owed").latest("pk").sealed
    return partial(rules.take_over, token, name="Cem", now=timezone.now())


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_yes_that_is_said_twice_at_once_is_said_once(_round: int) -> None:
    booking = make_booking()
    yes = saying_yes(booking)

    assert kinds(together(yes, yes)) == ["NotActive", "confirmed"]
    assert Booking.objects.get(pk=booking.pk).link_version == booking.link_version + 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_who_cancels_while_a_colleague_takes_over_comes_first_or_may_not_any_more(_round: int) -> None:
    booking = make_booking()

    answers = together(saying_yes(booking), cancelling(booking))

    outcome = {"cancelled": ["NotActive", "cancelled"], "confirmed": ["NotAllowed", "confirmed"]}
    assert kinds(answers) == outcome[where(booking)[1]]
    assert not HandOver.objects.open().exists()


@pytest.mark.parametrize("_round", ROUNDS)
def test_somebody_else_is_asked_while_the_first_says_yes(_round: int) -> None:
    booking = make_booking()

    answers = together(saying_yes(booking), asking(booking, "dora@school.example"))

    contact, replaced = Booking.objects.get(pk=booking.pk).contact_email, kinds(answers) == ["NotActive", "confirmed"]
    assert contact == (booking.contact_email if replaced else "cem@school.example")
    assert HandOver.objects.filter(accepted_at=None, ended_at=None).count() <= 1
    assert HandOver.objects.filter(email="cem@school.example", accepted_at=None, ended_at=None).count() == 0


@pytest.mark.parametrize("_round", ROUNDS)
def test_of_two_colleagues_who_are_asked_at_once_one_question_stands(_round: int) -> None:
    booking = make_booking()

    answers = together(asking(booking, "cem@school.example"), asking(booking, "dora@school.example"))

    assert kinds(answers) == ["confirmed", "confirmed"]
    assert HandOver.objects.open().count() == 1
    assert HandOver.objects.count() == 2


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_class_moves_while_a_colleague_takes_over(_round: int, workshop: Workshop) -> None:
    here, there = date_of(workshop), date_of(workshop, 50)
    booking = make_booking(here)

    came_of_it = kinds(together(saying_yes(booking), moving(booking, there)))

    assert came_of_it in (["confirmed", "confirmed"], ["NotAllowed", "confirmed"])  # who has handed over moves no more
    has_moved = came_of_it[0] == "confirmed"
    assert where(booking) == ((there if has_moved else here).pk, "confirmed")
    assert taken(here, there) == ([0, 24] if has_moved else [24, 0])
    assert Booking.objects.get(pk=booking.pk).contact_email == "cem@school.example"
