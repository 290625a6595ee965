"""What a class does changes the entry that its team has in the calendar: by mail as in the feed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from accounts.actor import Actor
from booking import planning, rules
from booking.messages import delivery
from booking.messages.about import load_subjects
from booking.messages.relevance import why_not
from booking.models import Feed, Message
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_trainer,
    make_venue,
    make_workshop,
)

pytestmark = pytest.mark.django_db
TOM = "tom@school.example"


@pytest.fixture
def now():
    return timezone.now() + timedelta(minutes=5)


@pytest.fixture
def workshop():
    """It comes to the school: where it is depends on who comes."""
    about = {"title": "Labor unterwegs", "format": "mobile", "max_groups": 3, "kit": {"de": "Kisten"}}
    return make_workshop(make_partner("lab"), **about)


@pytest.fixture
def olga(workshop):
    return Actor.person(make_organiser(workshop.partner, "olga"))


@pytest.fixture
def slot(workshop, olga, now):
    """A date to which Tom was assigned while nobody came; he got that mail."""
    slot = make_slot(workshop)
    planning.assign(slot, [(make_trainer(workshop.partner, "tom"), "lead")], by=olga, now=now)
    (_event, words) = got("trainer_assigned")
    assert "noch niemand" in words
    return slot


def owed(kind: str) -> Message:
    message = Message.objects.filter(kind=kind, to_address=TOM, state="owed").latest("pk")
    load_subjects([message])
    return message


def got(kind: str):
    """The event in the newest mail of this kind to Tom, and its words with that; it counts as sent."""
    message = owed(kind)
    assert why_not(message, message.due_at) == ""
    mail = delivery.compose(message)
    Message.objects.filter(pk=message.pk).update(state="sent", context=message.context | {"calendar": mail.method})
    files = [content for name, content, _type in mail.email.attachments if name == "termin.ics"]
    if not files:
        return None, mail.email.body
    (event,) = Calendar.from_ical(files[0]).walk("VEVENT")
    return event, f"{mail.email.body}\n{event['SUMMARY']}\n{event.get('LOCATION', '')}\n{mail.method}"


def in_the_feed(slot, client):
    feed, _created = Feed.objects.get_or_create(user=slot.assignments.get().trainer.user, kind="trainer")
    events = Calendar.from_ical(client.get(f"/calendars/trainer/{feed.token}.ics").content).walk("VEVENT")
    (event,) = [one for one in events if one["UID"] == f"slot-{slot.uuid}@lernort.invalid"]
    return event


def is_as_in_the_feed(event, slot, client) -> bool:
    """But for who is invited, and the answer."""
    names = ("UID", "SEQUENCE", "DTSTAMP", "SUMMARY", "LOCATION", "DESCRIPTION", "STATUS")
    fed = in_the_feed(slot, client)
    return {name: event.get(name) for name in names} == {name: fed.get(name) for name in names}


def test_a_class_that_comes_changes_and_goes_is_told_to_the_calendar(slot, olga, now, client):
    booking = make_booking(slot, group_name="7b", school=make_school("Oberschule Löbau", street="Schulweg 3"), at=now)
    news = [got("class_confirmed")]
    assert is_as_in_the_feed(news[0][0], slot, client)
    rules.resize(booking, 20, by=Actor.person(booking.owner), now=now + timedelta(minutes=1))
    news.append(got("class_changed"))
    assert is_as_in_the_feed(news[1][0], slot, client)
    rules.cancel(booking, by=Actor.person(booking.owner), now=now + timedelta(minutes=2))
    news.append(got("class_cancelled"))
    assert is_as_in_the_feed(news[2][0], slot, client)

    (come, said), (_changed, corrected), (gone, ended) = news
    assert come["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert "7b Oberschule Löbau · 24" in said
    assert "Oberschule Löbau, Schulweg 3" in come["LOCATION"]
    assert "7b Oberschule Löbau · 20" in corrected
    assert "noch niemand" in ended
    assert all(words.endswith("REQUEST") for _event, words in news)
    numbers = [event["SEQUENCE"] for event, _words in news]
    assert numbers == sorted(set(numbers))
    assert booking.contact_phone not in gone["DESCRIPTION"]


def test_a_class_that_goes_to_another_date_leaves_the_calendar_of_this_one(slot, workshop, olga, now, client):
    booking, there = make_booking(slot, at=now), make_slot(workshop, starts_at=in_days(60))
    before, _words = got("class_confirmed")
    rules.move(booking, there, by=olga, now=now + timedelta(minutes=1))

    after, words = got("class_moved")
    assert is_as_in_the_feed(after, slot, client)
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert "noch niemand" in words


def test_the_mail_says_what_the_calendar_says(slot, olga, now):
    jana = make_trainer(slot.workshop.partner, "jana")
    make_assignment(slot, jana, role="assistant")
    make_booking(slot, group_name="8a", pupils=10, note="Bitte den Hof benutzen", at=now)
    slot.workshop.slots.update(capacity=90)
    slot.refresh_from_db()
    make_booking(slot, group_name="7b", pupils=12, at=now)

    event, words = got("class_confirmed")

    for said in ("8a", "7b", "Bitte den Hof benutzen", "0170 0000000", "Kisten", "Jana", "Tom"):
        assert said in event["DESCRIPTION"]
        assert said in words.partition("\n-- \n")[0]
    assert words.count("0170 0000000") == 2


def test_what_changed_before_the_mail_went_out_is_not_told(slot, workshop, olga, now):
    booking = make_booking(slot, at=now)
    message = owed("class_confirmed")
    assert why_not(message, now) == ""

    rules.move(booking, make_slot(workshop, starts_at=in_days(60)), by=olga, now=now)
    assert why_not(owed("class_confirmed"), now) == "moved"


def test_who_leads_no_more_does_not_read_who_comes(slot, olga, now):
    make_booking(slot, at=now)
    planning.assign(slot, [], by=olga, now=now)

    assert why_not(owed("class_confirmed"), now) == "the team has changed"


def test_an_entry_that_came_with_a_class_is_taken_back(workshop, olga, now):
    slot = make_slot(workshop)
    make_assignment(slot, make_trainer(workshop.partner, "tom"))
    make_booking(slot, at=now)
    before, _words = got("class_confirmed")
    planning.assign(slot, [], by=olga, now=now)

    after, words = got("trainer_unassigned")

    assert after["UID"] == before["UID"]
    assert words.endswith("CANCEL")


@pytest.mark.parametrize(
    ("way", "answer"),
    [
        ("taken", "NEEDS-ACTION"),  # was only asked
        ("called off", "NEEDS-ACTION"),
        ("no", "DECLINED"),
        ("out", "ACCEPTED"),
    ],
)
def test_an_end_says_what_the_trainer_had_answered(way, answer, workshop, olga, now):
    slot, tom = make_slot(workshop), make_trainer(workshop.partner, "tom")
    if way == "out":
        planning.assign(slot, [(tom, "lead")], by=olga, now=now)
        got("trainer_assigned")
        planning.assign(slot, [], by=olga, now=now)
    else:
        planning.ask(slot, [tom], "lead", by=olga, now=now)
        got("trainer_asked")
    if way == "taken":
        planning.assign(slot, [(make_trainer(workshop.partner), "lead")], by=olga, now=now)
    if way == "called off":
        planning.cancel_slot(slot, by=olga, now=now, reason="Rohrbruch")
    if way == "no":
        planning.answer(slot.assignments.get(), comes=False, by=Actor.person(tom.user), now=now)

    event, words = got("slot_cancelled" if way == "called off" else "trainer_unassigned")

    assert words.endswith("CANCEL")
    assert event["ATTENDEE"].params["PARTSTAT"] == answer
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"


@pytest.mark.parametrize("kind", ["trainer_unassigned", "slot_cancelled"])
def test_an_end_says_until_when_and_where_it_would_have_been(kind, olga, now):
    partner = olga.user.partner_roles.get().partner
    venue = make_venue(partner, street="Musterstraße 1", directions="Bushaltestelle 4 min.")
    slot = make_slot(make_workshop(partner, venue=venue, kit={"de": "Kisten"}))
    planning.assign(slot, [(make_trainer(partner, "tom"), "lead")], by=olga, now=now)
    got("trainer_assigned")
    if kind == "slot_cancelled":
        planning.cancel_slot(slot, by=olga, now=now, reason="Rohrbruch")
    else:
        planning.assign(slot, [], by=olga, now=now)

    event, words = got(kind)

    assert "8:00–11:00" in words
    assert words.count("Musterstraße 1") == 2  # in the mail and in the calendar
    assert "Kisten" not in event["DESCRIPTION"]
