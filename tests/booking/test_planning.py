from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking import planning
from booking.errors import Conflict, FieldErrors, NotActive, NotAllowed
from booking.models import Change, Message
from booking.planning import Opening
from tests.factories import (
    in_days,
    make_assignment,
    make_organiser,
    make_partner,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)
from workshops.models import Assignment, Slot

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner():
    return make_partner("lab")


@pytest.fixture
def workshop(partner):
    return make_workshop(partner)


@pytest.fixture
def olga(partner):
    return Actor.person(make_organiser(partner, "olga"))


@pytest.fixture
def tom(partner):
    return make_trainer(partner, "tom")


def assign(slot: Slot, trainer: object, by: Actor, **more: str) -> Slot:
    return planning.assign(slot, [(trainer, "lead")], by=by, now=timezone.now(), **more)


def test_a_slot_takes_what_is_not_said_from_its_workshop(workshop, olga):
    slot = planning.open_slot(Opening(workshop, in_days(40)), by=olga, now=timezone.now())

    assert (slot.capacity, slot.max_groups, slot.booking_mode) == (24, 1, "instant")
    assert slot.ends_at - slot.starts_at == timedelta(minutes=180)
    assert timezone.localtime(slot.book_until) == in_days(35, hour=0) + timedelta(days=1)
    assert Change.objects.get(slot=slot).kind == "opened"


def test_booking_of_a_request_workshop_closes_two_weeks_before(partner, olga):
    workshop = make_workshop(partner, booking_mode="request")

    slot = planning.open_slot(Opening(workshop, in_days(40)), by=olga, now=timezone.now())

    assert timezone.localtime(slot.book_until).date() == in_days(27).date()


@pytest.mark.parametrize(
    ("times", "field"),
    [
        ({"starts_at": in_days(-1)}, "starts_at"),
        ({"starts_at": in_days(10, 8), "ends_at": in_days(10, 7)}, "ends_at"),
        ({"starts_at": in_days(10, 8), "ends_at": in_days(11, 8)}, "ends_at"),
    ],
)
def test_times_that_cannot_be_are_refused_at_the_field(times, field, workshop, olga):
    with pytest.raises(FieldErrors) as refusal:
        planning.open_slot(Opening(workshop, **times), by=olga, now=timezone.now())
    assert list(refusal.value.errors) == [field]


def test_nobody_opens_slots_for_another_partner(workshop):
    with pytest.raises(NotAllowed):
        planning.open_slot(
            Opening(workshop, in_days(40)), by=Actor.person(make_organiser(make_partner())), now=timezone.now()
        )


def test_an_assigned_trainer_hears_of_it_once(workshop, olga, tom):
    slot = make_slot(workshop)

    assign(slot, tom, olga)
    assign(slot, tom, olga)

    assert slot.assignments.get().trainer == tom
    assert Message.objects.filter(kind="trainer_assigned", to_address=tom.email).count() == 1


def test_nobody_stands_in_two_places(workshop, olga, tom):
    assign(make_slot(workshop), tom, olga)

    with pytest.raises(Conflict) as refusal:
        assign(make_slot(workshop), tom, olga)
    assert "Tom" in str(refusal.value)


def test_set_up_and_tear_down_count(workshop, olga, tom):
    assign(make_slot(workshop, teardown_minutes=30), tom, olga)
    follows = make_slot(workshop, starts_at=in_days(40, 11), setup_minutes=30)

    with pytest.raises(Conflict):
        assign(follows, tom, olga)


def test_a_reason_sets_a_clash_aside_and_stays_written(workshop, olga, tom):
    assign(make_slot(workshop), tom, olga)

    slot = assign(make_slot(workshop), tom, olga, override_reason="changes over at ten")

    assert Assignment.objects.get(slot=slot).override_reason == "changes over at ten"
    assert Change.objects.filter(slot=slot, reason="changes over at ten").exists()


def test_trainers_come_from_the_partners_team(workshop, olga):
    with pytest.raises(FieldErrors):
        assign(make_slot(workshop), make_trainer(make_partner()), olga)


def test_the_same_team_once_more_is_no_news(workshop, olga, tom):
    slot = make_slot(workshop)
    for _again in range(2):
        slot = assign(slot, tom, olga)
        slot.refresh_from_db()

    assert [change.kind for change in Change.objects.filter(slot=slot)] == ["assigned"]
    assert slot.version == 2

    planning.assign(slot, [(tom, "assistant")], by=olga, now=timezone.now())
    assert slot.assignments.get().role == "assistant"
    assert Change.objects.filter(slot=slot).count() == 2


def test_an_empty_list_takes_everybody_out(workshop, olga, tom):
    slot = make_slot(workshop)
    make_assignment(slot, tom)

    planning.assign(slot, [], by=olga, now=timezone.now())

    assert not slot.assignments.accepted().exists()


def test_a_cancelled_slot_takes_no_trainer(workshop, olga, tom):
    with pytest.raises(NotActive):
        assign(make_slot(workshop, state="cancelled"), tom, olga)


def test_a_teacher_assigns_nobody(workshop, tom):
    with pytest.raises(NotAllowed):
        assign(make_slot(workshop), tom, Actor.person(make_user()))


def test_a_slot_is_cancelled_once(workshop, olga):
    slot = make_slot(workshop)
    planning.cancel_slot(slot, by=olga, now=timezone.now(), reason="flood")

    with pytest.raises(NotActive):
        planning.cancel_slot(slot, by=olga, now=timezone.now(), reason="flood")


def test_a_slot_cannot_be_overwritten_by_a_stale_copy(workshop):
    slot = make_slot(workshop)
    with pytest.raises(ValueError, match="update_fields"):
        slot.save()
