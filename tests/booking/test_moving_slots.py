"""A date moves: everyone hears once, and deadlines, reminders, calendars and trainers go along."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking import planning, policy, rules
from booking.audit import breaches
from booking.errors import Conflict, FieldErrors, NotActive
from booking.models import Booking, Change, Message
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_organiser,
    make_partner,
    make_slot,
    make_trainer,
    make_user,
    make_venue,
    make_workshop,
)
from workshops.models import Assignment, Slot

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner():
    return make_partner("lab")


@pytest.fixture
def slot(partner):
    workshop = make_workshop(partner, max_groups=2, capacity=48, venue=make_venue(partner))
    return make_slot(workshop)


@pytest.fixture
def olga(partner):
    return Actor.person(make_organiser(partner, "olga"))


def move(slot: Slot, by: Actor, days: int = 47, hour: int = 9, **more: str) -> Slot:
    times = {"starts_at": in_days(days, hour), "ends_at": in_days(days, hour + 3)}
    return planning.change_slot(slot, times, by=by, now=timezone.now(), **more)


def fresh(booking: Booking) -> Booking:
    return Booking.objects.select_related("slot").get(pk=booking.pk)


def test_calendars_learn_that_it_is_newer(slot, olga):
    bookings = [make_booking(slot, group_name=name, pupils=10) for name in ("7a", "7b")]
    make_booking(slot, group_name="7c")  # waits

    moved = move(slot, olga)

    assert (moved.sequence, moved.starts_at) == (slot.sequence + 1, in_days(47, 9))
    for before in bookings:
        after = fresh(before)
        assert (after.sequence, after.version) == (before.sequence + 1, before.version + 1)
    assert list(breaches(timezone.now())) == []


def test_booking_closes_by_the_rule_of_the_workshop(slot, olga):
    assert move(slot, olga).book_until == policy.book_until(in_days(47, 9), slot.workshop.policy)


def test_everyone_hears_from_where_to_where_and_why(slot, olga, partner):
    make_assignment(slot, make_trainer(partner, "tom"))
    booked, waits = make_booking(slot), make_booking(slot, pupils=25)
    ended = make_booking(slot, group_name="8a")
    rules.cancel(ended, by=olga, now=timezone.now(), reason="krank")

    move(slot, olga, reason="Der Raum wird saniert.")

    told = Message.objects.filter(kind__in=["slot_moved", "slot_moved_team"], state="owed")
    assert set(told.values_list("kind", "booking")) == {
        ("slot_moved", booked.pk),
        ("slot_moved", waits.pk),
        ("slot_moved_team", None),
    }
    assert len(told) == 3
    for message in told:
        assert datetime.fromisoformat(message.context["former"]["starts_at"]) == slot.starts_at
        assert [why for why, _at in message.context["reasons"]] == ["Der Raum wird saniert."]
    assert [change.kind for change in fresh(booked).changes.all()][:1] == ["slot_moved"]
    assert "slot_moved" not in {change.kind for change in fresh(ended).changes.all()}


@pytest.mark.usefixtures("term_time")
def test_reminders_are_those_of_the_new_day(slot, olga):
    booking = make_booking(slot)
    before = set(Message.objects.filter(booking=booking, kind="reminder").values_list("due_at", flat=True))

    move(slot, olga, days=61)

    owed = Message.objects.filter(booking=booking, kind="reminder", state="owed")
    assert owed.count() == 2
    assert not before & set(owed.values_list("due_at", flat=True))
    assert {row.useful_until for row in owed} == {in_days(61, 9)}


@pytest.mark.usefixtures("term_time")
def test_a_school_can_always_cancel_as_late_as_it_was_promised(slot, olga):
    booking = make_booking(slot)

    move(slot, olga, days=36)  # that has three school days less

    assert fresh(booking).cancel_until == booking.cancel_until


def test_a_later_date_can_be_cancelled_until_later(slot, olga):
    booking = make_booking(slot)

    move(slot, olga, days=61)

    assert fresh(booking).cancel_until > booking.cancel_until


def test_who_could_not_cancel_freely_any_more_can_after_a_move(partner, olga):
    slot = make_slot(make_workshop(partner), starts_at=in_days(3), book_until=in_days(3))
    booking = make_booking(slot)
    assert booking.cancel_until < timezone.now()

    move(slot, olga, days=4)

    assert timezone.now() < fresh(booking).cancel_until <= in_days(4, 9)


def test_an_offer_never_stands_longer_than_the_visit_is_away(slot, olga):
    make_booking(slot, pupils=48)
    waits = make_booking(slot, pupils=20)
    planning.change_slot(slot, {"capacity": 80}, by=olga, now=timezone.now())
    assert fresh(waits).state == "offered"

    move(slot, olga, days=1)

    assert fresh(waits).offer_expires_at <= in_days(1, 9)
    assert list(breaches(timezone.now())) == []


def test_trainers_are_bound_at_the_new_time(slot, olga, partner):
    make_assignment(slot, make_trainer(partner, "tom"))

    moved = move(slot, olga)

    during = Assignment.objects.get().during
    assert (during.lower, during.upper) == (moved.starts_at, moved.ends_at)


def test_a_trainer_who_is_needed_elsewhere_stops_the_move_unless_a_reason_is_given(slot, olga, partner):
    tom, ann = make_trainer(partner, "tom"), make_trainer(partner, "ann")
    make_assignment(slot, tom)
    make_assignment(slot, ann)
    make_assignment(make_slot(slot.workshop, starts_at=in_days(47, 10)), tom)

    with pytest.raises(Conflict) as refusal:
        move(slot, olga)
    assert "Tom" in str(refusal.value)
    assert Slot.objects.get(pk=slot.pk).starts_at == slot.starts_at
    move(slot, olga, override_reason="wechselt um zehn")
    assert dict(slot.assignments.values_list("trainer__name", "override_reason")) == {
        "Tom": "wechselt um zehn",
        "Ann": "",
    }


def test_another_place_is_a_move_too(slot, olga, partner):
    booking = make_booking(slot)
    there = make_venue(partner, "Görlitz")

    moved = planning.change_slot(slot, {"venue": there}, by=olga, now=timezone.now())

    assert (moved.sequence, moved.book_until) == (slot.sequence + 1, slot.book_until)
    assert Message.objects.get(booking=booking, kind="slot_moved").context["former"]["place"] == "Schülerlabor, Zittau"


def test_who_has_not_heard_of_the_first_move_hears_of_both_as_one(slot, olga):
    booking = make_booking(slot)
    move(slot, olga)

    move(Slot.objects.select_related("workshop__partner").get(pk=slot.pk), olga, days=54)

    news = Message.objects.filter(booking=booking, kind="slot_moved")
    assert sorted(news.values_list("state", flat=True)) == ["dropped", "owed"]
    known = news.get(state="owed").context["former"]["starts_at"]
    assert datetime.fromisoformat(known) == slot.starts_at


@pytest.mark.parametrize(
    ("times", "field"),
    [
        ({"starts_at": in_days(-1)}, "starts_at"),
        ({"starts_at": in_days(40, 12)}, "ends_at"),
        ({"ends_at": in_days(41)}, "ends_at"),
        ({"venue": None}, "venue"),
    ],
)
def test_where_and_when_it_cannot_be_is_named(times, field, slot, olga):
    with pytest.raises(FieldErrors) as refusal:
        planning.change_slot(slot, times, by=olga, now=timezone.now())
    assert field in refusal.value.errors


def test_the_place_of_another_house_cannot_be_taken(slot, olga):
    with pytest.raises(FieldErrors) as refusal:
        planning.change_slot(slot, {"venue": make_venue(make_partner())}, by=olga, now=timezone.now())
    assert list(refusal.value.errors) == ["venue"]


def test_what_has_begun_moves_no_more(partner, olga):
    begun = make_slot(make_workshop(partner), starts_at=timezone.now() - timedelta(minutes=5))

    with pytest.raises(NotActive):
        move(begun, olga)
    assert planning.change_slot(begun, {"capacity": 30}, by=olga, now=timezone.now()).capacity == 30


def test_who_booked_from_a_page_read_before_the_move_gets_the_promises_of_the_new_date(slot, olga):
    stale = Slot.objects.select_related("workshop__partner", "venue").get(pk=slot.pk)
    move(slot, olga, days=61)

    booking = make_booking(stale, owner=make_user())

    usual = policy.cancel_until(in_days(61, 9), slot.workshop.policy, ())
    assert booking.cancel_until > in_days(40)
    assert booking.cancel_until <= usual
    assert set(Message.objects.filter(kind="reminder").values_list("useful_until", flat=True)) == {in_days(61, 9)}


def test_what_ended_before_a_move_is_not_taken_back_after_it(slot, olga):
    ada = make_user()
    booking, by, now = make_booking(slot, owner=ada), Actor.person(ada), timezone.now()
    rules.cancel(booking, by=by, now=now)
    move(slot, olga)

    with pytest.raises(NotActive):
        rules.undo(booking, by=by, now=now + timedelta(seconds=20))
    assert fresh(booking).state == "cancelled"


def test_the_move_is_one_line_in_the_history_of_the_date(slot, olga):
    move(slot, olga, reason="Der Raum wird saniert.")

    line = Change.objects.get(slot=slot)
    assert (line.kind, line.reason) == ("slot_moved", "Der Raum wird saniert.")
    assert set(line.facts) == {"starts_at", "ends_at"}
