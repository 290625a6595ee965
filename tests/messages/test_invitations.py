from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from accounts.actor import Actor
from booking import rules
from booking.messages import sending
from booking.models import Message
from booking.orders import Contact
from tests.factories import make_booking, make_order, make_partner, make_slot, make_user, make_workshop

pytestmark = pytest.mark.django_db(transaction=True)
ADA, BEA = "ada@school.example", "bea@school.example"
UNDO = timedelta(seconds=61)  # so long a cancellation can be taken back, and its mail waits


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def booking(now):
    partner = make_partner("makerspace")
    partner.name = 'Makerspace "Zittau^n", e. V.'
    partner.save()
    return make_booking(make_slot(make_workshop(partner, title="3D-Druck: Łódź 🦊")), at=now)


def calendar_of(mail):
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    return Calendar.from_ical(part.get_content())


def methods(mails):
    return [str(calendar_of(mail)["METHOD"]) if has_calendar(mail) else "" for mail in mails]


def has_calendar(mail):
    return any(part.get_content_type() == "text/calendar" for part in mail.walk())


def test_the_parts_stand_where_mail_programs_look_for_them(smtp, booking, now):
    sending.send_due(now)

    (mail,) = smtp.to(ADA)
    assert mail.get_content_type() == "multipart/mixed"
    alternatives, attachment = mail.iter_parts()
    assert alternatives.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in alternatives.iter_parts()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    calendar = list(alternatives.iter_parts())[2]
    assert dict(calendar["Content-Type"].params) == {"method": "REQUEST", "charset": "utf-8", "component": "vevent"}
    assert calendar.as_string().count("charset") == 1
    assert (attachment.get_content_type(), attachment.get_filename()) == ("application/ics", "termin.ics")
    assert attachment.get_content() == calendar.get_payload(decode=True)


def test_an_invitation_asks_nobody_who_has_decided(smtp, booking, now):
    sending.send_due(now)

    (mail,) = smtp.to(ADA)
    (event,) = calendar_of(mail).walk("VEVENT")
    organizer, attendee = event["ORGANIZER"], event["ATTENDEE"]
    assert organizer == "mailto:makerspace@lab.example"
    assert organizer.params["CN"] == "Makerspace Zittaun, e. V."
    assert "makerspace@lab.example" in mail["From"]
    assert attendee == f"mailto:{ADA}"
    assert (attendee.params["PARTSTAT"], attendee.params["RSVP"]) == ("ACCEPTED", "FALSE")
    assert event["UID"] == f"booking-{booking.uuid}@lernort.invalid"
    assert len(calendar_of(mail).walk("VTIMEZONE")) == 1


def test_who_books_for_somebody_else_does_not_send_them_to_a_sign_in(smtp, now, client):
    """The owner's entry leads to the own page, that of another contact to the link in the mail."""
    ada = make_user("ada")
    own = make_booking(make_slot(), ada, at=now)
    other = make_booking(make_slot(), ada, contact=Contact("Bea", BEA, ""), at=now)
    sending.send_due(now)

    (owner,), (contact,) = smtp.to(ADA), smtp.to(BEA)
    assert event_in(owner)["URL"] == f"http://testserver/bookings/{own.reference}/"
    link = event_in(contact)["URL"]
    assert link == f"http://testserver{link_in(contact)}"
    path = link.removeprefix("http://testserver")
    assert other.group_name in client.get(path).content.decode()
    (file,) = Calendar.from_ical(client.get(f"{path}calendar.ics").content).walk("VEVENT")
    assert file["URL"] == link


def event_in(mail):
    (event,) = calendar_of(mail).walk("VEVENT")
    return event


def link_in(mail):
    return re.search(r"/b/[^/\s]+/", mail.get_body(("plain",)).get_content())[0]


def test_a_cancellation_takes_the_same_event_back(smtp, booking, now):
    sending.send_due(now)
    rules.cancel(booking, by=Actor.person(booking.owner), now=now)
    sending.send_due(now + UNDO)

    first, second = (calendar_of(mail) for mail in smtp.to(ADA))
    (before,), (after,) = first.walk("VEVENT"), second.walk("VEVENT")
    assert (first["METHOD"], second["METHOD"]) == ("REQUEST", "CANCEL")
    assert before["UID"] == after["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["STATUS"] == "CANCELLED"


def test_who_never_got_an_invitation_gets_none_taken_back(smtp, booking, now):
    rules.cancel(booking, by=Actor.person(booking.owner), now=now)
    sending.send_due(now + UNDO)

    assert methods(smtp.to(ADA)) == [""]


def test_who_may_have_got_it_gets_it_taken_back(smtp, booking, now):
    Message.objects.filter(kind="booking_confirmed").update(state="dropped", context={"unanswered": True})
    rules.cancel(booking, by=Actor.person(booking.owner), now=now)
    sending.send_due(now + UNDO)

    assert methods(smtp.to(ADA)) == ["CANCEL"]


def test_while_another_sender_has_the_invitation_its_end_waits(smtp, booking, now):
    held = Message.objects.filter(kind="booking_confirmed")
    held.update(state="claimed", lease_until=now + timedelta(days=365))
    rules.cancel(booking, by=Actor.person(booking.owner), now=now)

    assert sending.send_due(now + UNDO)["postponed"] == 1
    assert smtp.to(ADA) == []


def test_a_request_is_no_invitation_until_it_is_confirmed(smtp, now):
    slot = make_slot(make_workshop(booking_mode="request"))
    booking = rules.place(slot, make_order(), by=Actor.person(make_user()), now=now)
    sending.send_due(now + UNDO)
    rules.resize(booking, 20, by=Actor.person(booking.owner), now=now)
    sending.send_due(now + UNDO)

    assert methods(smtp.to(ADA)) == ["", ""]


def test_a_hand_over_ends_it_here_and_begins_it_there(smtp, booking, now):
    sending.send_due(now)
    rules.amend(booking, {"contact_email": "ben@school.example"}, by=Actor.person(booking.owner), now=now)
    sending.send_due(now + UNDO)

    assert methods(smtp.to(ADA)) == ["REQUEST", "CANCEL"]
    assert methods(smtp.to("ben@school.example")) == ["REQUEST"]
    (gone,) = calendar_of(smtp.to(ADA)[1]).walk("VEVENT")
    assert gone["STATUS"] == "CANCELLED"


def test_a_change_is_the_same_event_with_a_higher_number(smtp, booking, now):
    sending.send_due(now)
    rules.resize(booking, 22, by=Actor.person(booking.owner), now=now)
    sending.send_due(now + UNDO)

    (before,), (after,) = (calendar_of(mail).walk("VEVENT") for mail in smtp.to(ADA))
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert methods(smtp.to(ADA)) == ["REQUEST", "REQUEST"]
