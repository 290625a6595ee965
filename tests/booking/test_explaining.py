"""One voice for pages, mails and programs: what may be done, why not, until when, and with what consequence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from accounts.actor import Actor
from booking import planning, rules, states
from booking.explain import cancellation_terms, explain, possible
from booking.history.bookings import told
from booking.messages import delivery
from booking.messages.about import load_subjects
from booking.models import Message
from tests.factories import (
    in_days,
    make_booking,
    make_organiser,
    make_school,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("term_time")]
STEPS = [
    {"days": 2, "fee": "65", "text": {"de": "Danach fällt die Pauschale an.", "en": "The flat fee applies."}},
    {"days": 0, "fee": "130", "text": {}},
]


@pytest.fixture
def booking():
    return make_booking(make_slot(make_workshop(cancel_steps=STEPS), starts_at=in_days(40)), make_user("ada"))


def test_each_action_is_answered_for_each_person(booking):
    now = timezone.now()
    people = [booking.owner, make_organiser(booking.slot.workshop.partner), make_user(), None]

    for who in people:
        answers = explain(booking, who, now)
        assert set(answers) == set(states.POSSIBLE)
        if who is not None:
            assert [name for name, answer in answers.items() if answer.allowed] == possible(
                booking, Actor.person(who), now
            )
        assert all(answer.why for answer in answers.values() if not answer.allowed)
        assert all(answer.consequence for answer in answers.values() if answer.allowed)


@pytest.mark.parametrize(
    ("action", "who", "code"),
    [
        ("confirm", "ada", "forbidden"),
        ("confirm", "olga", "already_decided"),
        ("accept", "ada", "not_active"),
        ("attendance", "olga", "not_active"),
        ("hand_over", "olga", "forbidden"),
    ],
)
def test_what_is_not_possible_says_why(booking, action, who, code):
    people = {"ada": booking.owner, "olga": make_organiser(booking.slot.workshop.partner, "olga")}

    assert explain(booking, people[who], timezone.now())[action].code == code


def test_after_the_start_it_is_too_late_for_the_school(booking):
    answers = explain(booking, booking.owner, booking.slot.starts_at)

    assert {answers[action].code for action in ("change", "move", "cancel", "hand_over")} == {"too_late"}


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(days=30), "Heute ohne Folgen."),
        (timedelta(days=4), "Inzwischen spät: 65 €. Danach fällt die Pauschale an."),
        (timedelta(hours=2), "Inzwischen spät: 130 €."),
    ],
)
def test_cancelling_says_what_it_means_today(booking, before, words):
    with translation.override("de"):
        answer = explain(booking, booking.owner, booking.slot.starts_at - before)["cancel"]

    assert answer.consequence.startswith(words)


def test_a_late_cancellation_keeps_its_fee_and_the_mail_names_it(booking):
    late = booking.slot.starts_at - timedelta(days=4)

    gone = rules.cancel(booking, by=Actor.person(booking.owner), now=late)

    message = Message.objects.get(kind="booking_cancelled")
    load_subjects([message])
    mail = delivery.compose(message).email.body
    assert gone.changes.first().facts["fee"] == "65"
    assert "65 €" in mail
    assert "Danach fällt die Pauschale an." in mail


def test_the_terms_name_all_steps_in_the_language_of_the_reader(booking):
    with translation.override("en"):
        words = cancellation_terms(booking)

    assert "65 €" in words
    assert "The flat fee applies." in words
    assert "130 €" in words


def test_terms_stay_whatever_the_house_edits_later(booking):
    workshop = booking.slot.workshop
    before = cancellation_terms(booking)
    workshop.cancel_steps, workshop.free_cancel_days = None, 20
    workshop.save()
    booking.refresh_from_db()

    assert cancellation_terms(booking) == before


def test_a_date_says_whether_it_takes_a_class_and_what_its_house_may_do(booking):
    slot, now = booking.slot, timezone.now()
    olga = make_organiser(slot.workshop.partner)
    tom = make_trainer(slot.workshop.partner).user
    slot.refresh_from_db()

    assert explain(slot, None, now)["book"].code == "full"
    assert explain(make_slot(), None, now)["book"].allowed
    assert explain(slot, tom, now)["cancel"].code == "forbidden"
    assert explain(slot, olga, now)["cancel"].allowed
    planning.cancel_slot(slot, by=Actor.person(olga), now=now, reason="Sturm")
    slot.refresh_from_db()
    assert {explain(slot, olga, now)[name].code for name in ("change", "move", "close", "cancel")} == {"not_active"}


def test_who_is_passed_over_reads_how_many_places_were_free():
    slot = make_slot(make_workshop(capacity=30, max_groups=3, skip_ahead=True))
    first = make_booking(slot, pupils=24)
    large = make_booking(slot, school=make_school(), pupils=28)
    make_booking(slot, school=make_school(), pupils=10)

    rules.resize(first, 18, by=Actor.person(first.owner), now=timezone.now())

    with translation.override("de"):
        assert told(large.changes.get(kind="skipped")) == "Übersprungen: 12 Plätze waren frei, die Klasse braucht 28"


def test_the_history_stays_when_a_person_is_deleted(booking):
    rules.resize(booking, 20, by=Actor.person(booking.owner), now=timezone.now())
    booking.owner.delete()
    booking.refresh_from_db()

    with translation.override("de"):
        lines = [(told(change), change.who) for change in booking.changes.all()]

    assert lines == [
        ("Zahl geändert; Lernende: 24 → 20", "eine Person, deren Daten gelöscht sind"),
        ("Bestätigt", "eine Person, deren Daten gelöscht sind"),
    ]
