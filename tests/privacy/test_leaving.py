"""A person leaves: nowhere in the database does the name, the address or a word of theirs stay; the numbers do."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from accounts.actor import Actor
from accounts.models import Token, User
from booking import rules
from booking.audit import breaches
from booking.messages import outbox
from booking.models import Booking, Change, Feed, HandOver, Inquiry, Message, VisitFact, Watch
from booking.orders import Contact
from booking.privacy.erasing import StillNeeded, erase, still_needed
from booking.rules import Counts
from booking.wishes import inquiring
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_office,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_user,
    make_workshop,
)
from tests.together import together
from workshops.models import Assignment, Partner, PartnerRole, Trainer

BERLIN = ZoneInfo("Europe/Berlin")
BOOKED = datetime(2027, 4, 1, 8, tzinfo=BERLIN)
VISIT = datetime(2027, 5, 11, 8, tzinfo=BERLIN)
AFTER = VISIT + timedelta(days=2)
ADDRESS, NAME, PHONE = "zenobia@school.example", "Zenobia", "0170 7654321"
WORDS = (ADDRESS, NAME, PHONE, "Rampe", "zu Fuß", "Masern", "Heuschnupfen")
CONTACT = Contact(NAME, ADDRESS, PHONE)


@pytest.fixture
def zenobia() -> User:
    return User.objects.create_user(ADDRESS, name=NAME, phone=PHONE)


def visit(owner: User, **extra: object) -> Booking:
    """A class at VISIT, with all that a form takes."""
    slot = make_slot(starts_at=VISIT, ends_at=VISIT + timedelta(hours=3))
    words = {
        "needs": "Rampe",
        "note": "Wir kommen zu Fuß",
        "contact": CONTACT,
        "school": make_school(office_mail="o@x.example"),
    }
    return make_booking(slot, owner, at=BOOKED, **(words | extra))


def said(word: str) -> list[str]:
    """Tables in which a word stands somewhere."""
    found = []
    with connection.cursor() as sql:
        for table in connection.introspection.table_names():
            sql.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text ILIKE %s', [f"%{word}%"])
            found += [table] * bool(sql.fetchone()[0])
    return found


@pytest.mark.django_db
def test_nothing_of_a_teacher_stays_but_the_numbers(zenobia):
    booking, me = visit(zenobia), Actor.person(zenobia)
    ill = visit(zenobia)
    rules.hand_over(ill, "ben@school.example", by=me, now=BOOKED)
    rules.cancel(ill, by=me, now=BOOKED, reason="Masern")
    lead = Actor.person(make_organiser(booking.slot.workshop.partner))
    rules.attend(booking, Counts(f=10, m=12, adults=2, minutes=180), by=lead, now=AFTER, seen=None)
    wish = inquiring.Question(booking.slot.workshop, booking.school, 20, [7], "Mai", "Heuschnupfen", CONTACT)
    inquiring.ask(wish, by=me, now=BOOKED)
    Watch.objects.create(user=zenobia, workshop=booking.slot.workshop, created_at=BOOKED, ends_at=AFTER)
    Feed.objects.create(user=zenobia, kind="teacher")
    Token.objects.issue(zenobia, scope="read", name="Zenobia's")
    outbox.send_sign_in_code(email=ADDRESS, code="ABC123", language="de", now=AFTER)
    assert all(said(word) for word in WORDS)
    before = VisitFact.objects.values().get(booking=booking), booking.attendance.present

    done = erase(ADDRESS.upper(), now=AFTER)

    assert {word: said(word) for word in WORDS} == {word: [] for word in WORDS}
    assert (done["bookings"], done["wishes without a date"], done["account"]) == (2, 1, 1)
    booking.refresh_from_db()
    assert (booking.state, booking.group_name, booking.pupils, booking.owner) == ("attended", "7b", 24, None)
    assert (VisitFact.objects.values().get(booking=booking), booking.attendance.present) == before
    assert list(breaches(AFTER)) == []


@pytest.mark.django_db
def test_who_never_signed_in_is_forgotten_by_the_operator(zenobia):
    booking = visit(make_user(), contact=Contact("Yaro", "yaro@school.example", "0170 1"))
    owner = booking.owner

    with time_machine.travel(AFTER, tick=False):
        call_command("erase_person", " Yaro@school.example ", stdout=(answer := StringIO()))

    booking.refresh_from_db()
    assert (booking.contact_name, booking.contact_email, booking.owner) == ("", "", owner)
    assert "bookings: 1" in answer.getvalue()
    assert User.objects.filter(pk=zenobia.pk).exists()
    assert not said("yaro@")


@pytest.mark.django_db
def test_of_somebody_without_an_account_nobody_else_is_touched(zenobia):
    """Rows without a person are not those of a person without an account."""
    other = visit(zenobia)
    rules.cancel(other, by=Actor.link(other.pk, other.link_version), now=BOOKED, reason="Masern")
    make_partner("lonely")
    models = (Booking, Change, Message, Inquiry, HandOver, Partner)
    before = [list(model.objects.order_by("pk").values()) for model in models]

    assert not +erase("nobody@school.example", now=AFTER)

    assert [list(model.objects.order_by("pk").values()) for model in models] == before


@pytest.mark.django_db
def test_a_colleagues_contact_stays_where_an_office_booked_for_them(zenobia):
    booking = visit(zenobia, contact=Contact("Ben", "ben@school.example", "0170 2"))

    erase(ADDRESS, now=AFTER)

    booking.refresh_from_db()
    assert (booking.contact_email, booking.needs, booking.owner) == ("ben@school.example", "Rampe", None)


@pytest.mark.django_db
def test_links_end_and_calendars_are_fetched_again(zenobia):
    visit(zenobia)
    columns = ("link_version", "version", "slot__version")
    before = Booking.objects.values_list(*columns).get()

    erase(ADDRESS, now=AFTER)

    after = Booking.objects.values_list(*columns).get()
    assert after == tuple(number + 1 for number in before)


@pytest.mark.django_db
def test_who_still_comes_leads_or_is_the_last_one_hears_what_to_settle_first(zenobia):
    make_booking(make_slot(), zenobia, contact=CONTACT)
    house = make_partner("Schülerlabor")
    PartnerRole.objects.create(user=zenobia, partner=house)
    trainer = Trainer.objects.create(user=zenobia, name=NAME, email=ADDRESS)
    dates = [make_slot(make_workshop(house), starts_at=in_days(days)) for days in (20, 25)]
    for date in dates:
        make_assignment(date, trainer)
    User.objects.filter(pk=zenobia.pk).update(is_network_admin=True)

    with translation.override("en"), pytest.raises(StillNeeded) as refusal:
        erase(ADDRESS, now=in_days(1))

    assert [reason.split(".")[0] for reason in refusal.value.reasons] == [
        "You still have 1 class to come",
        "You are still to lead 2 dates",
        f"Nobody else organises for {house.name}",
        "Nobody else looks after the network",
    ]
    assert User.objects.filter(pk=zenobia.pk).exists()
    with translation.override("en"), pytest.raises(CommandError, match="still have 1 class"):
        call_command("erase_person", ADDRESS)


@pytest.mark.django_db
def test_with_others_there_nothing_stands_in_the_way(zenobia):
    house = make_partner()
    PartnerRole.objects.create(user=zenobia, partner=house)
    make_organiser(house)
    User.objects.filter(pk=zenobia.pk).update(is_network_admin=True)
    make_user(is_network_admin=True)
    trainer = Trainer.objects.create(user=zenobia, name=NAME, email=ADDRESS, phone=PHONE)
    led, asked = make_slot(make_workshop(house), starts_at=VISIT), make_slot(make_workshop(house), starts_at=AFTER)
    make_assignment(led, trainer)
    make_assignment(asked, trainer, state="asked")

    assert still_needed(ADDRESS, AFTER) == []
    erase(ADDRESS, now=AFTER)

    trainer.refresh_from_db()
    assert (trainer.name, trainer.email, trainer.phone, trainer.user) == (NAME, "", "", None)
    assert list(Assignment.objects.values_list("slot", flat=True)) == [led.pk]
    assert said(ADDRESS) == []
    assert house.changes.get(kind="removed").actor is None


@pytest.mark.django_db(transaction=True)
def test_of_two_who_press_at_once_both_hear_that_it_is_done(zenobia):
    visit(zenobia)

    answers = together(*[lambda: erase(ADDRESS, now=AFTER)] * 2)

    assert sorted(answer["account"] for answer in answers) == [0, 1]
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_leaves_and_who_takes_the_other_out_at_once_leave_somebody(zenobia):
    """Two organisers leave one house: the second stays, or nobody would be there."""
    house = make_partner()
    PartnerRole.objects.create(user=zenobia, partner=house)
    other = make_organiser(house)

    together(lambda: erase(ADDRESS, now=AFTER), lambda: erase(other.email, now=AFTER))

    assert house.roles.count() == 1


@pytest.mark.django_db
def test_an_office_that_cancelled_for_another_is_not_named_in_what_they_were_told():
    booking = visit(make_user(), contact=Contact("Ada", "ada@school.example", ""))
    office = make_office(booking.school, "zenobia")
    rules.cancel(booking, by=Actor.person(office), now=BOOKED, reason="Masern")
    Message.objects.create(
        kind="barrier_reported", to_address="admin@network.example", context={"answer_to": ADDRESS},
        due_at=BOOKED, next_try_at=BOOKED, created_at=BOOKED,
    )  # fmt: skip
    assert {"booking_message", "booking_change"} <= {*said(NAME), *said("Masern")}

    erase(ADDRESS, now=AFTER)

    assert (said(ADDRESS), said(NAME)) == ([], [])
    booking.refresh_from_db()
    assert (booking.state, booking.contact_name) == ("cancelled", "Ada")


@pytest.mark.django_db
def test_in_the_log_nobody_is_named_and_nothing_goes_again(client, zenobia):
    booking = visit(zenobia)
    mail = Message.objects.get(kind="booking_confirmed")
    Message.objects.filter(pk=mail.pk).update(state="sent", sent_at=BOOKED)
    erase(ADDRESS, now=AFTER)
    client.force_login(make_organiser(booking.slot.workshop.partner))

    page = client.get(f"/organise/messages/{mail.pk}/").content.decode()
    client.post(f"/organise/messages/{mail.pk}/resend/", {"fence": mail.fence})

    assert "Adresse gelöscht" in page
    assert "/resend/" not in page
    mail.refresh_from_db()
    assert (mail.state, mail.to_address) == ("sent", "")
