"""Every kind of the catalogue, in every language, as text and as HTML."""

from __future__ import annotations

import re
from datetime import timedelta
from email import policy
from email.parser import BytesParser
from typing import Any

import html5lib
import pytest
from django.utils import timezone, translation

from accounts.actor import Actor
from accounts.models import User
from booking import rules
from booking.messages import delivery
from booking.messages.about import load_subjects
from booking.messages.catalogue import KINDS
from booking.messages.links import open_link
from booking.messages.moves import Former
from booking.messages.owed import TO_CONTACT
from booking.models import Attendance, Booking, Broadcast, Message
from booking.orders import Contact
from booking.wishes import inquiring, watching
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_order,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_trainer,
    make_user,
    make_venue,
    make_workshop,
)

pytestmark = pytest.mark.django_db
OF_PEOPLE = {"membership_asked", "membership_decided", "requests_digest"}
OF_WISHES = {"inquiry_answered", "slot_opened"}
WITHOUT_SLOT = {"sign_in_code", "barrier_reported", *OF_PEOPLE, *OF_WISHES}
SAID = {
    "booking_missed_answer": {"excused": True, "reason": "Gute Besserung."},
    "barrier_reported": {"text": "Der Kalender liest nichts vor.", "page": "/calendar/", "answer_to": "a@b.example"},
}
OF_SLOTS = {
    "trainer_asked",
    "trainer_assigned",
    "trainer_unassigned",
    "trainer_answered",
    "slot_cancelled",
    "slot_moved_team",
    "attendance_missing",
    "class_moved",
    "team_reminder",
    "attendance_open",
}


@pytest.fixture
def booking():
    partner = make_partner("makerspace", phone="03583 000 000")
    venue = make_venue(partner, street="Musterstraße 1", directions="Bushaltestelle 4 min.", step_free=True)
    workshop = make_workshop(partner, title="3D-Druck: vom CAD zum <Schlüssel>anhänger", venue=venue)
    slot = make_slot(workshop)
    make_assignment(slot, make_trainer(partner, "jana"))
    return make_booking(slot, school=make_school("Oberschule Löbau"))


def message_of(kind: str, booking: Booking, language: str = "de", **extra) -> Message:
    values = {
        "to_address": booking.contact_email,
        "to_name": booking.contact_name,
        "language": language,
        "due_at": timezone.now(),
        "next_try_at": timezone.now(),
        "created_at": timezone.now(),
        "sealed": "123456" if kind == "sign_in_code" else "",
        "slot": booking.slot if kind in OF_SLOTS else None,
        "booking": None if kind in OF_SLOTS | WITHOUT_SLOT else booking,
    }
    if kind == "broadcast":
        values["broadcast"] = Broadcast.objects.create(
            partner=booking.slot.workshop.partner, slot=booking.slot, subject="Eingang", text="Tor 2", at=timezone.now()
        )
    if kind in {"slot_moved", "slot_moved_team", "booking_moved"}:
        values["context"] = {"former": Former.of(booking.slot).context}
    if kind == "class_moved":
        values["context"] = {"group": "7b", "school": "Oberschule Löbau", "moved_to": in_days(50).isoformat()}
    if kind == "thanks":
        counts = {"f": 11, "m": 9, "unknown": 2, "adults": 2, "minutes": 180, "at": timezone.now()}
        Attendance.objects.get_or_create(booking=booking, defaults=counts)
    if kind == "booking_missed":
        record = {"no_show": True, "at": timezone.now()}
        Attendance.objects.get_or_create(booking=booking, defaults=record)
    if kind in SAID:
        values["context"] = SAID[kind]
    if kind in OF_WISHES:
        values |= wished(kind, booking)
    if kind == "hand_over_asked":
        values |= {"useful_until": in_days(10), "sealed": "token"}
    if kind in OF_PEOPLE:
        values |= {"context": {"membership": booking.owner.memberships.get().pk}, "to_user": asked_organiser(booking)}
    message = Message.objects.create(kind=kind, **(values | extra))
    load_subjects([message])
    return message


def wished(kind: str, booking: Booking) -> dict[str, Any]:
    """A wish that was answered with a date, or a date that somebody waited for."""
    by, workshop, now = Actor.person(booking.owner), booking.slot.workshop, timezone.now()
    if kind == "slot_opened":
        watch = watching.watch(workshop, grade=None, month="", language="de", by=by, now=now)
        return {"context": {"watch": watch.pk, "slots": [booking.slot_id]}, "to_user": booking.owner}
    contact = Contact("Ada", booking.contact_email)
    question = inquiring.Question(workshop, booking.school, 24, (7,), "7. bis 9. Mai", "", contact)
    inquiry = inquiring.ask(question, by=by, now=now)
    organiser = Actor.person(make_organiser(workshop.partner))
    inquiring.answer(inquiry, "Das passt.", [booking.slot], by=organiser, now=now)
    return {"inquiry": inquiry}


def asked_organiser(booking: Booking) -> User:
    """An organiser of the house, which has a request to answer."""
    partner = booking.slot.workshop.partner
    earlier = timezone.now() - timedelta(hours=1)
    slot = make_slot(make_workshop(partner, booking_mode="request"))
    make_booking(slot, school=booking.school, group_name="9c", at=earlier)
    return make_organiser(partner)


def parts_of(message: Message) -> tuple[str, str, str]:
    mail = delivery.compose(message).email
    return mail.subject, mail.body, mail.alternatives[0].content


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_says_the_same_in_text_and_in_html(kind, language, booking):
    if kind == "booking_offered":
        booking.offer_expires_at = booking.slot.starts_at - timedelta(days=3)
        Booking.objects.filter(pk=booking.pk).update(state="offered", offer_expires_at=booking.offer_expires_at)

    subject, text, html = parts_of(message_of(kind, booking, language))

    assert subject
    assert subject == " ".join(subject.split())
    shown = words(visible(html))
    said = text.partition("\n-- \n")[0].splitlines()
    assert [line for line in said if words(line) not in shown and not line.startswith("http")] == []
    assert "%(" not in text
    assert "{{" not in text
    assert "\t" not in text
    assert len(text) > 200
    assert len(html.encode()) < 100_000


def visible(html: str) -> str:
    body = html5lib.parse(html, namespaceHTMLElements=False).find("body")
    return " ".join(body.itertext())


def words(text: str) -> str:
    return re.sub(r"[\s:·-]+", "", text)


@pytest.mark.parametrize("kind", KINDS)
def test_by_default_mails_are_entirely_german(kind, booking):
    if kind == "booking_offered":
        Booking.objects.filter(pk=booking.pk).update(state="offered", offer_expires_at=booking.slot.starts_at)
    german = parts_of(message_of(kind, booking, "de"))[1]
    english = parts_of(message_of(kind, booking, "en"))[1]

    ours = {line for line in english.splitlines() if re.search(r"\b(the|you|to|is|of|When|Who|regards)\b", line)}
    assert ours & set(german.splitlines()) == set()


def test_a_language_that_we_do_not_speak_yet_is_answered_in_german(booking):
    with translation.override("en"):
        assert parts_of(message_of("booking_confirmed", booking, "sk")) == parts_of(
            message_of("booking_confirmed", booking, "de")
        )


@pytest.mark.parametrize(
    ("reader", "visit", "told"), [("de", "de", ""), ("de", "pl", "Polnisch"), ("en", "de", "German")]
)
def test_a_mail_tells_in_which_language_the_visit_is(reader, visit, told, booking):
    Booking.objects.filter(pk=booking.pk).update(language=visit)
    text = parts_of(message_of("booking_confirmed", booking, reader))[1]

    assert re.findall(r"^(?:Sprache|Language): (.*)$", text, re.MULTILINE) == ([told] if told else [])


def test_user_text_is_text_in_html(booking):
    _subject, text, html = parts_of(message_of("booking_confirmed", booking))

    assert "<Schlüssel>anhänger" in text
    assert "&lt;Schlüssel&gt;anhänger" in html


def test_things_to_bring_stand_apart_in_one_row(booking):
    booking.slot.workshop.bring = {"de": "Kleidung, die blau werden darf\n- Haargummi"}
    booking.slot.workshop.save()

    assert (
        "Mitbringen: Kleidung, die blau werden darf, Haargummi\n"
        in parts_of(message_of("booking_confirmed", booking))[1]
    )


def test_styles_stand_at_the_elements_and_nothing_is_fetched(booking):
    html = parts_of(message_of("booking_confirmed", booking))[2]

    assert 'style="' in html
    assert "prefers-color-scheme: dark" in html
    assert "var(" not in html
    assert not re.search(r'(src|<link)[^>]*="?https?:', html)


def test_the_link_opens_the_booking_and_only_its_contact_gets_it(booking):
    mine = parts_of(message_of("booking_confirmed", booking))[1]
    theirs = parts_of(message_of("contact_replaced", booking, to_address="former@school.example"))[1]

    signed = re.search(r"/b/([^/\s]+)/", mine).group(1)
    assert open_link(signed, timezone.now()) == booking
    assert "/b/" not in theirs


def test_a_name_cannot_add_a_header(booking):
    Booking.objects.filter(pk=booking.pk).update(group_name="7b\nBcc: evil@example.org")

    mail = delivery.compose(message_of("class_confirmed", booking, to_name="Ada\r\nBcc: evil@example.org")).email

    assert "Bcc" not in mail.message()
    assert mail.subject.count("\n") == 0


def test_a_subject_begins_beside_its_name_in_any_letters(booking):
    email = delivery.compose(message_of("booking_confirmed", booking)).email
    email.subject = f"Bestätigt: {'Überfahrt, Brücke ' * 6}am Mo, 7. Dezember"
    sent = email.message().as_bytes()

    assert email.subject not in str(sent)
    assert all(len(line) <= 78 for line in sent.splitlines()[:5])
    assert BytesParser(policy=policy.default).parsebytes(sent)["Subject"] == email.subject


@pytest.mark.parametrize("kind", ["booking_confirmed", "booking_requested", "slot_moved", "reminder"])
def test_text_and_html_say_whose_class_it_is_as_the_calendar_does(kind, booking):
    _subject, text, html = parts_of(message_of(kind, booking))

    assert "7b, Oberschule Löbau" in text
    assert "7b, Oberschule Löbau" in html


def test_it_comes_from_the_partner_and_answers_go_there(booking):
    mail = delivery.compose(message_of("booking_confirmed", booking)).email

    assert mail.from_email == "Makerspace <makerspace@lab.example>"
    assert mail.reply_to == ["makerspace@lab.example"]
    assert mail.extra_headers["Auto-Submitted"] == "auto-generated"


def test_a_change_of_number_names_both(booking):
    rules.resize(booking, 22, by=Actor.person(booking.owner), now=timezone.now())
    message = Message.objects.get(kind="booking_changed")
    load_subjects([message])

    text = parts_of(message)[1]
    assert "22" in text
    assert "24" in text


def test_a_new_contact_is_told_and_the_former_one_let_go_without_a_name(booking):
    rules.amend(
        booking,
        {"contact_email": "ben@school.example", "contact_name": "Ben", "contact_language": "pl"},
        by=Actor.person(booking.owner),
        now=timezone.now(),
    )

    former = Message.objects.get(kind="contact_replaced")
    assert (former.to_address, former.to_name, former.language) == ("ada@school.example", "", "de")
    assert Message.objects.get(kind="booking_changed").language == "pl"
    owed = Message.objects.filter(booking=booking).exclude(pk=former.pk)
    assert set(owed.filter(kind__in=TO_CONTACT).values_list("to_address", flat=True)) == {"ben@school.example"}
    assert owed.get(kind="class_confirmed").to_address == "jana@school.example"


def test_the_partner_reads_who_asks_and_until_when_to_decide():
    slot = make_slot(make_workshop(booking_mode="request"))
    olga = make_organiser(slot.workshop.partner)
    booking = rules.place(slot, make_order(), by=Actor.person(make_user()), now=timezone.now())
    message = Message.objects.get(kind="request_arrived")
    load_subjects([message])

    subject, text, _html = parts_of(message)

    assert (message.to_address, message.to_user) == (olga.email, olga)
    assert "7b" in subject
    assert booking.reference in text
    assert "/organise/requests/" in text
    rules.confirm(booking, by=Actor.person(olga), now=timezone.now())


@pytest.mark.parametrize("kind", ["team_reminder", "slot_moved_team", "class_cancelled"])
def test_who_leads_reads_how_to_reach_the_house(kind, booking):
    assert "\nTelefon 03583 000 000\n" in parts_of(message_of(kind, booking))[1]


def test_of_a_class_that_does_not_come_the_team_is_not_told_whom_to_call(booking):
    assert booking.contact_phone in parts_of(message_of("class_confirmed", booking))[1]
    assert booking.contact_phone not in parts_of(message_of("class_cancelled", booking))[1]


def test_a_class_that_does_not_come_does_not_stand_among_those_who_do(booking):
    who = f"{booking.group_name}, {booking.school.name}\n"

    assert f"\nWer: {who}" in parts_of(message_of("class_confirmed", booking))[1]
    gone = parts_of(message_of("class_cancelled", booking))[1]
    assert f"\nAbgesagt: {who}" in gone
    assert f"Wer: {who}" not in gone


def test_after_a_german_greeting_a_sentence_may_begin(booking):
    text = parts_of(message_of("booking_confirmed", booking))[1]

    assert f"\nGuten Tag, {booking.contact_name}.\n\n" in text


@pytest.mark.parametrize("kind", ["trainer_assigned", "slot_moved_team"])
def test_who_leads_reads_whom_to_call_and_who_else_leads(kind, booking):
    Booking.objects.filter(pk=booking.pk).update(needs="Beamer", note="Wir kommen mit dem Bus")
    text = parts_of(message_of(kind, booking))[1]

    for said in (booking.contact_name, booking.contact_phone, "Beamer", "mit dem Bus", "Team: Jana"):
        assert said in text


def test_who_is_asked_reads_what_to_take_along_but_not_yet_whom_to_call(booking):
    booking.slot.workshop.kit = {"de": "Kisten"}
    booking.slot.workshop.save()
    text = parts_of(message_of("trainer_asked", booking))[1]

    assert "Mitnehmen: Kisten" in text
    assert booking.contact_phone not in text


def test_a_former_contact_reads_until_when_and_where_the_visit_is(booking):
    text = parts_of(message_of("contact_replaced", booking, to_address="former@school.example"))[1]

    assert "8:00–11:00" in text
    assert "Musterstraße 1" in text
