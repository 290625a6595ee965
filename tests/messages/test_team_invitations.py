"""Trainers are invited, asked and taken out by mails that their calendars understand (RFC 5546)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from accounts.actor import Actor
from booking import planning
from booking.errors import Conflict, NotActive, NotAllowed
from booking.messages import sending
from booking.messages.links import TEAM, open_question, sign_assignment
from booking.models import Change, Message
from schools.dates import day
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_organiser,
    make_partner,
    make_slot,
    make_trainer,
    make_workshop,
)
from workshops.models import Assignment

pytestmark = pytest.mark.django_db(transaction=True)
TOM, TIM = "tom@school.example", "tim@school.example"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def partner():
    return make_partner("lab", phone="03583 000 000")


@pytest.fixture
def slot(partner, now):
    slot = make_slot(make_workshop(partner, title="3D-Druck"))
    make_booking(slot, at=now)
    return slot


@pytest.fixture
def tom(partner):
    return make_trainer(partner, "tom")


@pytest.fixture
def tim(partner):
    return make_trainer(partner, "tim")


@pytest.fixture
def olga(partner):
    return Actor.person(make_organiser(partner, "olga"))


@pytest.fixture
def received(smtp, now):
    """What an address got so far, each as its method and its event; a mail without a calendar is empty."""

    def read(address, later=0):
        sending.send_due(now + timedelta(seconds=61 + later))
        return [read_calendar(mail) for mail in smtp.to(address)]

    return read


def read_calendar(mail):
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    if not parts:
        return "", {}
    calendar = Calendar.from_ical(parts[0].get_content())
    (event,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), event


def link_in(mail):
    return re.search(r"/t/[^/\s]+/", mail.get_body(("plain",)).get_content())[0]


def asked(slot, trainer):
    return Assignment.objects.get(slot=slot, trainer=trainer)


def test_who_is_assigned_has_decided_nothing_and_is_invited(slot, tom, olga, now, received):
    planning.assign(slot, [(tom, "lead")], by=olga, now=now)

    ((method, event),) = received(TOM)
    slot.refresh_from_db()
    assert (method, event["STATUS"]) == ("REQUEST", "CONFIRMED")
    assert event["UID"] == f"slot-{slot.uuid}@lernort.invalid"
    assert event["SEQUENCE"] == slot.sequence
    assert event["ORGANIZER"] == "mailto:lab@lab.example"
    assert event["ATTENDEE"] == f"mailto:{TOM}"
    assert (event["ATTENDEE"].params["PARTSTAT"], event["ATTENDEE"].params["RSVP"]) == ("ACCEPTED", "FALSE")
    assert "0170" in event["DESCRIPTION"]


def test_who_is_asked_may_answer_and_does_not_see_yet_whom_to_call(slot, tom, olga, now, received, smtp):
    planning.ask(slot, [tom], "lead", by=olga, now=now)

    ((method, event),) = received(TOM)
    assert (method, event["STATUS"]) == ("REQUEST", "TENTATIVE")
    assert (event["ATTENDEE"].params["PARTSTAT"], event["ATTENDEE"].params["RSVP"]) == ("NEEDS-ACTION", "TRUE")
    assert "0170" not in event["DESCRIPTION"]
    assert not event.walk("VALARM")
    assert link_in(smtp.to(TOM)[0]) in event["URL"]
    assert not slot.assignments.accepted().exists()


def test_looking_at_the_link_changes_nothing_and_a_yes_makes_the_trainer_lead(
    slot, tom, tim, olga, now, received, smtp, client
):
    planning.ask(slot, [tom, tim], "lead", by=olga, now=now)
    received(TOM)
    link = link_in(smtp.to(TOM)[0])

    assert client.get(link).status_code == 200
    assert asked(slot, tom).state == "asked"

    answered = client.post(link, {"answer": "yes"}, follow=True)
    assert answered.status_code == 200
    assert asked(slot, tom).state == "accepted"
    assert [method for method, _event in received(TOM)] == ["REQUEST", "REQUEST"]
    (first, question), (second, end) = received(TIM)
    assert (first, second, end["STATUS"]) == ("REQUEST", "CANCEL", "CANCELLED")
    assert end["SEQUENCE"] > question["SEQUENCE"]
    assert not Assignment.objects.filter(slot=slot, trainer=tim).exists()
    assert len(smtp.to("olga@school.example")) == 1
    assert list(Change.objects.filter(slot=slot).values_list("kind", "role")[:2]) == [
        ("trainer_accepted", "trainer"),
        ("trainers_asked", "organiser"),
    ]


def test_the_entry_of_who_has_no_account_asks_for_no_sign_in(slot, tom, tim, olga, now, received):
    type(tim).objects.filter(pk=tim.pk).update(user=None)
    tim.refresh_from_db()
    planning.assign(slot, [(tom, "lead"), (tim, "assistant")], by=olga, now=now)

    ((_method, of_tom),), ((_method, of_tim),) = received(TOM), received(TIM)
    assert of_tom["URL"].endswith(f"/trainer/slots/{slot.pk}/")
    assert of_tim["URL"].endswith(f"/t/{sign_assignment(asked(slot, tim), slot)}/")


def page(client, link):
    response = client.get(link)
    assert (response.status_code, response["Referrer-Policy"]) == (200, "same-origin")
    return response.content.decode()


def test_a_link_that_was_used_says_what_was_answered_and_what_can_be_done_now(slot, tom, olga, now, client):
    planning.ask(slot, [tom], "lead", by=olga, now=now)
    question = asked(slot, tom)
    link, today = f"/t/{sign_assignment(question, slot)}/", day(now, "full")

    answers = [client.post(link, {"answer": "yes"}) for _ in range(2)]
    accepted = page(client, link)
    client.post(link, {"answer": "no"})
    declined = page(client, link)
    again = client.post(link, {"answer": "yes"})

    assert [answer.status_code for answer in answers] == [302, 302]
    assert f"Sie haben am {today} zugesagt." in accepted
    assert "Ich kann nicht kommen" in accepted
    assert f"Sie haben am {today} abgesagt." in declined
    assert slot.workshop.partner.phone in declined
    assert "<form" not in main_of(declined)
    assert "Löbau" not in main_of(declined)
    assert (again.status_code, asked(slot, tom).state) == (200, "declined")
    assert Change.objects.filter(slot=slot, kind__in=["trainer_accepted", "trainer_declined"]).count() == 2


def main_of(text):
    return text.partition("<main")[2].partition("</main>")[0]


def test_a_link_says_that_somebody_else_took_the_date_and_not_who_comes(slot, tom, tim, olga, now, client):
    planning.ask(slot, [tom, tim], "lead", by=olga, now=now)
    link = f"/t/{sign_assignment(asked(slot, tim), slot)}/"
    planning.answer(asked(slot, tom), comes=True, by=Actor.person(tom.user), now=now)

    seen = main_of(page(client, link))
    late = client.post(link, {"answer": "yes"})

    assert "Diesen Termin leitet jetzt jemand anderes." in seen
    assert "Löbau" not in seen
    assert "<form" not in seen
    assert (late.status_code, main_of(late.content.decode())) == (200, seen)
    assert list(slot.assignments.values_list("trainer", "state")) == [(tom.pk, "accepted")]


def test_a_link_says_that_the_house_took_somebody_out_or_called_the_date_off(slot, tom, olga, now, client):
    planning.assign(slot, [(tom, "lead")], by=olga, now=now)
    link = f"/t/{sign_assignment(asked(slot, tom), slot)}/"
    assert "zugesagt" not in page(client, link)  # the house decided

    planning.assign(slot, [], by=olga, now=now)
    taken_out = main_of(page(client, link))
    planning.cancel_slot(slot, by=olga, now=now, reason="Rohrbruch")
    called_off = main_of(page(client, link))

    assert "fragt Sie für diesen Termin nicht mehr" in taken_out
    assert "Dieser Termin ist abgesagt." in called_off
    assert "Löbau" not in taken_out + called_off
    assert client.post(link, {"answer": "yes"}).status_code == 200
    assert not slot.assignments.accepted().exists()


def test_a_decision_of_the_house_is_not_shown_as_an_answer_of_the_trainer(slot, tom, olga, now):
    planning.ask(slot, [tom], "lead", by=olga, now=now)
    planning.answer(asked(slot, tom), comes=False, by=Actor.person(tom.user), now=now)
    assert asked(slot, tom).answered_at == now

    planning.assign(slot, [(tom, "lead")], by=olga, now=now)
    assert asked(slot, tom).answered_at is None


def test_a_link_of_the_version_before_opens_the_question_too(slot, tom, olga, now, client):
    planning.ask(slot, [tom], "lead", by=olga, now=now)
    link = TEAM.sign(f"{asked(slot, tom).pk}.asked.{int(slot.starts_at.timestamp())}")

    assert "Ja, ich komme" in page(client, f"/t/{link}/")
    assert client.get(f"/t/{link[:-1]}x/").status_code == 404


def test_a_no_ends_it_in_the_calendar_and_the_house_hears_of_it(slot, tom, olga, now, received, smtp, client):
    planning.assign(slot, [(tom, "lead")], by=olga, now=now)
    received(TOM)

    client.post(link_in(smtp.to(TOM)[0]), {"answer": "no"})

    (_request, before), (method, after) = received(TOM)
    assert (method, after["UID"]) == ("CANCEL", before["UID"])
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert "Tom" in smtp.to("olga@school.example")[0]["Subject"]
    assert not slot.assignments.accepted().exists()


def test_who_was_taken_out_reads_no_more_who_comes(slot, tom, olga, now, client):
    planning.assign(slot, [(tom, "lead")], by=olga, now=now)
    client.force_login(tom.user)
    address = f"/trainer/slots/{slot.pk}/answer/"
    assert client.get(address).status_code == 200

    planning.assign(slot, [], by=olga, now=now)

    assert client.get(address).status_code == 404
    assert client.post(address, {"answer": "yes"}).status_code == 404


def test_a_trainer_answers_on_the_own_page_too(slot, tom, olga, now, client):
    planning.ask(slot, [tom], "assistant", by=olga, now=now)
    client.force_login(tom.user)
    address = f"/trainer/slots/{slot.pk}/answer/"

    assert address in client.get("/trainer/").content.decode()
    assert client.post(address, {"answer": "yes"}).status_code == 302
    assert (asked(slot, tom).state, asked(slot, tom).role) == ("accepted", "assistant")
    assert address in client.get(f"/trainer/slots/{slot.pk}/").content.decode()


def test_who_is_replaced_gets_it_taken_back_and_who_stays_hears_nothing(slot, tom, tim, olga, now, received):
    planning.assign(slot, [(tom, "lead"), (tim, "assistant")], by=olga, now=now)
    received(TOM)
    planning.assign(slot, [(tim, "assistant")], by=olga, now=now)

    assert [method for method, _event in received(TOM)] == ["REQUEST", "CANCEL"]
    assert [method for method, _event in received(TIM)] == ["REQUEST"]


def test_who_never_got_an_invitation_gets_none_taken_back(slot, tom, olga, now, received):
    make_assignment(slot, tom)
    planning.assign(slot, [], by=olga, now=now)

    assert [method for method, _event in received(TOM)] == [""]


def test_what_nobody_sent_yet_is_not_sent_once_it_is_untrue(slot, tom, olga, now, received):
    planning.assign(slot, [(tom, "lead")], by=olga, now=now)
    planning.assign(slot, [], by=olga, now=now)

    assert [method for method, _event in received(TOM)] == [""]
    assert Message.objects.get(kind="trainer_assigned").state == "dropped"


def test_a_date_that_is_called_off_ends_for_those_who_lead_and_those_who_are_asked(slot, tom, tim, olga, now, received):
    planning.assign(slot, [(tom, "lead")], by=olga, now=now)
    planning.ask(slot, [tim], "assistant", by=olga, now=now)
    received(TOM)
    planning.cancel_slot(slot, by=olga, now=now, reason="Rohrbruch")

    for address in (TOM, TIM):
        (_method, before), (method, after) = received(address)
        assert (method, after["STATUS"]) == ("CANCEL", "CANCELLED")
        assert after["SEQUENCE"] > before["SEQUENCE"]


def test_a_move_is_a_newer_request_to_both(slot, tom, tim, olga, now, received, smtp):
    planning.assign(slot, [(tom, "lead")], by=olga, now=now)
    planning.ask(slot, [tim], "assistant", by=olga, now=now)
    received(TOM)
    old = link_in(smtp.to(TIM)[0])
    later = {"starts_at": slot.starts_at + timedelta(days=1), "ends_at": slot.ends_at + timedelta(days=1)}
    planning.change_slot(slot, later, by=olga, now=now)

    for address, answer in ((TOM, "ACCEPTED"), (TIM, "NEEDS-ACTION")):
        (_first, before), (method, after) = received(address)
        assert (method, after["ATTENDEE"].params["PARTSTAT"]) == ("REQUEST", answer)
        assert after["SEQUENCE"] > before["SEQUENCE"]
        assert after["DTSTART"].dt == later["starts_at"]
    question = open_question(old.split("/")[2], now)
    assert question is not None
    assert (question.starts_at, question.slot.starts_at) == (slot.starts_at, later["starts_at"])


def test_a_yes_to_the_former_time_binds_nobody_to_the_new_one(slot, tom, olga, now, client):
    planning.ask(slot, [tom], "lead", by=olga, now=now)
    link = f"/t/{sign_assignment(asked(slot, tom), slot)}/"
    later = {"starts_at": slot.starts_at + timedelta(days=1), "ends_at": slot.ends_at + timedelta(days=1)}
    planning.change_slot(slot, later, by=olga, now=now)

    stale = client.post(link, {"answer": "yes"})  # from a page that was open before
    assert (stale.status_code, asked(slot, tom).state) == (200, "asked")
    shown = page(client, link)
    assert "Der Termin wurde verlegt" in shown
    assert day(later["starts_at"], "full") in shown

    starts = re.search(r'name="starts" value="(\d+)"', shown)[1]
    assert client.post(link, {"answer": "yes", "starts": starts}).status_code == 302
    assert asked(slot, tom).state == "accepted"


def test_nobody_says_yes_to_two_places(slot, tom, olga, now):
    other = make_slot(slot.workshop)
    planning.ask(slot, [tom], "lead", by=olga, now=now)
    make_assignment(other, tom)

    with pytest.raises(Conflict):
        planning.answer(asked(slot, tom), comes=True, by=Actor.person(tom.user), now=now)
    assert asked(slot, tom).state == "asked"


def test_only_the_trainer_answers(slot, tom, tim, olga, now):
    question = make_assignment(slot, tom, state="asked")

    for by in (olga, Actor.person(tim.user), Actor("link", role="trainer", link_to=question.pk + 1)):
        with pytest.raises(NotAllowed):
            planning.answer(question, comes=True, by=by, now=now)
    with pytest.raises(NotAllowed):
        planning.ask(slot, [tim], "lead", by=Actor.person(tom.user), now=now)


def test_the_same_answer_again_changes_nothing(slot, tom, olga, now):
    question, by = make_assignment(slot, tom, state="asked"), Actor.person(tom.user)
    planning.answer(question, comes=True, by=by, now=now)
    owed = Message.objects.count()
    planning.answer(question, comes=True, by=by, now=now)

    assert Message.objects.count() == owed
    planning.answer(question, comes=False, by=by, now=now)
    with pytest.raises(NotActive):
        planning.answer(question, comes=True, by=by, now=now)


def test_after_the_start_nobody_answers(partner, tom, now):
    slot = make_slot(make_workshop(partner), starts_at=in_days(0, hour=0) - timedelta(days=1))
    question = make_assignment(slot, tom, state="asked")

    link = sign_assignment(question, slot)

    assert open_question(link, slot.ends_at + timedelta(days=13)) is not None
    assert open_question(link, slot.ends_at + timedelta(days=14)) is None
    with pytest.raises(NotActive):
        planning.answer(question, comes=True, by=Actor.person(tom.user), now=now)


def test_an_organiser_asks_several_on_the_page_of_the_date(slot, tom, tim, olga, client):
    client.force_login(olga.user)
    page = f"/organise/slots/{slot.pk}/"
    assert "Tim" in client.get(page).content.decode()

    sent = client.post(f"{page}ask/", {"trainers": [tom.pk, tim.pk], "role": "lead"})
    nobody = client.post(f"{page}ask/", {"role": "lead"})

    assert (sent.status_code, nobody.status_code) == (302, 200)
    assert slot.assignments.asked().count() == 2
    assert "noch nicht geantwortet" in client.get(page).content.decode()


def test_a_question_stands_in_no_feed(slot, tom, olga, now, client):
    planning.ask(slot, [tom], "lead", by=olga, now=now)
    feed = tom.user.feeds.create(kind="trainer")

    assert b"BEGIN:VEVENT" not in client.get(f"/calendars/trainer/{feed.token}.ics").content
