"""What is easily forgotten when a person leaves, and what of others stays as it is."""

from __future__ import annotations

import smtplib
from importlib import import_module

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.sessions.models import Session

from accounts.actor import Actor
from accounts.models import User
from booking import rules
from booking.messages import claims, outbox, sending
from booking.models import Bounce, Explanation, Feedback, Message
from booking.orders import Contact
from booking.privacy.erasing import erase, still_needed
from booking.privacy.exporting import export_of
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_office,
    make_school,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)
from tests.privacy.test_leaving import ADDRESS, AFTER, BOOKED, NAME, PHONE, VISIT, said, visit
from tests.together import together

pytestmark = pytest.mark.django_db
ADA = Contact("Ada", "ada@school.example", "")


@pytest.fixture
def zenobia() -> User:
    return User.objects.create_user(ADDRESS, name=NAME, phone=PHONE)


def test_not_what_a_mail_server_said_of_the_address(zenobia):
    visit(zenobia)
    Message.objects.filter(to_address=ADDRESS).update(state="failed", last_error=f"550 5.1.1 <{ADDRESS}>: no such user")

    erase(ADDRESS, now=AFTER)

    assert said(ADDRESS) == []


def test_a_sender_that_holds_a_mail_meanwhile_brings_the_address_not_back(zenobia):
    outbox.send_sign_in_code(email=ADDRESS, code="ABC123", language="de", now=AFTER)
    (held,) = claims.claim(AFTER, 1)

    class Refusing(sending.Post):
        def send(self, mail: object) -> None:
            raise smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"no such user")})

    erase(ADDRESS, now=AFTER)
    sending.hand_over(held, None, Refusing(), AFTER)  # type: ignore[arg-type]  # the mail is not looked at

    assert not Bounce.objects.exists()
    assert said(ADDRESS) == []


def test_who_asked_a_colleague_is_still_named_when_another_leaves(zenobia):
    """An organiser or office that once did something with the booking is not who asks."""
    booking = visit(make_user("ada"), contact=ADA)
    booking.record("amended", by=Actor.person(zenobia).acting_as("organiser"), at=BOOKED)
    rules.hand_over(booking, "ben@school.example", by=Actor.person(booking.owner), now=BOOKED)

    erase(ADDRESS, now=AFTER)

    assert Message.objects.get(kind="hand_over_asked").context["asker"] == "Ada"


def test_who_handed_over_by_the_link_is_named_nowhere():
    booking = visit(make_user("office"), contact=Contact("Yaro", "yaro@school.example", ""))
    booking.changes.update(on_behalf_of="Yaro")
    booking.messages.filter(kind="booking_confirmed").update(state="sent", sent_at=BOOKED)
    rules.hand_over(booking, "ben@school.example", by=Actor.link(booking.pk, booking.link_version), now=BOOKED)
    token = Message.objects.get(kind="hand_over_asked").sealed
    rules.take_over(token, name="Ben", now=BOOKED)
    assert {"booking_message", "booking_change"} <= {*said("Yaro")}

    erase("yaro@school.example", now=AFTER)

    assert said("Yaro") == []
    booking.refresh_from_db()
    assert booking.contact_name == "Ben"


def test_nor_under_the_other_address_with_which_the_account_booked(zenobia):
    visit(zenobia, contact=Contact(NAME.upper(), "z@home.example", PHONE))

    erase(ADDRESS, now=AFTER)

    assert [word for word in ("z@home.example", NAME, PHONE) if said(word)] == []


def test_what_the_teacher_wrote_of_the_visit_goes_and_the_answers_stay(zenobia):
    booking = visit(zenobia)
    given = {"answers": [4, 4, 3, 4, 4], "day": VISIT.date(), "booking": booking}
    Feedback.objects.create(**given, said_by="teacher", text="Meine Klasse war begeistert")
    Feedback.objects.create(**given, said_by="pupil", text="cool")

    erase(ADDRESS, now=AFTER)

    found = {row.said_by: (row.text, row.answers[2]) for row in Feedback.objects.all()}
    assert found == {"teacher": ("", 3), "pupil": ("cool", 3)}


def test_who_booked_for_colleagues_may_leave_and_they_come():
    office = make_office(make_school())
    booking = make_booking(make_slot(), office, contact=ADA)

    assert still_needed(office.email, in_days(1)) == []
    erase(office.email, now=in_days(1))

    booking.refresh_from_db()
    assert (booking.state, booking.contact_email, booking.owner) == ("confirmed", ADA.email, None)
    assert Message.objects.filter(booking=booking, kind="reminder", state="owed", to_address=ADA.email).exists()


def test_the_mailbox_of_a_school_is_no_persons():
    """Whoever signs in with it leaves; what the office reads of classes of others still goes there."""
    school = make_school(office_mail="office@school.example", office_copies=True)
    office = make_office(school, "office")
    booking = make_booking(make_slot(), make_user("ada"), contact=ADA, school=school)
    copies = Message.objects.filter(booking=booking, to_address=school.office_mail, context__has_key="copy")
    before = sorted(copies.values_list("kind", "state"))

    erase(office.email, now=in_days(1))

    assert before
    assert sorted(copies.values_list("kind", "state")) == before


@pytest.mark.parametrize("signs_in", [True, False])
def test_of_two_trainers_with_one_mailbox_only_one_leaves(zenobia, signs_in):
    """The house noted the colleague under the same address, with an account of another one or without."""
    house = make_workshop().partner
    mine, other = make_trainer(house, "zena"), make_trainer(house, "tom")
    mine.change(user=zenobia, email=ADDRESS)
    make_assignment(visit(make_user()).slot, mine)
    other.change(user=other.user if signs_in else None, email=ADDRESS)

    erase(ADDRESS, now=AFTER)

    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.email, other.email) == ("", ADDRESS)
    assert list(house.trainers.all()) == [other]


def test_of_who_was_invited_and_never_led_not_even_the_name_stays(zenobia):
    trainer = make_trainer(make_workshop().partner, "tom")
    trainer.change(user=zenobia, name=NAME, email=ADDRESS, phone=PHONE)

    erase(ADDRESS, now=AFTER)

    assert said(NAME) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_network_admins_who_leave_at_once_one_stays():
    admins = [make_user(is_network_admin=True) for _ in range(2)]

    together(*[lambda admin=admin: erase(admin.email, now=AFTER) for admin in admins])

    assert User.objects.filter(is_network_admin=True).count() == 1


def test_every_session_ends_and_no_others(client, zenobia):
    client.force_login(zenobia)
    kept = import_module(settings.SESSION_ENGINE).SessionStore
    for address in (ADDRESS, f"not-{ADDRESS}"):
        typed = kept()
        typed["typed_booking"] = {"slot": 1, "key": "", "fields": {"contact_email": [address], "note": ["Rampe"]}}
        typed.save()

    erase(ADDRESS, now=AFTER)

    (left,) = Session.objects.all()
    assert left.session_key == typed.session_key


def test_with_a_second_factor_a_session_alone_deletes_nobody(client, zenobia):
    TOTP.activate(zenobia, generate_totp_secret())
    codes = RecoveryCodes.activate(zenobia).get_unused_codes()
    client.force_login(zenobia)

    asked = client.post("/profile/data/", {"sure": "on"})

    assert asked["Location"].startswith("/sign-in/second/reauthenticate/?next=")
    assert User.objects.filter(pk=zenobia.pk).exists()
    done = client.post(asked["Location"], {"code": codes[0], "next": "/profile/data/"})
    assert done["Location"] == "/"
    assert not User.objects.filter(pk=zenobia.pk).exists()


def test_the_file_says_what_the_teacher_wrote_after_the_visit(zenobia):
    booking = visit(zenobia)
    Explanation.objects.create(booking=booking, text="Stau", at=AFTER)
    Feedback.objects.create(booking=booking, said_by="teacher", answers=[4] * 5, text="gern wieder", day=VISIT.date())
    Feedback.objects.create(booking=booking, said_by="pupil", answers=[1] * 5, text="cool", day=VISIT.date())
    Bounce.objects.create(address=ADDRESS, reason="550 full", at=AFTER)

    file = export_of(ADDRESS, AFTER)

    assert [row["explanation_text"] for row in file["bookings"]] == ["Stau"]
    assert [row["text"] for row in file["feedback"]] == ["gern wieder"]
    assert [row["reason"] for row in file["mails_refused"]] == ["550 full"]
