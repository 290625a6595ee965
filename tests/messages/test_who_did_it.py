"""Mails say who did what: who is the contact now, who cancelled, who said yes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking import planning, rules
from booking.messages import delivery, resending
from booking.messages.about import load_subjects
from booking.messages.relevance import why_not
from booking.models import Booking, Message
from tests.factories import (
    make_assignment,
    make_booking,
    make_office,
    make_organiser,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)

pytestmark = pytest.mark.django_db
ADA, BEN = "ada@school.example", "ben@school.example"


@pytest.fixture
def now():
    return timezone.now() + timedelta(minutes=5)


@pytest.fixture
def booking():
    return make_booking(make_slot(make_workshop(title="3D-Druck", bring={"de": "Haargummi"})), make_user("ada"))


@pytest.fixture
def of_ben(booking, now):
    """Ada, who booked, has put Ben in as the contact, and everybody knows."""
    to_ben(booking, now)
    Message.objects.filter(state="owed").exclude(kind="reminder").update(state="sent", sent_at=now)
    return Booking.objects.get(pk=booking.pk)


def to_ben(booking, now, **more):
    new = {"contact_name": "Ben", "contact_email": BEN, "contact_phone": "0171 1"}
    return rules.amend(booking, {**new, **more}, by=Actor.person(booking.owner), now=now)


def mail_to(address: str, kind: str):
    message = Message.objects.get(to_address=address, kind=kind, state="owed")
    load_subjects([message])
    assert why_not(message, message.due_at) == ""
    return delivery.compose(message)


def test_who_is_put_in_as_contact_reads_that_and_what_is_new(booking, now):
    to_ben(booking, now, pupils=22, note="Wir kommen mit dem Bus")

    mail = mail_to(BEN, "booking_changed").email

    assert mail.subject.startswith("Sie sind jetzt Kontakt: 3D-Druck")
    assert "Sie betreuen jetzt den Besuch" in mail.body
    assert "Alle Mails kommen ab jetzt zu Ihnen" in mail.body
    assert "Kontakt: Ben, 0171 1" in mail.body
    assert "24 → 22" in mail.body
    assert "Nachricht an das Team" in mail.body


def test_the_team_reads_whom_to_call_now(booking, now):
    trainer = make_trainer(booking.slot.workshop.partner, "tom")
    planning.assign(
        booking.slot, [(trainer, "lead")], by=Actor.person(make_organiser(booking.slot.workshop.partner)), now=now
    )
    to_ben(booking, now)

    body = mail_to(trainer.email, "class_changed").email.body
    assert "Neu ist: Kontakt: Ben, 0171 1." in body
    assert BEN not in body


def test_the_team_reads_what_was_and_what_is(booking, now):
    trainer = make_trainer(booking.slot.workshop.partner, "tom")
    make_assignment(booking.slot, trainer)
    rules.amend(booking, {"pupils": 22, "needs": "Rampe"}, by=Actor.person(booking.owner), now=now)

    assert "Neu ist: Lernende: 24 → 22; Bedarf." in mail_to(trainer.email, "class_changed").email.body


def test_a_further_change_before_the_mail_went_out_hides_nothing(booking, now):
    booking = to_ben(booking, now)
    rules.resize(booking, 22, by=Actor.person(booking.owner), now=now)

    words = mail_to(BEN, "booking_changed").email.body

    assert "Sie betreuen jetzt den Besuch" in words
    assert "Kontakt: Ben" in words
    assert "24 → 22" in words


def test_who_stays_the_contact_reads_what_changed_of_it_and_is_not_called_new(booking, now):
    rules.amend(booking, {"contact_phone": "0171 1"}, by=Actor.person(booking.owner), now=now)

    words = mail_to(ADA, "booking_changed").email.body

    assert "Kontakt: Ada, 0171 1" in words
    assert "betreuen jetzt" not in words


def test_who_reads_along_is_not_called_the_contact(booking, now):
    to_ben(booking, now, further_email="eva@school.example")

    words = mail_to("eva@school.example", "booking_changed").email.body

    assert "betreuen jetzt" not in words
    assert "Kontakt: Ben" in words
    assert "0171 1" not in words


def test_where_another_than_the_contact_cancels_both_read_who(of_ben, now):
    ada = of_ben.owner
    rules.cancel(of_ben, by=Actor.person(ada), now=now)

    to_contact, own = mail_to(BEN, "booking_cancelled"), mail_to(ADA, "booking_cancelled")

    assert f"{ada.name} hat abgesagt" in to_contact.email.body
    assert "Sie haben abgesagt" not in to_contact.email.body
    assert "Sie haben abgesagt" in own.email.body
    assert "weil Sie sie abgesagt haben" in own.email.body
    assert f"/bookings/{of_ben.reference}/" in own.email.body
    assert "/b/" not in own.email.body
    assert own.method == ""


def test_the_contact_who_cancels_by_the_link_reads_it_once(of_ben, now):
    rules.cancel(of_ben, by=Actor.link(of_ben.pk, of_ben.link_version), now=now)

    assert "Sie haben abgesagt" in mail_to(BEN, "booking_cancelled").email.body
    assert not Message.objects.filter(to_address=ADA, kind="booking_cancelled").exists()


def test_the_office_of_the_school_is_named_too_and_an_offer_is_given_up_likewise(now):
    slot = make_slot()
    first, second = make_booking(slot), make_booking(slot, make_user("ben"), group_name="8a")
    rules.cancel(first, by=Actor.person(first.owner), now=now)
    second.refresh_from_db()
    Booking.objects.filter(pk=second.pk).update(contact_email=BEN, contact_name="Ben")
    office = make_office(second.school, "olga")
    rules.reject(Booking.objects.get(pk=second.pk), by=Actor.person(office), now=now)

    assert f"{office.name} hat abgesagt" in mail_to(BEN, "booking_cancelled").email.body
    assert "Sie haben abgesagt" in mail_to(office.email, "booking_cancelled").email.body


def test_where_the_house_cancels_nobody_of_the_school_did(of_ben, now):
    olga = Actor.person(make_organiser(of_ben.slot.workshop.partner))
    rules.cancel(of_ben, by=olga, now=now, reason="Rohrbruch")

    assert "hat abgesagt" not in mail_to(BEN, "booking_cancelled").email.body
    assert Message.objects.filter(kind="booking_cancelled").count() == 1


def test_sent_again_it_goes_to_who_cancelled_and_not_to_the_contact(of_ben, now):
    rules.cancel(of_ben, by=Actor.person(of_ben.owner), now=now)
    own = Message.objects.get(to_address=ADA, kind="booking_cancelled")
    Message.objects.filter(pk=own.pk).update(state="failed")

    assert resending.try_again(own, now=now)
    assert Message.objects.get(pk=own.pk).to_address == ADA


def test_for_a_visit_that_is_off_nothing_is_to_be_brought(booking, now):
    assert "Haargummi" in mail_to(ADA, "booking_confirmed").email.body
    rules.cancel(booking, by=Actor.person(booking.owner), now=now)

    assert "Haargummi" not in mail_to(ADA, "booking_cancelled").email.body


def test_a_trainer_who_said_yes_reads_the_own_word(booking, now):
    partner = booking.slot.workshop.partner
    tom = make_trainer(partner, "tom")
    planning.ask(booking.slot, [tom], "lead", by=Actor.person(make_organiser(partner)), now=now)
    planning.answer(booking.slot.assignments.get(), comes=True, by=Actor.person(tom.user), now=now)

    mail = mail_to(tom.email, "trainer_assigned").email

    assert mail.subject.startswith("Sie haben zugesagt")
    assert "eingeteilt" not in mail.body


def test_what_was_overtaken_before_its_mail_went_out_is_not_told_any_more(now):
    slot = make_slot(make_workshop(booking_mode="request"))
    asked = make_booking(slot, make_user("ada"), at=now)
    rules.confirm(asked, by=Actor.person(make_organiser(slot.workshop.partner)), now=now)
    first, then = (Message.objects.get(booking=asked, kind=f"booking_{word}") for word in ("requested", "confirmed"))
    load_subjects([first, then])

    assert (why_not(first, first.due_at), why_not(then, then.due_at)) == ("confirmed", "")
