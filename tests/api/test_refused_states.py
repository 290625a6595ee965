"""409 for what has happened already: too_late, already_decided, already_booked, not_active, conflict, each in every
situation that the contract names.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking import planning, rules
from booking.rules import Counts
from tests.api.situations import (
    SLOTS,
    Call,
    Situation,
    Situations,
    act,
    asked,
    asked_with_wish,
    assert_refused,
    begun,
    cancel,
    change,
    count,
    edit,
    elsewhere,
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
    make_assignment,
    make_booking,
    make_office,
    make_slot,
    make_trainer,
)
from workshops.models import Slot

pytestmark = pytest.mark.django_db(transaction=True)  # a refusal takes back what was begun: for real

SITUATIONS = Situations()
refused = SITUATIONS.refused


# The school comes too late


@refused("too_late")
def a_change_when_the_visit_begins() -> Call:
    booking = make_booking()
    return change(booking, at=begun(booking))


@refused("too_late")
def a_change_by_the_office_when_the_visit_begins() -> Call:
    booking = make_booking()
    return change(booking, make_office(booking.school), at=begun(booking))


@refused("too_late")
def a_cancellation_when_the_visit_begins() -> Call:
    booking = make_booking()
    return act(booking, "cancel", at=begun(booking))


@refused("too_late")
def a_cancellation_by_the_office_when_the_visit_begins() -> Call:
    booking = make_booking()
    return act(booking, "cancel", make_office(booking.school), begun(booking))


@refused("too_late")
def a_move_when_the_visit_begins() -> Call:
    booking = make_booking()
    return move(booking, elsewhere(booking), at=begun(booking))


@refused("too_late")
def a_move_by_the_office_when_the_visit_begins() -> Call:
    booking = make_booking()
    return move(booking, elsewhere(booking), make_office(booking.school), begun(booking))


@refused("too_late")
def handing_over_when_the_visit_begins() -> Call:
    booking = make_booking()
    return hand_over(booking, at=begun(booking))


@refused("too_late")
def handing_over_by_the_office_when_the_visit_begins() -> Call:
    booking = make_booking()
    return hand_over(booking, make_office(booking.school), begun(booking))


@refused("too_late")
def an_acceptance_at_the_deadline_of_the_offer() -> Call:
    booking = offered()
    return act(booking, "accept", at=booking.offer_expires_at)


@refused("too_late")
def an_acceptance_when_the_visit_begins() -> Call:
    booking = offered()
    return act(booking, "accept", at=begun(booking))


# Somebody has decided already


@refused("already_decided")
def a_second_yes() -> Call:
    booking = asked()
    rules.confirm(booking, by=Actor.person(organiser_of(booking)), now=timezone.now())
    return act(booking, "confirm", organiser_of(booking))


@refused("already_decided")
def a_no_after_a_yes() -> Call:
    booking = asked()
    rules.confirm(booking, by=Actor.person(organiser_of(booking)), now=timezone.now())
    return act(booking, "decline", organiser_of(booking), reason="Kein Raum")


@refused("already_decided")
def a_yes_after_a_no() -> Call:
    booking = asked()
    rules.decline(booking, by=Actor.person(organiser_of(booking)), now=timezone.now(), reason="Kein Raum")
    return act(booking, "confirm", organiser_of(booking))


@refused("already_decided")
def a_yes_to_what_the_school_has_withdrawn() -> Call:
    booking = asked()
    cancel(booking)
    return act(booking, "confirm", organiser_of(booking))


# One class twice on one date


@refused("already_booked")
def the_same_class_again() -> Call:
    booking = make_booking(shared())
    return place(booking.slot, school=booking.school_id)


@refused("already_booked")
def the_same_class_spelled_in_another_way() -> Call:
    booking = make_booking(shared())
    return place(booking.slot, school=booking.school_id, group={"name": "7 B"})


@refused("already_booked")
def the_same_class_while_it_waits() -> Call:
    slot = make_slot()
    make_booking(slot)
    waiting = make_booking(slot, group_name="8a")
    return place(slot, school=waiting.school_id, group={"name": "8a"})


@refused("already_booked")
def the_same_class_by_an_organiser_with_a_reason() -> Call:
    booking = make_booking(shared())
    return place(booking.slot, organiser_of(booking), school=booking.school_id, override_reason="am Telefon")


@refused("already_booked")
def a_class_that_takes_the_name_of_another() -> Call:
    booking = make_booking(shared())
    other = make_booking(booking.slot, booking.owner, group_name="8a", school=booking.school)
    return change(other, name="7b")


@refused("already_booked")
def a_move_to_a_date_where_the_class_comes_already() -> Call:
    booking = make_booking(shared())
    there = elsewhere(booking)
    make_booking(there, school=booking.school)
    return move(booking, there)


@refused("already_booked")
def a_move_with_a_reason_to_a_date_where_the_class_comes_already() -> Call:
    booking = make_booking()
    there = elsewhere(booking)
    make_booking(there, school=booking.school)
    return act(booking, "move", organiser_of(there), slot=there.pk, override_reason="am Telefon")


@refused("already_booked")
def a_yes_to_a_further_wish_where_the_class_comes_already() -> Call:
    booking, wish = asked_with_wish()
    make_booking(wish, school=booking.school)
    return act(booking, "confirm", organiser_of(booking), slot=wish.pk)


# Whatever else does not go with the state of things


@refused("not_active")
def a_second_cancellation() -> Call:
    booking = make_booking()
    cancel(booking)
    return act(booking, "cancel")


@refused("not_active")
def a_change_of_what_has_ended() -> Call:
    booking = make_booking()
    cancel(booking)
    return change(booking)


@refused("not_active")
def an_acceptance_without_an_offer() -> Call:
    return act(make_booking(), "accept")


@refused("not_active")
def a_second_acceptance() -> Call:
    booking = offered()
    rules.accept(booking, by=Actor.person(booking.owner), now=timezone.now())
    return act(booking, "accept")


@refused("not_active")
def a_no_to_an_offer_that_was_taken() -> Call:
    booking = offered()
    rules.accept(booking, by=Actor.person(booking.owner), now=timezone.now())
    return act(booking, "reject")


@refused("not_active")
def a_move_of_what_has_ended() -> Call:
    booking = make_booking()
    cancel(booking)
    return move(booking, elsewhere(booking))


@refused("not_active")
def a_move_while_an_offer_waits_for_an_answer() -> Call:
    booking = offered()
    return move(booking, elsewhere(booking))


@refused("not_active")
def handing_over_what_has_ended() -> Call:
    booking = make_booking()
    cancel(booking)
    return hand_over(booking)


@refused("not_active")
def counting_who_came_a_minute_before_the_start() -> Call:
    booking = make_booking()
    return count(booking, trainer_of(booking), begun(booking) - timedelta(minutes=1))


@refused("not_active")
def counting_who_came_of_a_request() -> Call:
    booking = asked()
    return count(booking, trainer_of(booking), begun(booking))


@refused("not_active")
def counting_who_came_of_a_visit_that_was_cancelled() -> Call:
    booking = make_booking()
    cancel(booking)
    return count(booking, trainer_of(booking), begun(booking))


@refused("not_active")
def a_change_of_a_visit_that_was_counted() -> Call:
    booking = make_booking()
    counts, by = Counts(unknown=20, minutes=180), Actor.person(organiser_of(booking))
    rules.attend(booking, counts, by=by, now=begun(booking))
    return change(booking, organiser_of(booking), at=begun(booking))


@refused("not_active")
def calling_off_a_date_twice() -> Call:
    slot = called_off()
    return Call(organiser_of(slot), "post", f"{SLOTS}{slot.pk}/cancel/", {"reason": "Sturm"})


@refused("not_active")
def a_change_of_a_date_that_was_called_off() -> Call:
    return edit(called_off(), state="open")


@refused("not_active")
def somebody_to_lead_a_date_that_was_called_off() -> Call:
    slot = called_off()
    return Call(organiser_of(slot), "put", f"{SLOTS}{slot.pk}/assignments/", {"assignments": []})


@refused("not_active")
def moving_a_date_that_has_begun() -> Call:
    slot = make_slot(starts_at=timezone.now() - timedelta(minutes=1))
    return edit(slot, starts_at=in_days(3).isoformat())


def called_off() -> Slot:
    slot = make_slot()
    return planning.cancel_slot(slot, by=Actor.person(organiser_of(slot)), now=timezone.now(), reason="Sturm")


# Nobody stands in two places


@refused("conflict")
def a_trainer_who_leads_elsewhere_at_that_time() -> Call:
    slot = make_slot()
    tom = make_trainer(slot.workshop.partner)
    make_assignment(make_slot(slot.workshop), tom)
    sent = {"assignments": [{"trainer": tom.pk}]}
    return Call(organiser_of(slot), "put", f"{SLOTS}{slot.pk}/assignments/", sent)


@refused("conflict")
def a_date_that_moves_onto_another_of_its_trainer() -> Call:
    slot = make_slot()
    other = make_slot(slot.workshop, starts_at=in_days(41))
    tom = make_trainer(slot.workshop.partner)
    make_assignment(slot, tom)
    make_assignment(other, tom)
    return edit(slot, starts_at=other.starts_at.isoformat())


@pytest.mark.parametrize(("code", "arrange"), SITUATIONS)
def test_what_is_refused_is_told_and_changes_nothing(code: str, arrange: Situation):
    assert_refused(code, arrange())


def test_the_codes_are_those_of_the_contract():
    assert SITUATIONS.codes == {"too_late", "already_decided", "already_booked", "not_active", "conflict"}
