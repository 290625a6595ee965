"""What trainers are reminded of, who hears of missing numbers and when, and thanks to the school."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.actor import Actor
from booking import planning, rules
from booking.clock import teams
from booking.clock.due import decide_due
from booking.messages import delivery, sending
from booking.messages.about import load_subjects
from booking.models import Booking, Message, MessageChoice
from booking.rules import Counts
from tests.factories import (
    make_assignment,
    make_booking,
    make_organiser,
    make_partner,
    make_slot,
    make_trainer,
    make_workshop,
)
from workshops.models import Assignment, Slot, Workshop

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
EIGHT = "2027-05-05T08:00"  # two school days before the visit; between them Ascension, the day after, a weekend


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.fixture
def workshop():
    kit = {"de": "Sechs Roboter\nLadegeräte", "en": "Six robots\nChargers"}
    return make_workshop(make_partner("lab"), kit=kit)


@pytest.fixture
def booking(workshop):
    slot = make_slot(workshop, starts_at=at("2027-05-11T08:00"))
    make_assignment(slot, make_trainer(workshop.partner, "tom"))
    return make_booking(slot, at=at("2027-04-01T08:00"))


def owed(kind: str) -> list[tuple[str, datetime]]:
    rows = Message.objects.filter(kind=kind).order_by("pk")
    return [(row.to_address, row.due_at.astimezone(BERLIN)) for row in rows]


def text_of(message: Message, language: str = "de") -> str:
    message.language = language
    load_subjects([message])
    return str(delivery.compose(message).email.body)


# Before the visit


def test_who_leads_is_reminded_two_school_days_before_at_eight_and_once(booking):
    decide_due(at("2027-05-05T07:59"))
    assert owed("team_reminder") == []

    decide_due(at(EIGHT))
    decide_due(at("2027-05-05T08:01"))
    decide_due(at("2027-05-10T09:00"))

    assert owed("team_reminder") == [("tom@school.example", at(EIGHT))]


def test_a_workshop_names_its_own_day_and_none_at_all(booking, workshop):
    Workshop.objects.filter(pk=workshop.pk).update(team_days=1)
    decide_due(at("2027-05-07T09:00"))
    assert owed("team_reminder") == []
    decide_due(at("2027-05-10T09:00"))
    assert owed("team_reminder") == [("tom@school.example", at("2027-05-10T08:00"))]

    Message.objects.all().delete()
    Workshop.objects.filter(pk=workshop.pk).update(team_days=0)
    decide_due(at("2027-05-10T09:00"))
    assert owed("team_reminder") == []


def test_what_holds_for_the_house_holds_for_its_workshops(booking, workshop):
    workshop.partner.team_days = 4
    workshop.partner.save()

    decide_due(at("2027-05-03T09:00"))

    assert owed("team_reminder") == [("tom@school.example", at("2027-05-03T08:00"))]


def test_after_an_outage_it_still_comes_and_to_who_is_assigned_late_too(booking, workshop):
    decide_due(at("2027-05-10T15:00"))
    make_assignment(booking.slot, make_trainer(workshop.partner, "jana"), role="assistant")
    decide_due(at("2027-05-10T16:00"))

    assert [address for address, _due in owed("team_reminder")] == ["tom@school.example", "jana@school.example"]


@pytest.mark.parametrize("why", ["no class", "called off", "declined", "begun"])
def test_nobody_is_reminded_of_a_date_that_will_not_be(why, booking):
    moment = at("2027-05-10T09:00")
    if why == "no class":
        Booking.objects.filter(pk=booking.pk).update(state="cancelled", places_held=0)
    if why == "called off":
        Slot.objects.filter(pk=booking.slot_id).update(state="cancelled")
    if why == "declined":
        Assignment.objects.update(state="declined")
    if why == "begun":
        moment = booking.slot.starts_at

    decide_due(moment)

    assert owed("team_reminder") == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("change", "why"), [("class", "nobody comes"), ("team", "leads it no more")])
def test_what_changed_before_it_goes_out_is_asked_once_more(change, why, booking, smtp):
    decide_due(at(EIGHT))
    if change == "class":
        Booking.objects.filter(pk=booking.pk).update(state="cancelled", places_held=0)
    else:
        Assignment.objects.update(state="withdrawn")
    sending.send_due(at("2027-05-05T08:01"))

    assert Message.objects.get(kind="team_reminder").last_error == why


def test_it_says_who_comes_whom_to_call_and_what_to_take_along(booking):
    decide_due(at(EIGHT))
    message = Message.objects.get(kind="team_reminder")

    german, english = text_of(message, "de"), text_of(message, "en")

    assert "Mitnehmen: Sechs Roboter, Ladegeräte\n" in german
    assert "Six robots, Chargers" in english
    assert "0170 0000000" in german
    assert "7b" in german
    assert f"/trainer/slots/{booking.slot_id}/" in german


def test_a_date_on_another_day_is_told_of_anew(booking):
    decide_due(at(EIGHT))
    later = booking.slot.starts_at + timedelta(days=14)
    Slot.objects.filter(pk=booking.slot_id).update(starts_at=later, ends_at=later + timedelta(hours=3))

    decide_due(at("2027-05-20T09:00"))
    decide_due(at("2027-05-21T09:00"))

    assert len(owed("team_reminder")) == 2


def test_many_dates_ask_as_often_as_one(booking, workshop, django_assert_num_queries):
    moment = at("2027-05-10T09:00")
    with django_assert_num_queries(5):
        assert teams.remind_teams(moment) == 1
    for _ in range(3):
        slot = make_slot(workshop, starts_at=at("2027-05-11T12:00"))
        make_assignment(slot, make_trainer(workshop.partner))
        make_booking(slot, at=at("2027-04-01T08:00"))

    with django_assert_num_queries(5):
        assert teams.remind_teams(moment) == 3


# After the visit


def test_organisers_hear_of_missing_numbers_three_days_after_the_trainer(booking, workshop):
    olga = make_organiser(workshop.partner, "olga")
    MessageChoice.objects.create(
        user=make_organiser(workshop.partner, "otto"), kind="attendance_open", how="digest"
    )  # reads of it in the morning
    for moment in ("2027-05-12T08:00", "2027-05-15T07:59"):
        decide_due(at(moment))
    assert owed("attendance_open") == []

    for moment in ("2027-05-15T08:00", "2027-05-15T08:01", "2027-05-18T12:00"):
        decide_due(at(moment))

    assert owed("attendance_open") == [(olga.email, at("2027-05-15T08:00"))]
    assert "/organise/attendance/" in text_of(Message.objects.get(kind="attendance_open"))


def test_a_house_without_people_hears_by_its_mailbox_and_without_a_trainer_as_well(booking):
    Assignment.objects.all().delete()

    decide_due(at("2027-05-16T08:00"))

    assert [address for address, _due in owed("attendance_open")] == ["lab@lab.example"]
    assert owed("attendance_missing") == []


def test_numbers_that_came_in_time_are_not_missed(booking, workshop):
    attend(booking, at("2027-05-11T12:00"), unknown=24)

    decide_due(at("2027-05-16T08:00"))

    assert owed("attendance_open") == []


@pytest.mark.django_db(transaction=True)
def test_who_did_not_lead_after_all_is_asked_for_no_numbers(booking, workshop, smtp):
    former = booking.slot.assignments.get().trainer
    decide_due(at("2027-05-12T08:00"))
    olga = Actor.person(make_organiser(workshop.partner))
    planning.assign(
        booking.slot, [(make_trainer(workshop.partner, "jana"), "lead")], by=olga, now=at("2027-05-12T08:01")
    )
    decide_due(at("2027-05-12T08:02"))

    sending.send_due(at("2027-05-12T08:03"))

    assert "Wie viele waren da" in smtp.to("jana@school.example")[-1]["Subject"]
    assert "Wie viele waren da" not in str([mail["Subject"] for mail in smtp.to(former.email)])


def attend(booking: Booking, when: datetime, **counts: int | bool) -> None:
    tom = booking.slot.assignments.get().trainer.user
    rules.attend(booking, Counts(**counts), by=Actor.person(tom), now=when)


def test_the_school_is_thanked_two_hours_later_with_the_numbers_as_they_are_then(booking):
    attend(booking, at("2027-05-11T12:00"), f=11, m=9, adults=2, minutes=180)
    attend(booking, at("2027-05-11T12:30"), f=12, m=9, adults=2, minutes=180)

    assert owed("thanks") == [("ada@school.example", at("2027-05-11T14:00"))]
    text = text_of(Message.objects.get(kind="thanks"))
    assert "21 " in text
    assert "12 Mädchen" in text
    assert "/b/" in text


def test_who_did_not_come_is_not_thanked_and_who_came_after_all_is(booking):
    attend(booking, at("2027-05-11T12:00"), no_show=True)
    assert owed("thanks") == []

    attend(booking, at("2027-05-12T12:00"), unknown=20)
    assert [address for address, _due in owed("thanks")] == ["ada@school.example"]


@pytest.mark.django_db(transaction=True)
def test_thanks_are_taken_back_where_nobody_came_after_all(booking, smtp):
    attend(booking, at("2027-05-11T12:00"), unknown=20)
    attend(booking, at("2027-05-11T12:05"), no_show=True)
    sending.send_due(at("2027-05-11T14:01"))

    assert Message.objects.get(kind="thanks").last_error == "taken back"


def test_numbers_typed_weeks_later_thank_nobody(booking):
    attend(booking, at("2027-06-11T12:00"), unknown=20)

    assert owed("thanks") == []


# Offers


def test_who_let_an_offer_pass_reads_that_it_has_ended(workshop):
    slot = make_slot(workshop)
    first, second = make_booking(slot), make_booking(slot, group_name="8a")
    now = second.created_at
    rules.cancel(first, by=Actor.person(first.owner), now=now)
    second.refresh_from_db()

    decide_due(second.offer_expires_at)

    message = Message.objects.get(booking=second, kind="booking_offer_expired")
    assert "abgelaufen" in text_of(message)
    assert not Message.objects.filter(booking=second, kind="booking_expired").exists()
