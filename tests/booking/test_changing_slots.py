"""What an organiser changes about a date: room, languages, funding; closing it and opening it again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from accounts.actor import Actor
from booking import planning
from booking.audit import breaches
from booking.errors import Conflict, FieldErrors, NoRoom, NotActive, NotAllowed, NotBookable
from booking.models import Booking, Change, Message
from booking.planning.facts import facts_of
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_organiser,
    make_partner,
    make_slot,
    make_trainer,
    make_workshop,
)
from workshops.models import Assignment, Funder, FundingPot, Slot, WorkshopPot

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner():
    return make_partner("lab")


@pytest.fixture
def workshop(partner):
    return make_workshop(partner, max_groups=3, capacity=60)


@pytest.fixture
def olga(partner):
    return Actor.person(make_organiser(partner, "olga"))


def change(slot: Slot, by: Actor, /, **values: object) -> Slot:
    return planning.change_slot(slot, values, by=by, now=timezone.now())


def make_pot(workshop, first: date, last: date) -> FundingPot:
    valid = DateRange(first, last)
    funder = Funder.objects.create(name="Freistaat")
    pot = FundingPot.objects.create(funder=funder, code=f"pot-{first}-{last}", name="Labor", valid=valid)
    WorkshopPot.objects.create(workshop=workshop, pot=pot, valid=valid)
    return pot


def test_a_change_stands_in_the_history_with_before_and_after(workshop, olga):
    slot = change(make_slot(workshop), olga, capacity=70, listed=False)

    assert (slot.capacity, slot.listed, slot.version) == (70, False, 2)
    line = Change.objects.get(slot=slot)
    assert (line.kind, line.facts) == ("slot_changed", {"capacity": [60, 70], "listed": [True, False]})
    assert not Message.objects.exists()  # nobody has to know


def test_what_stays_as_it_was_is_no_change(workshop, olga):
    slot = make_slot(workshop)

    assert change(slot, olga, capacity=60, languages=["de"], starts_at=slot.starts_at).version == 1
    assert not Change.objects.filter(slot=slot).exists()


def test_there_are_never_fewer_places_than_are_taken(workshop, olga):
    slot = make_slot(workshop)
    make_booking(slot, pupils=24)

    with pytest.raises(NoRoom) as refusal:
        change(slot, olga, capacity=23)
    assert "24" in str(refusal.value)
    assert change(slot, olga, capacity=24).places_left == 0


def test_there_are_never_fewer_groups_than_have_a_place(workshop, olga):
    slot = make_slot(workshop)
    for name in ("7a", "7b"):
        make_booking(slot, group_name=name, pupils=10)

    with pytest.raises(NoRoom) as refusal:
        change(slot, olga, max_groups=1)
    assert "2" in str(refusal.value)


@pytest.mark.parametrize("more", [{"capacity": 60, "max_groups": 2}, {"capacity": 48, "max_groups": 3}])
def test_more_room_is_offered_to_who_waits(more, olga, partner):
    slot = make_slot(make_workshop(partner, capacity=24))
    make_booking(slot)
    waits = make_booking(slot)
    assert waits.state == "waitlisted"

    change(slot, olga, **more)

    assert Booking.objects.get(pk=waits.pk).state == "offered"
    assert list(breaches(timezone.now())) == []


def test_set_up_binds_the_trainer_too(workshop, olga, partner):
    tom, slot = make_trainer(partner, "tom"), make_slot(workshop)
    make_assignment(slot, tom)

    slot = change(slot, olga, setup_minutes=45)

    assert Assignment.objects.get().during.lower == slot.starts_at - timedelta(minutes=45)


def test_set_up_that_needs_somebody_twice_is_refused_without_a_reason(workshop, olga, partner):
    tom = make_trainer(partner, "tom")
    make_assignment(make_slot(workshop), tom)
    afternoon = make_slot(workshop, starts_at=in_days(40, 11))
    make_assignment(afternoon, tom)

    with pytest.raises(Conflict):
        change(afternoon, olga, setup_minutes=30)
    planning.change_slot(
        afternoon, {"setup_minutes": 30}, by=olga, now=timezone.now(), override_reason="steht schon bereit"
    )
    assert Assignment.objects.get(slot=afternoon).override_reason == "steht schon bereit"


def test_a_date_is_charged_to_funding_that_holds_on_its_day(workshop, olga):
    today = timezone.localdate()
    current = make_pot(workshop, today, today + timedelta(days=100))
    over = make_pot(workshop, today - timedelta(days=300), today)
    foreign = make_pot(make_workshop(), today, today + timedelta(days=100 + 1))
    slot = make_slot(workshop)

    assert change(slot, olga, pot=current).pot == current
    for pot in (over, foreign):
        with pytest.raises(FieldErrors) as refusal:
            change(slot, olga, pot=pot)
        assert list(refusal.value.errors) == ["pot"]
    with pytest.raises(FieldErrors):
        change(slot, olga, starts_at=in_days(200), ends_at=in_days(200, 11))  # its funding has ended by then
    assert change(slot, olga, pot=None).pot is None


def test_a_closed_date_takes_no_newcomers_and_keeps_who_is_booked(workshop, olga):
    slot = make_slot(workshop)
    booking = make_booking(slot)

    planning.close_slot(slot, by=olga, now=timezone.now())

    with pytest.raises(NotBookable):
        make_booking(slot)
    assert Booking.objects.get(pk=booking.pk).state == "confirmed"
    planning.reopen_slot(slot, by=olga, now=timezone.now())
    assert make_booking(slot).state == "confirmed"
    assert sorted(Change.objects.filter(slot=slot).values_list("kind", flat=True)) == ["closed", "reopened"]


def test_closing_twice_is_closing_once(workshop, olga):
    slot = make_slot(workshop)
    for _twice in range(2):
        assert planning.close_slot(slot, by=olga, now=timezone.now()).state == "closed"

    assert Change.objects.filter(slot=slot).count() == 1


def test_what_was_called_off_is_not_changed_any_more(workshop, olga):
    slot = make_slot(workshop, state="cancelled")

    with pytest.raises(NotActive):
        change(slot, olga, capacity=70)
    with pytest.raises(NotActive):
        planning.reopen_slot(slot, by=olga, now=timezone.now())


def test_a_stale_page_overwrites_nothing_unseen(workshop, olga):
    slot = make_slot(workshop)
    seen = facts_of(slot)
    change(slot, olga, capacity=70)

    planning.change_slot(slot, {"max_groups": 5}, by=olga, now=timezone.now(), seen=seen)
    with pytest.raises(FieldErrors) as refusal:
        planning.change_slot(slot, {"capacity": 65}, by=olga, now=timezone.now(), seen=seen)

    assert refusal.value.errors["capacity"][0] == "changed"
    assert Slot.objects.values_list("capacity", "max_groups").get(pk=slot.pk) == (70, 5)


def test_nobody_changes_dates_of_others(workshop):
    with pytest.raises(NotAllowed):
        change(make_slot(workshop), Actor.person(make_organiser(make_partner())), capacity=70)
