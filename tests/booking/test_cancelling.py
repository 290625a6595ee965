from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking import planning, rules
from booking.errors import FieldErrors, NotActive, NotAllowed, TookPlace, TooLate
from booking.explain import explain
from booking.models import Booking, Message, VisitFact
from tests.factories import (
    make_assignment,
    make_booking,
    make_organiser,
    make_partner,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)
from workshops.models import Slot

pytestmark = pytest.mark.django_db


@pytest.fixture
def slot():
    return make_slot(make_workshop(max_groups=2, capacity=60))


@pytest.fixture
def booking(slot):
    return make_booking(slot, make_user("ada"))


def owed(booking: Booking) -> list[str]:
    return sorted(Message.objects.filter(booking=booking, state="owed").values_list("kind", flat=True))


def test_a_cancelled_visit_frees_its_places_at_once(slot, booking):
    rules.cancel(booking, by=Actor.person(booking.owner), now=timezone.now(), reason="measles")

    assert Slot.objects.values_list("places_taken", "groups_taken").get(pk=slot.pk) == (0, 0)
    assert Booking.objects.get(pk=booking.pk).ended_by == "school"


def test_nobody_is_reminded_of_a_cancelled_visit(booking):
    rules.cancel(booking, by=Actor.person(booking.owner), now=timezone.now())

    assert owed(booking) == ["booking_cancelled"]


def test_a_cancellation_is_late_from_the_agreed_instant_on(booking):
    agreed = booking.cancel_until

    before = rules.cancel(booking, by=Actor.person(booking.owner), now=agreed - timedelta(seconds=1))

    assert before.late is False


def test_a_late_cancellation_is_marked(booking):
    assert rules.cancel(booking, by=Actor.person(booking.owner), now=booking.cancel_until).late is True


def test_the_provider_says_why_and_is_never_late(slot, booking):
    olga = Actor.person(make_organiser(slot.workshop.partner))

    with pytest.raises(FieldErrors):
        rules.cancel(booking, by=olga, now=timezone.now())
    cancelled = rules.cancel(booking, by=olga, now=slot.starts_at - timedelta(hours=1), reason="trainer ill")

    assert (cancelled.ended_by, cancelled.late) == ("provider", False)


def test_after_the_start_the_school_cannot_cancel(slot, booking):
    with pytest.raises(TooLate):
        rules.cancel(booking, by=Actor.person(booking.owner), now=slot.starts_at)


def test_twice_is_once(booking):
    rules.cancel(booking, by=Actor.person(booking.owner), now=timezone.now())

    with pytest.raises(NotActive):
        rules.cancel(booking, by=Actor.person(booking.owner), now=timezone.now())


def test_a_group_that_leaves_the_waiting_list_is_no_longer_counted(slot, booking):
    make_booking(slot, group_name="8a")
    waiting = make_booking(slot, group_name="9a")

    rules.cancel(waiting, by=Actor.person(waiting.owner), now=timezone.now())

    assert Slot.objects.get(pk=slot.pk).groups_waiting == 0


def test_everyone_hears_of_a_cancelled_slot(slot, booking):
    other = make_booking(slot, group_name="8a")
    trainer = make_trainer(slot.workshop.partner)
    make_assignment(slot, trainer)

    planning.cancel_slot(
        slot, by=Actor.person(make_organiser(slot.workshop.partner)), now=timezone.now(), reason="flood"
    )

    assert {Booking.objects.get(pk=one.pk).state for one in (booking, other)} == {"cancelled"}
    assert owed(booking) == owed(other) == ["booking_cancelled"]
    assert Message.objects.filter(slot=slot, kind="slot_cancelled", to_address=trainer.email).count() == 1
    assert Slot.objects.values_list("state", "places_taken").get(pk=slot.pk) == ("cancelled", 0)


@pytest.mark.parametrize("counts", [rules.Counts(unknown=20, minutes=180), rules.Counts(no_show=True)])
def test_a_date_of_which_a_class_is_recorded_took_place_and_keeps_its_team_and_hours(slot, booking, counts):
    other, olga = make_booking(slot, group_name="8a"), make_organiser(slot.workshop.partner)
    make_assignment(slot, make_trainer(slot.workshop.partner))
    begun, by = slot.starts_at + timedelta(minutes=5), Actor.person(olga)
    assert explain(slot, olga, begun)["cancel"].allowed
    rules.attend(booking, counts, by=by, now=begun)
    took = VisitFact.objects.get(booking=booking).trainer_minutes

    with pytest.raises(TookPlace):
        planning.cancel_slot(slot, by=by, now=begun, reason="flood")

    assert explain(slot, olga, begun)["cancel"].why == str(TookPlace())
    rules.cancel(other, by=by, now=begun, reason="flood")  # one by one they can be called off
    assert took > 0
    assert VisitFact.objects.get(booking=booking).trainer_minutes == took
    assert Slot.objects.get().assignments.get().state == "accepted"


def test_only_the_partners_organisers_cancel_a_slot(slot):
    with pytest.raises(NotAllowed):
        planning.cancel_slot(slot, by=Actor.person(make_organiser(make_partner())), now=timezone.now(), reason="x")


def test_a_trainer_hears_when_the_class_of_the_slot_cancels(slot, booking):
    make_assignment(slot, make_trainer(slot.workshop.partner))

    rules.cancel(booking, by=Actor.person(booking.owner), now=timezone.now())

    assert owed(booking) == ["booking_cancelled", "class_cancelled"]
