"""A booking goes to a colleague, who says yes from the own mailbox; until then nothing changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import User
from booking import rules
from booking.errors import FieldErrors, NotActive, NotAllowed, TooLate
from booking.messages import delivery
from booking.messages.about import load_subjects
from booking.messages.links import open_link, sign
from booking.models import ENDED, Booking, HandOver, Message
from schools.schooldays import day_end, local_day
from tests.factories import in_days, make_booking, make_organiser, make_slot, make_trainer, make_user, make_workshop

pytestmark = pytest.mark.django_db

COLLEAGUE = "cem@school.example"


@pytest.fixture
def booking():
    return make_booking(make_slot(), make_user("ada"))


def ask(booking, email=COLLEAGUE, by=None, now=None):
    by = by or Actor.person(booking.owner)
    return rules.hand_over(booking, email, by=by, now=now or timezone.now())


def token_in_the_mail():
    return Message.objects.filter(kind="hand_over_asked", state="owed").latest("pk").sealed


def accept(token, name="Cem", now=None):
    return rules.take_over(token, name=name, phone="0171 1", now=now or timezone.now())


def test_asking_changes_nothing_yet(booking):
    asked = ask(booking)

    assert (asked.contact_email, asked.owner, asked.link_version) == ("ada@school.example", booking.owner, 1)
    assert asked.changes.first().kind == "hand_over_asked"
    assert HandOver.objects.open().get().email == COLLEAGUE
    assert token_in_the_mail() not in HandOver.objects.get().token_hash


def test_with_a_yes_contact_account_and_mails_go_over(booking):
    ada, link = booking.owner, sign(booking)
    Message.objects.filter(kind="booking_confirmed").update(state="sent", context={"calendar": "REQUEST"})
    ask(booking)

    taken = accept(token_in_the_mail())

    assert (taken.contact_name, taken.contact_email, taken.contact_phone) == ("Cem", COLLEAGUE, "0171 1")
    assert taken.owner == User.objects.get(email=COLLEAGUE)
    assert taken not in Booking.objects.visible_to(ada)
    assert open_link(link, timezone.now()) is None
    assert open_link(sign(taken), timezone.now()) == taken
    reminders = Message.objects.filter(kind="reminder", state="owed")
    assert set(reminders.values_list("to_address", flat=True)) == {COLLEAGUE}


def test_each_of_them_reads_of_it_in_their_own_language(booking):
    User.objects.create_user(COLLEAGUE, language="cs")
    ask(booking)
    assert Message.objects.get(kind="hand_over_asked").language == "cs"

    rules.take_over(token_in_the_mail(), name="Cem", language="cs", now=timezone.now())

    told = Message.objects.filter(kind__in=["contact_replaced", "booking_taken_over"])
    assert dict(told.values_list("kind", "language")) == {"contact_replaced": "de", "booking_taken_over": "cs"}


def test_the_former_calendar_gets_an_end_and_the_new_one_an_invitation(booking):
    Message.objects.filter(kind="booking_confirmed").update(state="sent", context={"calendar": "REQUEST"})
    ask(booking)
    accept(token_in_the_mail())

    mails = {}
    for message in Message.objects.filter(kind__in=["contact_replaced", "booking_taken_over"]):
        load_subjects([message])
        mail = delivery.compose(message)
        entry = mail.email.alternatives[-1].content
        mails[message.to_address] = mail.method, f"/bookings/{booking.reference}/" in entry, "\nURL:" in entry

    assert mails == {"ada@school.example": ("CANCEL", False, False), COLLEAGUE: ("REQUEST", True, True)}


def test_who_read_the_booking_before_it_was_handed_over_decides_nothing_any_more(booking):
    before, ada = Booking.objects.with_facts().get(pk=booking.pk), booking.owner
    ask(booking)
    accept(token_in_the_mail())

    for by in (Actor.person(ada), Actor.link(before.pk, before.link_version)):
        with pytest.raises(NotAllowed):
            rules.cancel(before, by=by, now=timezone.now())
        with pytest.raises(NotAllowed):
            ask(before, "dora@school.example", by=by)


def test_a_yes_is_said_once(booking):
    ask(booking)
    token = token_in_the_mail()
    accept(token)

    with pytest.raises(NotActive):
        accept(token)


def test_asking_somebody_else_ends_the_first_question(booking):
    ask(booking)
    first = token_in_the_mail()
    ask(booking, "dana@school.example")

    with pytest.raises(NotActive):
        accept(first)
    assert Message.objects.filter(kind="hand_over_asked", state="dropped", sealed="").count() == 1
    assert accept(token_in_the_mail(), "Dana").contact_email == "dana@school.example"


def test_asking_the_same_colleague_twice_is_one_question(booking):
    ask(booking)
    ask(booking, COLLEAGUE.upper())

    assert HandOver.objects.count() == 1
    assert Message.objects.filter(kind="hand_over_asked").count() == 1


def test_a_question_ends_after_two_weeks_and_with_the_booking(booking):
    now = timezone.now()
    ask(booking, now=now)
    token = token_in_the_mail()
    assert rules.asked_by_mail(token, now + timedelta(days=13))
    until = HandOver.objects.get().expires_at
    assert until == day_end(local_day(now + timedelta(days=14)))
    assert rules.asked_by_mail(token, until) is None

    rules.cancel(booking, by=Actor.person(booking.owner), now=now)

    assert rules.asked_by_mail(token, now) is None


def offered(now):
    """A booking that waited, with the offer of a place that became free."""
    slot = make_slot(make_workshop(capacity=24))
    first = make_booking(slot, pupils=24)
    second = make_booking(slot, make_user("ada"), pupils=24, waitlist=True, group_name="8a")
    rules.cancel(first, by=Actor.person(first.owner), now=now)
    second.refresh_from_db()
    assert second.state == "offered"
    return second


def requested(now):
    return make_booking(make_slot(make_workshop(booking_mode="request")), make_user("ada"))


def organiser_of(booking):
    return Actor.person(make_organiser(booking.slot.workshop.partner))


@pytest.mark.parametrize(
    ("make", "end"),
    [
        (offered, lambda one, now: rules.reject(one, by=Actor.person(one.owner), now=now)),
        (offered, lambda one, _now: rules.withdraw_offer(one, now=one.offer_expires_at)),
        (requested, lambda one, now: rules.decline(one, by=organiser_of(one), now=now, reason="Nein")),
        (requested, lambda one, _now: rules.expire(one, now=one.slot.book_until)),
        (requested, lambda one, now: rules.cancel(one, by=Actor.person(one.owner), now=now)),
    ],
    ids=["reject", "withdraw", "decline", "expire", "cancel"],
)
def test_whichever_rule_ends_a_booking_ends_the_question(make, end):
    now = timezone.now()
    booking = make(now)
    ask(booking, now=now)

    end(booking, now)

    booking.refresh_from_db()
    assert booking.state in ENDED
    assert not HandOver.objects.open().exists()


def test_nobody_takes_over_what_has_begun():
    booking = make_booking(make_slot(starts_at=in_days(10)), make_user("ada"), at=in_days(-20))
    ask(booking)
    token = token_in_the_mail()

    assert rules.asked_by_mail(token, booking.slot.starts_at) is None
    with pytest.raises(TooLate):
        ask(booking, "dana@school.example", now=booking.slot.starts_at)


def test_only_the_school_hands_over(booking):
    partner = booking.slot.workshop.partner
    for user in (make_organiser(partner), make_trainer(partner).user, make_user()):
        with pytest.raises(NotAllowed):
            ask(booking, by=Actor.person(user))
    assert ask(booking, by=Actor.link(booking.pk)).changes.first().actor_kind == "link"


@pytest.mark.parametrize(("email", "code"), [("ADA@school.example", "same"), ("nobody", "invalid")])
def test_what_cannot_be_asked_is_said_at_the_field(booking, email, code):
    with pytest.raises(FieldErrors) as refusal:
        ask(booking, email)

    assert refusal.value.errors["email"][0] == code


def test_history_names_nobody_by_address(booking):
    ask(booking)
    accept(token_in_the_mail())

    told = [(change.kind, change.facts) for change in booking.changes.all()][:2]
    assert told == [("handed_over", {}), ("hand_over_asked", {})]
