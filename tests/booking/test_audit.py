"""`manage.py audit` finds each kind of breach; most are planted with the database's own guard taken away."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.actor import Actor
from booking import rules
from booking.audit import CHECKS, breaches
from booking.models import Booking, Message
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_trainer,
    make_workshop,
)

pytestmark = pytest.mark.django_db

HOLDS, OFFER = "booking_holds_what_its_state_says", "booking_offer_has_a_deadline"


def unguarded(table: str, constraint: str) -> str:
    return f"ALTER TABLE {table} DROP CONSTRAINT {constraint};"


PLANTED = {
    "sums": "UPDATE workshops_slot SET places_taken = places_taken - 1",
    "overbooked": unguarded("workshops_slot", "slot_never_overbooked") + "UPDATE workshops_slot SET capacity = 23",
    "held": unguarded("booking_booking", HOLDS) + "UPDATE booking_booking SET places_held = 0",
    "history": "DELETE FROM booking_change",
    "state": "UPDATE booking_change SET kind = 'requested' WHERE kind = 'confirmed'",
    "question": "UPDATE booking_booking SET reconfirm_due_at = now() - interval '1 hour'",
    "hand over": (
        "UPDATE booking_booking SET state = 'cancelled', places_held = 0;"
        "INSERT INTO booking_handover (booking_id, email, token_hash, created_at, expires_at)"
        " SELECT id, 'bea@school.example', 'hash', now(), now() + interval '1 day' FROM booking_booking"
    ),
    "news missing": "DELETE FROM booking_message WHERE kind = 'booking_confirmed'",
    "terms": "UPDATE booking_booking SET terms = '{}'",
    "moments": "UPDATE booking_booking SET confirmed_at = NULL",
    "offer": "UPDATE booking_booking SET state = 'offered', offer_expires_at = now() - interval '1 hour'",
    "cancelled slot": "UPDATE workshops_slot SET state = 'cancelled'",
    "attendance": "UPDATE booking_booking SET state = 'attended'",
    "trainer": "UPDATE workshops_slot SET ends_at = ends_at + interval '1 hour'",
    "reminder too many": "UPDATE booking_booking SET state = 'requested'",
    "reminder missing": "DELETE FROM booking_message WHERE kind = 'reminder'",
}  # fmt: skip


@pytest.fixture
def booking() -> Booking:
    partner = make_partner()
    slot = make_slot(make_workshop(partner), starts_at=in_days(60))
    make_assignment(slot, make_trainer(partner))
    return make_booking(slot)


def run(statements: str) -> None:
    with connection.cursor() as sql:
        sql.execute("SET CONSTRAINTS ALL IMMEDIATE;" + statements)


def kinds() -> set[str]:
    return {breach.kind for breach in breaches(timezone.now())}


def audited() -> str:
    out = io.StringIO()
    call_command("audit", stdout=out)
    return out.getvalue()


def test_what_the_rules_wrote_is_clean(booking):
    make_booking(booking.slot, group_name="8a")  # waits
    gone = make_booking(make_slot())
    rules.cancel(gone, by=Actor.person(gone.owner), now=timezone.now())

    assert audited() == "Clean.\n"


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_breach_is_found(booking, kind):
    run(PLANTED[kind])

    assert kind in kinds()


def test_a_group_that_is_booked_twice_is_found(booking):
    twin = make_booking(booking.slot, group_name="8a", school=booking.school)
    run("DROP INDEX booking_once_a_group;")
    Booking.objects.filter(pk=twin.pk).update(group_name=booking.group_name)

    assert "twice" in kinds()


def test_a_class_that_waits_while_it_would_fit_is_found(booking):
    make_booking(booking.slot, group_name="8a")
    run("UPDATE workshops_slot SET capacity = 60, max_groups = 2")

    assert kinds() == {"queue"}


def test_every_question_has_its_planted_breach():
    assert set(CHECKS) | {"reminder missing"} == set(PLANTED) | {"twice", "queue"}


def test_a_visit_that_was_recorded_is_clean_and_a_lost_record_is_not(booking):
    organiser = Actor.person(make_organiser(booking.slot.workshop.partner))
    rules.attend(booking, rules.Counts(f=12, m=12), by=organiser, now=booking.slot.ends_at)
    assert kinds() == set()

    run("UPDATE booking_attendance SET no_show = true, f = 0, m = 0")
    assert kinds() == {"attendance", "fact"}


def test_who_booked_too_late_for_a_reminder_needs_none():
    slot = make_slot(make_workshop(close_days=0), starts_at=in_days(1), book_until=in_days(1))
    make_booking(slot, school=make_school())

    assert not Message.objects.filter(kind="reminder").exists()
    assert kinds() == set()


def test_the_command_prints_each_breach_and_fails(booking):
    run("DELETE FROM booking_change; UPDATE workshops_slot SET groups_taken = 0")
    out = io.StringIO()

    with pytest.raises(CommandError, match="Breaches: 2"):
        call_command("audit", stdout=out)

    assert out.getvalue().splitlines() == [
        f"sums: slot {booking.slot_id}: groups_taken is 0, its bookings give 1",
        f"history: {booking.reference}: no history",
    ]


def test_it_changes_nothing_and_asks_as_much_for_many_as_for_few(booking, django_assert_num_queries):
    for _ in range(3):
        make_booking(make_slot(booking.slot.workshop, starts_at=in_days(61)))

    with django_assert_num_queries(len(CHECKS) + 3):
        assert list(breaches(timezone.now())) == []
