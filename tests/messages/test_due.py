"""What time decides, and when reminders are due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import Tally
from booking import rules
from booking.clock.due import decide_due
from booking.messages import sending
from booking.models import Booking, IdempotencyKey, Message
from booking.rules import Counts
from tests.factories import (
    make_assignment,
    make_booking,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("lesson", "due"),
    [
        # the clock goes forward on 28 March 2027: one reminder before, one after; both at eight
        ("2027-04-08T09:00", ["2027-03-17T07:00", "2027-04-06T06:00"]),
        # and back on 31 October 2027, after the autumn holidays
        ("2027-11-02T09:00", ["2027-10-05T06:00", "2027-10-29T06:00"]),
        ("2027-11-09T09:00", ["2027-10-26T06:00", "2027-11-05T07:00"]),
    ],
)
def test_reminders_are_due_at_eight_on_the_clock_of_that_day(lesson, due):
    booked = at("2027-02-01T12:00")
    booking = make_booking(make_slot(starts_at=at(lesson)), at=booked)

    rows = Message.objects.filter(booking=booking, kind="reminder").order_by("due_at")
    moments = [row.due_at for row in rows]
    assert [moment.astimezone(BERLIN).hour for moment in moments] == [8, 8]
    assert [f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M}" for moment in moments] == due


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lesson", ["2027-04-08T09:00", "2027-11-09T09:00"])
def test_whatever_the_clock_does_each_reminder_goes_once(lesson, smtp):
    booking = make_booking(make_slot(starts_at=at(lesson)), at=at("2027-02-01T12:00"))
    sending.send_due(at("2027-02-01T12:00"))
    hour = at("2027-03-01T00:00")
    while hour < booking.slot.starts_at:
        sending.send_due(hour)
        hour += timedelta(hours=6)

    assert len(smtp.mails) == 1 + 2
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


def test_what_nobody_decided_expires_when_booking_closes():
    slot = make_slot(make_workshop(booking_mode="request", capacity=24, max_groups=2))
    booking = make_booking(slot, pupils=10)
    waiting = make_booking(slot, group_name="8a", pupils=20)
    make_booking(slot, group_name="9c", pupils=24)

    assert decide_due(slot.book_until - timedelta(seconds=1))["expired"] == 0
    assert decide_due(slot.book_until)["expired"] == 2
    assert decide_due(slot.book_until)["expired"] == 0

    states = Booking.objects.in_bulk([booking.pk, waiting.pk])
    assert [states[booking.pk].state, states[waiting.pk].state] == ["expired", "offered"]  # the place was free by then
    assert Message.objects.filter(kind="booking_expired").count() == 2


def test_an_offer_that_nobody_answers_goes_to_the_next():
    slot = make_slot(make_workshop(capacity=24))
    first = make_booking(slot)
    second, third = make_booking(slot, group_name="8a"), make_booking(slot, group_name="9c")
    rules.cancel(first, by=Actor.person(first.owner), now=timezone.now())
    second.refresh_from_db()
    assert second.state == "offered"

    assert decide_due(second.offer_expires_at)["offers withdrawn"] == 1

    states = Booking.objects.in_bulk([second.pk, third.pk])
    assert [states[second.pk].state, states[third.pk].state] == ["expired", "offered"]


@pytest.fixture
def visit():
    """Yesterday's visit of a class, with a trainer."""
    slot = make_slot(starts_at=at("2027-05-11T08:00"))
    trainer = make_trainer(slot.workshop.partner, "tom")
    make_assignment(slot, trainer)
    booking = make_booking(slot, at=at("2027-04-01T08:00"))
    return slot, booking, Actor.person(trainer.user)


def asked() -> int:
    return Message.objects.filter(kind="attendance_missing").count()


def test_a_trainer_is_asked_for_missing_numbers_at_eight_the_next_day_and_once(visit):
    decide_due(at("2027-05-12T07:59"))
    assert asked() == 0

    decide_due(at("2027-05-12T08:00"))
    decide_due(at("2027-05-12T08:01"))
    decide_due(at("2027-05-14T08:01"))
    row = Message.objects.get(kind="attendance_missing")
    assert (row.to_address, row.due_at) == ("tom@school.example", at("2027-05-12T08:00"))


def test_who_recorded_the_visit_is_not_asked(visit):
    slot, booking, tom = visit
    rules.attend(booking, Counts(unknown=24), by=tom, now=slot.ends_at)

    decide_due(at("2027-05-12T09:00"))
    assert asked() == 0


@pytest.mark.django_db(transaction=True)
def test_who_recorded_it_before_the_mail_went_out_gets_none(visit, smtp):
    slot, booking, tom = visit
    decide_due(at("2027-05-12T09:00"))
    rules.attend(booking, Counts(unknown=24), by=tom, now=slot.ends_at)
    sending.send_due(at("2027-05-12T09:01"))

    assert [message.last_error for message in Message.objects.filter(kind="attendance_missing")] == ["recorded"]


def test_an_outage_of_a_day_delays_the_question_and_doubles_nothing(visit):
    decide_due(at("2027-05-14T15:00"))
    decide_due(at("2027-05-14T15:01"))
    assert asked() == 1


def test_old_keys_and_tallies_are_forgotten():
    now = timezone.now()
    for hours in (23, 25):
        IdempotencyKey.objects.create(
            user=make_user(), key=str(hours), request_hash="x", created_at=now - timedelta(hours=hours)
        )
        Tally.objects.create(key=str(hours), count=1, ends_at=now - timedelta(hours=hours))

    decide_due(now)

    assert [key.key for key in IdempotencyKey.objects.all()] == ["23"]
    tallies = Tally.objects.exclude(key__startswith="requests_digest")  # what was decided this morning
    assert [tally.key for tally in tallies] == ["23"]


def test_the_commands_take_a_moment_in_local_time(capsys, visit):
    call_command("decide_due", "--now", "2027-05-12T08:00")
    assert "asked for numbers: 1" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("decide_due", "--now", "soon")


def test_celery_calls_the_same(visit, time_machine):
    from booking import tasks

    time_machine.move_to(at("2027-05-12T08:00"))
    tasks.decide_due()
    tasks.send_due()

    assert asked() == 1
