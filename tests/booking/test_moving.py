"""A class goes to another date: as a whole, at once, and the old place only when the new one is sure."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking import planning, rules
from booking.audit import breaches
from booking.errors import AlreadyBooked, FieldErrors, NoRoom, NotActive, NotAllowed, NotBookable, OthersWait, TooLate
from booking.messages import delivery
from booking.messages.about import load_subjects
from booking.models import Booking, Change, Message
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_organiser,
    make_school,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)
from workshops.models import Slot

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop():
    return make_workshop(capacity=24)


@pytest.fixture
def ada():
    return make_user("ada")


@pytest.fixture(autouse=True)
def _clean_in_the_end():
    yield
    assert list(breaches(timezone.now())) == []


def move(booking, slot, user=None, **more):
    return rules.move(booking, slot, by=Actor.person(user or booking.owner), now=timezone.now(), **more)


def sums(slot):
    slot.refresh_from_db()
    return slot.places_taken, slot.groups_taken, slot.groups_waiting


def test_a_confirmed_class_keeps_its_calendar_entry(workshop, ada):
    here, there = make_slot(workshop), make_slot(workshop, starts_at=in_days(60))
    booking = make_booking(here, ada)

    moved = move(booking, there)

    assert (moved.state, moved.slot_id, moved.uuid) == ("confirmed", there.pk, booking.uuid)
    assert moved.sequence > booking.sequence
    assert (sums(here), sums(there)) == ((0, 0, 0), (24, 1, 0))
    change = moved.changes.first()
    assert change.kind == "moved"
    assert change.facts["slot"] == [here.pk, there.pk]


def test_the_promises_are_worked_out_for_the_new_date(workshop, ada):
    booking = make_booking(make_slot(workshop), ada)
    workshop.partner.free_cancel_days = 20
    workshop.partner.save()

    moved = move(booking, make_slot(workshop, starts_at=in_days(80)))

    assert moved.terms["free_cancel_days"] == 5  # as it was when it was booked
    assert moved.cancel_until > booking.cancel_until
    due = Message.objects.filter(booking=booking, kind="reminder", state="owed").values_list("due_at", flat=True)
    assert len(due) == 2
    assert min(due) > booking.slot.starts_at


def test_contact_and_both_teams_hear_of_it_once(workshop, ada):
    here, there = make_slot(workshop), make_slot(workshop, starts_at=in_days(60))
    for slot, name in ((here, "tom"), (there, "tina")):
        make_assignment(slot, make_trainer(workshop.partner, name))
    booking = make_booking(here, ada)
    told = Message.objects.exclude(kind="reminder")
    told.update(state="sent", sent_at=timezone.now(), context={"calendar": "REQUEST"})

    move(booking, there)

    owed = Message.objects.filter(state="owed").exclude(kind="reminder")
    told = {(one.kind, one.to_address.partition("@")[0]) for one in owed}
    assert told == {("booking_moved", "ada"), ("class_moved", "tom"), ("class_confirmed", "tina")}
    news = owed.get(kind="booking_moved")
    load_subjects([news])
    assert delivery.compose(news).method == "REQUEST"


def test_who_moves_twice_hears_of_both_as_one(workshop, ada):
    slots = [make_slot(workshop, starts_at=in_days(days)) for days in (40, 50, 60)]
    booking = make_booking(slots[0], ada)

    move(move(booking, slots[1]), slots[2])

    news = Message.objects.get(kind="booking_moved", state="owed")
    assert datetime.fromisoformat(news.context["former"]["starts_at"]) == slots[0].starts_at


def test_to_where_it_is_already_it_stays(workshop, ada):
    booking = make_booking(make_slot(workshop), ada)

    assert move(booking, booking.slot).version == booking.version


def test_a_request_stays_a_request_and_holds_as_it_was_promised(ada):
    workshop = make_workshop(booking_mode="request", capacity=24)
    here, there = make_slot(workshop), make_slot(workshop, starts_at=in_days(60))
    booking = make_booking(here, ada, alternatives=(there,))
    workshop.partner.requests_hold = False
    workshop.partner.save()

    moved = move(booking, there)

    assert (moved.state, moved.places_held) == ("requested", 24)
    assert not moved.alternatives.exists()


def test_one_that_waits_gets_what_placing_there_would_make_of_it(workshop, ada):
    full, free = make_slot(workshop), make_slot(workshop, starts_at=in_days(60))
    make_booking(full)
    waiting = make_booking(full, ada, school=make_school())
    assert waiting.state == "waitlisted"

    moved = move(waiting, free)

    assert (moved.state, moved.places_held) == ("confirmed", 24)
    assert sums(full) == (24, 1, 0)
    assert Message.objects.filter(booking=waiting, kind="booking_confirmed").exists()


def test_one_that_waits_may_wait_elsewhere_at_the_end(workshop, ada):
    full, other = make_slot(workshop), make_slot(workshop, starts_at=in_days(60))
    for slot in (full, other):
        make_booking(slot, school=make_school())
    first = make_booking(other, school=make_school())
    waiting = make_booking(full, ada, school=make_school())

    moved = move(waiting, other)

    assert (moved.state, moved.waitlist_position) == ("waitlisted", 2)
    assert first.waitlist_position == 1


def test_the_place_that_is_left_goes_to_who_waits(workshop, ada):
    here, there = make_slot(workshop), make_slot(workshop, starts_at=in_days(60))
    booking = make_booking(here, ada)
    waiting = make_booking(here, school=make_school())

    move(booking, there)

    waiting.refresh_from_db()
    assert waiting.state == "offered"


def test_into_a_full_date_nothing_moves(workshop, ada):
    here, there = make_slot(workshop), make_slot(workshop, starts_at=in_days(60))
    booking = make_booking(here, ada)
    make_booking(there, school=make_school(), pupils=10)

    with pytest.raises(NoRoom):
        move(booking, there)

    assert (sums(here), sums(there)) == ((24, 1, 0), (10, 1, 0))


def test_nobody_passes_those_who_wait_at_the_new_date(ada):
    workshop = make_workshop(capacity=24, max_groups=3)
    here, there = make_slot(workshop), make_slot(workshop, starts_at=in_days(60))
    booking = make_booking(here, ada, pupils=5)
    make_booking(there, school=make_school(), pupils=14)
    make_booking(there, school=make_school(), pupils=20)

    with pytest.raises(OthersWait):
        move(booking, there)


def test_the_same_class_is_not_booked_twice_by_moving():
    workshop, school, ada = make_workshop(capacity=60, max_groups=9), make_school(), make_user("ada")
    here, there = make_slot(workshop), make_slot(workshop, starts_at=in_days(60))
    booking = make_booking(here, ada, school=school)
    make_booking(there, make_user(), school=school)

    with pytest.raises(AlreadyBooked):
        move(booking, there)


def test_what_cannot_be_is_said_at_its_field(workshop, ada):
    booking = make_booking(make_slot(workshop), ada)

    with pytest.raises(FieldErrors, match="slot"):
        move(booking, make_slot())
    with pytest.raises(FieldErrors, match=r"group\.pupils"):
        move(booking, make_slot(workshop, capacity=20))
    with pytest.raises(FieldErrors, match="language"):
        move(booking, make_slot(workshop, languages=["pl"]))


@pytest.mark.parametrize("closed", [{"state": "closed"}, {"book_until": in_days(-1)}, {"book_from": in_days(2)}])
def test_a_date_that_takes_nobody_takes_nobody_who_moves(workshop, ada, closed):
    booking = make_booking(make_slot(workshop), ada)

    with pytest.raises(NotBookable):
        move(booking, make_slot(workshop, starts_at=in_days(60), **closed))


def test_an_offer_is_answered_not_moved(workshop, ada):
    full, free = make_slot(workshop), make_slot(workshop, starts_at=in_days(60))
    first = make_booking(full)
    waiting = make_booking(full, ada, school=make_school())
    rules.cancel(first, by=Actor.person(first.owner), now=timezone.now())

    with pytest.raises(NotActive):
        move(waiting, free)


def test_after_the_start_the_school_moves_nothing(workshop, ada):
    booking = make_booking(make_slot(workshop, starts_at=in_days(40)), ada)
    there = make_slot(workshop, starts_at=in_days(60))

    with pytest.raises(TooLate):
        rules.move(booking, there, by=Actor.person(ada), now=booking.slot.starts_at)


def test_cancelling_is_free_for_the_new_date_whenever_the_class_moved(workshop, ada):
    booking = make_booking(make_slot(workshop, starts_at=in_days(40)), ada)
    there = make_slot(workshop, starts_at=in_days(90), book_until=in_days(80))
    late = booking.cancel_until + timedelta(hours=1)

    moved = rules.move(booking, there, by=Actor.person(ada), now=late)
    gone = rules.cancel(moved, by=Actor.person(ada), now=late + timedelta(hours=1))

    assert moved.cancel_until > late
    assert gone.late is False


def test_whom_the_house_moves_to_an_earlier_date_is_no_worse_off(workshop, ada):
    booking = make_booking(make_slot(workshop, starts_at=in_days(90)), ada)
    there = make_slot(workshop, starts_at=in_days(40))

    moved = move(booking, there, make_organiser(workshop.partner))

    assert moved.cancel_until == there.starts_at  # as long as was promised, but not beyond the start


def test_an_organiser_moves_with_a_reason_into_a_full_and_closed_date(workshop, ada):
    here, there = make_slot(workshop), make_slot(workshop, starts_at=in_days(60), state="open")
    booking, other = make_booking(here, ada), make_booking(there, school=make_school())
    Slot.objects.filter(pk=there.pk).update(state="closed")
    olga = make_organiser(workshop.partner)

    moved = move(booking, there, olga, override_reason="Zwei Kursleitungen sind da")

    assert (moved.state, sums(there)) == ("confirmed", (48, 2, 0))
    assert (there.capacity, there.max_groups) == (48, 2)
    grown = {"capacity": [24, 48], "max_groups": [1, 2]}
    assert moved.changes.filter(kind="overridden", reason="Zwei Kursleitungen sind da").exists()
    assert Change.objects.filter(slot=there, kind="slot_changed", facts=grown).exists()
    assert Booking.objects.get(pk=other.pk).state == "confirmed"


def test_a_reason_makes_no_organiser_of_a_teacher(workshop, ada):
    booking = make_booking(make_slot(workshop), ada)

    with pytest.raises(NotAllowed):
        move(booking, make_slot(workshop, starts_at=in_days(60)), override_reason="bitte")


def test_nobody_moves_into_a_date_that_is_called_off(workshop, ada):
    booking, there = make_booking(make_slot(workshop), ada), make_slot(workshop, starts_at=in_days(60))
    olga = make_organiser(workshop.partner)
    planning.cancel_slot(there, by=Actor.person(olga), now=timezone.now(), reason="Sturm")

    for reason in ("", "trotzdem"):
        with pytest.raises(NotBookable):
            move(booking, there, olga, override_reason=reason)
