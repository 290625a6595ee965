"""A minute for second thoughts: who may take back what, what comes back with it, and what others keep."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking import audit, planning, rules
from booking.errors import AlreadyBooked, NoRoom, NotAllowed, UndoOver
from booking.messages.claims import claim
from booking.messages.sending import send_due
from booking.models import Booking, Message
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
from tests.together import kinds, together
from workshops.models import Slot

pytestmark = pytest.mark.django_db
MINUTE = timedelta(seconds=60)


@pytest.fixture
def partner():
    return make_partner("lab")


@pytest.fixture
def olga(partner):
    return Actor.person(make_organiser(partner, "olga"))


@pytest.fixture
def now():
    """A little later than what the factories make."""
    return timezone.now() + timedelta(minutes=5)


def slot_of(partner, **extra) -> Slot:
    return make_slot(make_workshop(partner, **extra))


def owner_of(booking: Booking) -> Actor:
    return Actor.person(booking.owner)


def owed(booking: Booking, **which) -> list[str]:
    rows = Message.objects.filter(booking=booking, state="owed", **which)
    return sorted(rows.values_list("kind", flat=True))


def sums(slot: Slot) -> tuple[int, int, int]:
    return Slot.objects.values_list("places_taken", "groups_taken", "groups_waiting").get(pk=slot.pk)


def test_a_cancelled_visit_comes_back_with_places_reminders_and_a_higher_sequence(partner, now):
    slot = slot_of(partner)
    booking = make_booking(slot, at=now - timedelta(days=1))
    reminders = Message.objects.filter(booking=booking, kind="reminder", state="owed").count()
    cancelled = rules.cancel(booking, by=owner_of(booking), now=now, reason="Masern")

    restored = rules.undo(booking, by=owner_of(booking), now=now + timedelta(seconds=59))

    assert (restored.state, restored.ended_by, restored.end_reason, restored.late) == ("confirmed", "", "", False)
    assert restored.sequence > cancelled.sequence
    assert sums(slot) == (24, 1, 0)
    assert reminders == 2
    assert owed(booking, kind="reminder") == ["reminder"] * 2
    assert [change.kind for change in restored.changes.all()] == ["undone", "cancelled", "confirmed"]
    assert list(audit.breaches(now)) == []


def test_the_school_never_hears_of_what_was_taken_back(partner, now, smtp):
    booking = make_booking(slot_of(partner), at=now - timedelta(days=1))
    send_due(now)
    rules.cancel(booking, by=owner_of(booking), now=now)
    send_due(now + timedelta(seconds=30))
    rules.undo(booking, by=owner_of(booking), now=now + timedelta(seconds=40))

    send_due(now + timedelta(hours=1))

    assert [str(mail["Subject"]).strip().partition(":")[0] for mail in smtp.to("ada@school.example")] == ["Bestätigt"]


def test_the_mail_of_a_cancellation_waits_a_minute_and_that_of_a_called_off_date_does_not(partner, olga, now):
    alone, together_with = make_booking(slot_of(partner)), make_booking(slot_of(partner))

    rules.cancel(alone, by=owner_of(alone), now=now)
    planning.cancel_slot(together_with.slot, by=olga, now=now, reason="Rohrbruch")

    due = dict(Message.objects.filter(kind="booking_cancelled").values_list("booking", "due_at"))
    assert due == {alone.pk: now + MINUTE, together_with.pk: now}


def test_a_declined_request_waits_for_an_answer_again(partner, olga, now):
    slot = slot_of(partner, booking_mode="request")
    booking = make_booking(slot)
    rules.decline(booking, by=olga, now=now, reason="Umbau")

    restored = rules.undo(booking, by=olga, now=now + timedelta(seconds=5))

    assert (restored.state, restored.places_held, sums(slot)) == ("requested", 24, (24, 1, 0))
    assert "booking_declined" not in owed(booking)


def test_a_group_that_waits_gets_its_old_place_on_the_list(partner, now):
    slot = slot_of(partner)
    make_booking(slot, group_name="first")
    early = make_booking(slot, group_name="early", at=now - timedelta(days=2))
    make_booking(slot, group_name="late", at=now - timedelta(days=1))
    rules.cancel(early, by=owner_of(early), now=now)

    restored = rules.undo(early, by=owner_of(early), now=now)

    assert (restored.state, restored.waitlist_position, sums(slot)) == ("waitlisted", 1, (24, 1, 2))


def test_a_rejected_offer_stands_again_until_its_old_deadline(partner, now):
    slot = slot_of(partner)
    first = make_booking(slot, group_name="first")
    waiting = make_booking(slot, group_name="waiting")
    rules.cancel(first, by=owner_of(first), now=now)
    deadline = Booking.objects.get(pk=waiting.pk).offer_expires_at
    rules.reject(waiting, by=owner_of(waiting), now=now)

    restored = rules.undo(waiting, by=owner_of(waiting), now=now)

    assert (restored.state, restored.offer_expires_at, sums(slot)) == ("offered", deadline, (24, 1, 0))


def test_who_was_offered_the_place_meanwhile_keeps_it(partner, now):
    slot = slot_of(partner)
    booking = make_booking(slot, make_user("ada"), group_name="first")
    waiting = make_booking(slot, group_name="waiting")
    rules.cancel(booking, by=owner_of(booking), now=now)

    with pytest.raises(NoRoom):
        rules.undo(booking, by=owner_of(booking), now=now)

    assert Booking.objects.get(pk=waiting.pk).state == "offered"
    assert Booking.objects.get(pk=booking.pk).state == "cancelled"
    assert owed(booking) == ["booking_cancelled"]


def test_a_group_that_booked_anew_is_not_there_twice(partner, now):
    slot = slot_of(partner, max_groups=3, capacity=90)
    booking = make_booking(slot)
    rules.cancel(booking, by=owner_of(booking), now=now)
    make_booking(slot, owner=booking.owner, school=booking.school)

    with pytest.raises(AlreadyBooked):
        rules.undo(booking, by=owner_of(booking), now=now)


@pytest.mark.parametrize("seconds", [60, 61, 3600])
def test_after_a_minute_it_stands(seconds, partner, now):
    booking = make_booking(slot_of(partner))
    rules.cancel(booking, by=owner_of(booking), now=now)

    with pytest.raises(UndoOver):
        rules.undo(booking, by=owner_of(booking), now=now + timedelta(seconds=seconds))


def test_only_whoever_did_it_takes_it_back(partner, olga, now):
    booking = make_booking(slot_of(partner))
    rules.cancel(booking, by=owner_of(booking), now=now)
    trainer = make_trainer(partner)
    make_assignment(booking.slot, trainer)

    for other in (olga, Actor.link(booking.pk), Actor.person(trainer.user), Actor.person(make_organiser(partner))):
        with pytest.raises(NotAllowed):
            rules.undo(booking, by=other, now=now)


def test_the_same_link_takes_back_what_it_did_and_another_booking_s_does_not(partner, now):
    booking, other = make_booking(slot_of(partner)), make_booking(slot_of(partner))
    link = Actor.link(booking.pk)
    rules.cancel(booking, by=link, now=now)

    with pytest.raises(NotAllowed):
        rules.undo(booking, by=Actor.link(other.pk), now=now)
    assert rules.undo(booking, by=link, now=now).state == "confirmed"


def test_what_was_never_ended_or_is_back_already_cannot_be_taken_back(partner, now):
    booking = make_booking(slot_of(partner))
    with pytest.raises(UndoOver):
        rules.undo(booking, by=owner_of(booking), now=now)
    rules.cancel(booking, by=owner_of(booking), now=now)
    rules.undo(booking, by=owner_of(booking), now=now)

    with pytest.raises(UndoOver):
        rules.undo(booking, by=owner_of(booking), now=now)


def test_a_date_that_was_called_off_does_not_come_back_with_one_group(partner, olga, now):
    booking = make_booking(slot_of(partner))
    planning.cancel_slot(booking.slot, by=olga, now=now, reason="Rohrbruch")

    with pytest.raises(UndoOver):
        rules.undo(booking, by=olga, now=now)


def test_changed_one_s_mind_twice(partner, now):
    booking = make_booking(slot_of(partner), at=now - timedelta(days=1))
    for second in (0, 10):
        rules.cancel(booking, by=owner_of(booking), now=now + timedelta(seconds=second))
        rules.undo(booking, by=owner_of(booking), now=now + timedelta(seconds=second + 5))

    assert owed(booking).count("reminder") == 2
    assert "booking_cancelled" not in owed(booking)


def test_when_the_mail_just_goes_out_the_present_state_follows_it(partner, now):
    booking = make_booking(slot_of(partner), make_user("ada"), at=now - timedelta(days=1))
    Message.objects.filter(booking=booking, due_at__lte=now).update(state="sent", sent_at=now)
    rules.cancel(booking, by=owner_of(booking), now=now)
    Message.objects.filter(booking=booking, kind="booking_cancelled").update(next_try_at=now)
    claimed = claim(now, 20)

    rules.undo(booking, by=owner_of(booking), now=now + timedelta(seconds=59))

    assert [message.kind for message in claimed] == ["booking_cancelled"]
    again = Message.objects.get(booking=booking, kind="booking_confirmed", state="owed")
    assert (again.to_address, again.context) == ("ada@school.example", {"again": True})


def test_a_mail_that_comes_too_late_to_be_dropped_is_not_true_any_more(partner, now, smtp):
    booking = make_booking(slot_of(partner), make_user("ada"), at=now - timedelta(days=1))
    rules.cancel(booking, by=owner_of(booking), now=now)
    rules.undo(booking, by=owner_of(booking), now=now)
    Message.objects.filter(booking=booking, kind="booking_cancelled").update(state="owed", next_try_at=now)

    send_due(now)

    assert Message.objects.get(booking=booking, kind="booking_cancelled").last_error == "taken back"


def test_trainers_hear_at_once_of_both(partner, now):
    slot = slot_of(partner)
    make_assignment(slot, make_trainer(partner, "tom"))
    booking = make_booking(slot)
    Message.objects.filter(booking=booking).update(state="sent", sent_at=now)
    rules.cancel(booking, by=owner_of(booking), now=now)
    rules.undo(booking, by=owner_of(booking), now=now)

    of_tom = Message.objects.filter(to_address="tom@school.example", state="owed", due_at__lte=now).order_by("pk")
    assert list(of_tom.values_list("kind", flat=True)) == ["class_cancelled", "class_confirmed"]


@pytest.mark.django_db(transaction=True)
def test_twice_at_the_same_moment_is_once(partner, now):
    booking = make_booking(slot_of(partner))
    rules.cancel(booking, by=owner_of(booking), now=now)

    answers = together(*[lambda: rules.undo(booking, by=owner_of(booking), now=now)] * 2)

    assert kinds(answers) == ["UndoOver", "confirmed"]
    assert sums(booking.slot) == (24, 1, 0)


@pytest.mark.django_db(transaction=True)
def test_the_last_place_goes_to_one_of_two(partner, now):
    slot = slot_of(partner)
    booking = make_booking(slot)
    rules.cancel(booking, by=owner_of(booking), now=now)

    answers = together(
        lambda: rules.undo(booking, by=owner_of(booking), now=now), lambda: make_booking(slot, group_name="8a")
    )

    assert kinds(answers) in (["NoRoom", "confirmed"], ["confirmed", "waitlisted"])
    assert sums(slot)[:2] == (24, 1)
    assert list(audit.breaches(now)) == []
