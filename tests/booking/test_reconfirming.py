"""Is it still on? Five weeks before the school is asked, then its office, then it is a task for the organiser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking import planning, rules
from booking.audit import breaches
from booking.clock.due import decide_due
from booking.errors import NoRoom, NotActive
from booking.models import Booking, Message
from tests.factories import (
    in_days,
    make_booking,
    make_organiser,
    make_school,
    make_slot,
    make_user,
    make_workshop,
)

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)


@pytest.fixture
def booking():
    school = make_school(office_mail="office@school.example")
    return make_booking(make_slot(make_workshop(capacity=30), starts_at=in_days(90)), make_user("ada"), school=school)


def at_question(booking):
    return booking.slot.starts_at - 5 * WEEK


def asked(booking):
    decide_due(at_question(booking) + timedelta(hours=1))
    booking.refresh_from_db()
    return booking


def told(kind):
    return list(Message.objects.filter(kind=kind).values_list("to_address", flat=True))


def answer(booking, **more):
    now = more.pop("now", booking.reconfirm_due_at or timezone.now()) - timedelta(minutes=1)
    return rules.reconfirm(booking, by=more.pop("by", Actor.person(booking.owner)), now=now, **more)


def test_five_weeks_before_the_contact_is_asked_once(booking):
    decide_due(at_question(booking) - timedelta(hours=2))
    assert told("booking_reconfirm") == []

    for _ in range(2):
        asked(booking)

    assert told("booking_reconfirm") == ["ada@school.example"]
    assert booking.reconfirm_step == "asked"
    assert booking.changes.first().kind == "reconfirm_asked"


def test_with_a_yes_nobody_asks_again(booking):
    answer(asked(booking))
    decide_due(booking.slot.starts_at - WEEK)

    booking.refresh_from_db()
    assert (booking.reconfirm_step, booking.state) == ("done", "confirmed")
    assert booking.reconfirmed_at
    assert told("reconfirm_office") == []


def test_a_yes_twice_is_one(booking):
    yes = answer(asked(booking))

    assert answer(yes).version == yes.version


def test_with_fewer_the_places_are_free_at_once(booking):
    waiting = make_booking(booking.slot, school=make_school(), pupils=28)
    assert waiting.state == "waitlisted"

    fewer = answer(asked(booking), pupils=18)

    assert (fewer.pupils, fewer.places_held, fewer.reconfirm_step) == (18, 18, "done")
    assert [change.kind for change in fewer.changes.all()][:2] == ["reconfirmed", "resized"]


def test_more_must_fit(booking):
    fill_up(booking)
    asked(booking)

    with pytest.raises(NoRoom):
        answer(booking, pupils=30)

    booking.refresh_from_db()
    assert (booking.pupils, booking.reconfirm_step) == (24, "asked")


def fill_up(booking):
    """Another group takes the rest of the date."""
    by = Actor.person(make_organiser(booking.slot.workshop.partner))
    slot = planning.change_slot(booking.slot, {"max_groups": 2}, by=by, now=timezone.now())
    make_booking(slot, school=make_school(), pupils=6)


def test_a_no_frees_the_date_and_asks_who_waits(booking):
    waiting = make_booking(booking.slot, school=make_school(), pupils=20)
    now = asked(booking).reconfirm_due_at - timedelta(hours=1)

    gone = rules.cancel(booking, by=Actor.person(booking.owner), now=now)

    waiting.refresh_from_db()
    assert (gone.late, waiting.state) == (False, "offered")


def test_without_an_answer_the_office_is_asked_then_the_organiser(booking):
    olga = make_organiser(booking.slot.workshop.partner, "olga")
    first = asked(booking).reconfirm_due_at
    decide_due(first - timedelta(seconds=1))
    assert told("reconfirm_office") == []

    decide_due(first)
    booking.refresh_from_db()
    assert (told("reconfirm_office"), booking.reconfirm_step) == (["office@school.example"], "reminded")

    decide_due(booking.reconfirm_due_at)
    booking.refresh_from_db()
    assert (told("reconfirm_missing"), booking.reconfirm_step) == ([olga.email], "overdue")
    assert booking in Booking.objects.unanswered()
    assert booking.state == "confirmed"
    assert rules.reconfirm(booking, by=Actor.person(olga), now=first + 2 * WEEK).reconfirm_step == "done"


def test_a_school_without_a_known_office_is_asked_once_more():
    booking = make_booking(make_slot(starts_at=in_days(90)), make_user("ada"))

    decide_due(asked(booking).reconfirm_due_at)

    assert told("booking_reconfirm") == ["ada@school.example"] * 2


def test_a_house_may_say_that_the_date_becomes_free():
    workshop = make_workshop(reconfirm_then="release")
    booking = make_booking(make_slot(workshop, starts_at=in_days(90)), make_user("ada"))
    waiting = make_booking(booking.slot, school=make_school())
    for _ in range(3):
        booking.refresh_from_db()
        decide_due(booking.reconfirm_due_at)

    booking.refresh_from_db()
    waiting.refresh_from_db()
    assert (booking.state, booking.ended_by, booking.late) == ("cancelled", "provider", False)
    assert "Antwort" in booking.end_reason
    assert waiting.state == "offered"
    assert list(breaches(timezone.now())) == []


def test_what_was_promised_holds_when_the_house_changes_its_mind(booking):
    booking.slot.workshop.reconfirm_then, booking.slot.workshop.reconfirm_weeks = "release", 0
    booking.slot.workshop.save(update_fields=["reconfirm_then", "reconfirm_weeks"])
    for _ in range(3):
        booking.refresh_from_db()
        decide_due(booking.reconfirm_due_at)

    booking.refresh_from_db()
    assert (booking.state, booking.reconfirm_step) == ("confirmed", "overdue")


@pytest.mark.parametrize(
    ("days", "extra", "_why"),
    [
        (30, {}, "booked when the moment has passed"),
        (90, {"reconfirm_weeks": 0}, "the house asks nobody"),
    ],
)
def test_not_everybody_is_asked(days, extra, _why):
    booking = make_booking(make_slot(make_workshop(**extra), starts_at=in_days(days)))

    assert (booking.reconfirm_step, booking.reconfirm_due_at) == ("", None)


def test_the_question_moves_with_the_date(booking):
    olga = make_organiser(booking.slot.workshop.partner)
    starts_at = in_days(120)
    values = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=3)}

    planning.change_slot(booking.slot, values, by=Actor.person(olga), now=timezone.now())

    booking.refresh_from_db()
    assert (booking.reconfirm_step, booking.reconfirm_due_at.date()) == ("planned", (starts_at - 5 * WEEK).date())


def test_nobody_answers_before_there_is_a_question(booking):
    with pytest.raises(NotActive):
        rules.reconfirm(booking, by=Actor.person(booking.owner), now=timezone.now())
