"""A date that moves, as mail programs and calendars see it."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.utils import timezone
from icalendar import Calendar

from accounts.actor import Actor
from booking import planning, rules
from booking.messages import sending
from booking.models import Booking, Feed, Message
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_organiser,
    make_slot,
    make_trainer,
    make_user,
    make_venue,
    make_workshop,
)
from tests.messages.test_invitations import ADA, calendar_of, has_calendar
from workshops.models import Slot

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def booking(now):
    workshop = make_workshop(title="3D-Druck")
    workshop.venue = make_venue(workshop.partner)
    return make_booking(make_slot(workshop), make_user("ada"), at=now)


def move(slot: Slot, now, reason="Umbau", **values) -> Slot:
    by = Actor.person(make_organiser(slot.workshop.partner))
    wanted = values or {"starts_at": in_days(47, 9), "ends_at": in_days(47, 12)}
    fresh = Slot.objects.select_related("workshop__partner", "venue").get(pk=slot.pk)
    return planning.change_slot(fresh, wanted, by=by, now=now, reason=reason)


def event_of(calendar):
    (event,) = calendar.walk("VEVENT")
    return event


def test_the_same_event_comes_again_and_is_newer(smtp, booking, now):
    sending.send_due(now)
    move(booking.slot, now)
    sending.send_due(now)

    first, second = (calendar_of(mail) for mail in smtp.to(ADA))
    assert (first["METHOD"], second["METHOD"]) == ("REQUEST", "REQUEST")
    before, after = event_of(first), event_of(second)
    assert before["UID"] == after["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after.start == in_days(47, 9)


def test_the_mail_says_from_where_to_where_and_why(smtp, booking, now):
    move(booking.slot, now)
    sending.send_due(now)

    mail = smtp.to(ADA)[-1]
    assert mail["Subject"].startswith("Verlegt: 3D-Druck, jetzt am ")
    words = mail.get_body(("plain",)).get_content()
    assert "9:00–12:00" in words
    assert "Vorher war es am" in words
    assert "8:00–11:00" in words
    assert "Umbau" in words


def test_two_moves_told_as_one_keep_both_reasons(smtp, booking, now):
    make_assignment(booking.slot, make_trainer(booking.slot.workshop.partner, "tom"))
    move(booking.slot, now, reason="Rohrbruch")
    move(booking.slot, now, starts_at=in_days(48, 9), ends_at=in_days(48, 12))
    sending.send_due(now)

    for address in (ADA, "tom@school.example"):
        (mail,) = [mail for mail in smtp.to(address) if mail["Subject"].startswith("Verlegt")]
        words = mail.get_body(("plain",)).get_content()
        assert words.count("Rohrbruch") == words.count("Umbau") == 1
        assert "8:00–11:00" in words, "where it was known to be"


def test_of_there_and_back_again_nobody_who_heard_nothing_hears(smtp, booking, now):
    sending.send_due(now)
    make_assignment(booking.slot, make_trainer(booking.slot.workshop.partner, "tom"))
    slot, by = booking.slot, Actor.person(booking.owner)
    known = {"starts_at": slot.starts_at, "ends_at": slot.ends_at}

    move(slot, now)
    move(slot, now, **known)
    elsewhere = make_slot(slot.workshop, starts_at=in_days(60))
    for there in (elsewhere, slot):
        rules.move(Booking.objects.get(pk=booking.pk), there, by=by, now=now)
    for pupils in (20, 24):
        rules.resize(Booking.objects.get(pk=booking.pk), pupils, by=by, now=now)
    sending.send_due(now)

    assert len(smtp.to(ADA)) == 1
    assert "Verlegt" not in str([mail["Subject"] for mail in smtp.to("tom@school.example")])
    assert Message.objects.filter(booking=booking, kind="reminder", state="owed").count() == 2


def test_another_place_at_the_same_time_is_told_as_a_place(smtp, booking, now):
    there = make_venue(booking.slot.workshop.partner, "Görlitz")
    move(booking.slot, now, venue=there)
    sending.send_due(now)

    mail = smtp.to(ADA)[-1]
    words = mail.get_body(("plain",)).get_content()
    assert "Anderer Ort" in words
    assert "Schülerlabor, Görlitz" in words
    assert "Schülerlabor, Zittau" in words
    assert "Vorher war es am" not in words


def test_who_waits_hears_of_it_and_gets_no_invitation(smtp, booking, now):
    slot = Slot.objects.select_related("workshop__partner", "venue").get(pk=booking.slot_id)
    waits = make_booking(slot, group_name="8a", at=now)
    assert waits.state == "waitlisted"
    move(slot, now)
    sending.send_due(now)

    told = [mail for mail in smtp.to(ADA) if mail["Subject"].startswith("Verlegt")]
    assert sorted(has_calendar(mail) for mail in told) == [False, True]


def test_a_class_that_cancels_before_the_mail_goes_out_does_not_get_it(smtp, booking, now):
    move(booking.slot, now)
    rules.cancel(Booking.objects.get(pk=booking.pk), by=Actor.person(booking.owner), now=now)
    sending.send_due(now)

    assert not [mail for mail in smtp.to(ADA) if mail["Subject"].startswith("Verlegt")]


@pytest.mark.parametrize("kind", [Feed.Kind.TEACHER, Feed.Kind.TRAINER])
def test_feeds_show_the_same_event_at_its_new_time(kind, client, booking, now):
    trainer = make_trainer(booking.slot.workshop.partner, "tom")
    make_assignment(booking.slot, trainer)
    user = booking.owner if kind == Feed.Kind.TEACHER else trainer.user
    feed = Feed.objects.create(user=user, kind=kind)

    address = f"/calendars/{feed.kind}/{feed.token}.ics"
    first = client.get(address)
    move(booking.slot, now)
    second = client.get(address, headers={"If-None-Match": first["ETag"]})

    before, after = (event_of(Calendar.from_ical(answer.content)) for answer in (first, second))
    assert before["UID"] == after["UID"]
    assert before["UID"].endswith(settings.UID_HOST)
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after.start == in_days(47, 9)
