"""Dates by the dozen: all or none, and each refusal names its date."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actor import Actor
from booking import planning
from booking.errors import FieldErrors, NotAllowed, NotBookable
from booking.models import Change
from booking.planning import Opening
from tests.factories import in_days, make_booking, make_organiser, make_partner, make_workshop
from workshops.models import Slot

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop():
    return make_workshop(make_partner("lab"))


@pytest.fixture
def olga(workshop):
    return Actor.person(make_organiser(workshop.partner, "olga"))


def test_several_dates_are_opened_at_once(workshop, olga):
    slots = planning.open_many([Opening(workshop, in_days(n)) for n in (40, 41, 42)], by=olga, now=timezone.now())

    assert [slot.starts_at for slot in slots] == [in_days(40), in_days(41), in_days(42)]
    assert Change.objects.filter(kind="opened", slot__in=slots).count() == 3
    assert make_booking(slots[2]).state == "confirmed"


def test_one_that_cannot_be_stops_all_and_is_named(workshop, olga):
    openings = [Opening(workshop, in_days(40)), Opening(workshop, in_days(-1)), Opening(workshop, in_days(41, 22))]

    with pytest.raises(FieldErrors) as refusal:
        planning.open_many(openings, by=olga, now=timezone.now())

    assert {name: code for name, (code, _text) in refusal.value.errors.items()} == {
        "dates.1": "past",
        "dates.2": "other_day",
    }
    assert not Slot.objects.exists()


@pytest.mark.parametrize("number", [0, planning.MOST_AT_ONCE + 1])
def test_none_and_too_many_are_refused(number, workshop, olga):
    with pytest.raises(FieldErrors) as refusal:
        planning.open_many([Opening(workshop, in_days(40))] * number, by=olga, now=timezone.now())
    assert list(refusal.value.errors) == ["dates"]


def test_a_date_of_another_house_stops_all(workshop, olga):
    with pytest.raises(NotAllowed):
        planning.open_many(
            [Opening(workshop, in_days(40)), Opening(make_workshop(), in_days(40))], by=olga, now=timezone.now()
        )
    assert not Slot.objects.exists()


def test_a_date_that_was_is_added_only_with_a_reason(workshop, olga):
    yesterday = Opening(workshop, in_days(-1))
    with pytest.raises(FieldErrors):
        planning.open_slot(yesterday, by=olga, now=timezone.now(), reason=" ")

    slot = planning.open_slot(yesterday, by=olga, now=timezone.now(), reason="Tag der offenen Tür")

    assert (slot.state, slot.book_until < slot.starts_at < timezone.now()) == ("open", True)
    assert slot.book_from <= slot.book_until
    assert Change.objects.get(slot=slot).reason == "Tag der offenen Tür"
    with pytest.raises(NotBookable):
        make_booking(slot)


def test_set_up_and_state_are_as_wished(workshop, olga):
    slot = planning.open_slot(
        Opening(workshop, in_days(40), state="closed", setup_minutes=30, teardown_minutes=15),
        by=olga,
        now=timezone.now(),
    )

    assert slot.state == "closed"
    assert slot.during == (in_days(40) - timedelta(minutes=30), slot.ends_at + timedelta(minutes=15))


def test_each_date_has_its_own_beginning_in_its_history_and_more_dates_cost_no_more_questions(workshop, olga):
    asked = []
    for numbers in (range(40, 41), range(42, 44), range(50, 58)):
        with CaptureQueriesContext(connection) as queries:
            slots = planning.open_many([Opening(workshop, in_days(n)) for n in numbers], by=olga, now=timezone.now())
        asked.append(len(queries))
        for slot in slots:
            assert [(change.kind, change.actor, change.role) for change in slot.changes.all()] == [
                ("opened", olga.user, "organiser")
            ]
    assert asked[1] == asked[2]
