"""How organisers hear of new requests: at once, in the morning of a school day, or not by mail."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from booking.clock.due import decide_due
from booking.messages import resending, sending
from booking.models import Booking, Message, MessageChoice
from tests.factories import make_booking, make_organiser, make_partner, make_slot, make_user, make_workshop
from workshops.models import PartnerRole

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY, MONDAY = "2027-04-16", "2027-04-19"
FIRST_OF_MAY_EVE, ASCENSION, WEEKEND, SUMMER = "2027-04-30", "2027-05-06", "2027-04-17", "2027-07-20"


def at(day: str, clock: str = "07:30") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=BERLIN)


@pytest.fixture
def partner():
    return make_partner("lab")


@pytest.fixture
def olga(partner):
    return make_organiser(partner, "olga")


def wants(user, how: str) -> None:
    MessageChoice.objects.create(user=user, kind="request_arrived", how=how)


def ask(partner, when: datetime, name: str = "7b") -> Booking:
    slot = make_slot(make_workshop(partner, booking_mode="request"), starts_at=at("2027-09-07", "08:00"))
    return make_booking(slot, at=when, group_name=name)


def told() -> list[str]:
    return sorted(Message.objects.filter(kind="request_arrived").values_list("to_address", flat=True))


def digests() -> int:
    return Message.objects.filter(kind="requests_digest").count()


def test_each_organiser_gets_an_own_mail_in_the_own_language(partner, olga):
    otto = make_organiser(partner, "otto")
    type(otto).objects.filter(pk=otto.pk).update(language="en")
    make_organiser(make_partner(), "eve")

    ask(partner, at(FRIDAY, "10:00"))

    assert told() == ["olga@school.example", "otto@school.example"]
    assert Message.objects.get(kind="request_arrived", to_user=otto).language == "en"


def test_the_mailbox_hears_only_where_the_house_has_nobody(partner):
    ask(partner, at(FRIDAY, "10:00"))

    assert told() == ["lab@lab.example"]


@pytest.mark.parametrize("how", ["digest", "never"])
def test_who_wants_no_mail_at_once_gets_none_and_neither_does_the_mailbox(partner, olga, how):
    wants(olga, how)

    ask(partner, at(FRIDAY, "10:00"))

    assert told() == []


@pytest.mark.parametrize(
    ("day", "clock", "mails"),
    [
        (FRIDAY, "07:29", 0),
        (FRIDAY, "07:30", 1),
        (FRIDAY, "11:00", 1),  # after an outage
        (FRIDAY, "20:00", 0),  # nobody reads it then
        (WEEKEND, "07:30", 0),
        (ASCENSION, "07:30", 0),
        (SUMMER, "07:30", 0),
    ],
)
def test_the_digest_comes_in_the_morning_of_school_days(partner, olga, day, clock, mails):
    wants(olga, "digest")
    ask(partner, at("2027-04-15", "10:00"))

    decide_due(at(day, clock))
    decide_due(at(day, clock))

    assert digests() == mails


def test_the_digest_of_one_house_is_seen_there_when_it_fails_and_is_not_sent_late(partner, olga):
    wants(olga, "digest")
    ask(partner, at("2027-04-15", "10:00"))
    decide_due(at(FRIDAY))
    Message.objects.filter(kind="requests_digest").update(state="failed")
    otto = make_organiser(partner, "otto")

    failed = Message.objects.failed().organised_by(otto).get()

    assert failed.partner == partner
    assert not resending.try_again(failed, now=at(FRIDAY, "18:00"))
    assert resending.try_again(failed, now=at(FRIDAY, "08:00"))


def test_the_digest_of_who_organises_several_houses_is_of_none_of_them(partner, olga):
    PartnerRole.objects.create(user=olga, partner=make_partner("museum"))
    wants(olga, "digest")
    ask(partner, at("2027-04-15", "10:00"))

    decide_due(at(FRIDAY))

    assert Message.objects.get(kind="requests_digest").partner is None


def test_each_morning_has_its_own_and_what_comes_later_waits_for_the_next(partner, olga):
    wants(olga, "digest")
    ask(partner, at(FRIDAY, "09:00"))
    decide_due(at(FRIDAY, "09:01"))
    assert digests() == 0

    decide_due(at(MONDAY))
    decide_due(at("2027-04-20"))
    assert digests() == 2


def test_with_nothing_open_there_is_nothing_to_read(partner, olga):
    wants(olga, "digest")
    ask(make_partner(), at("2027-04-15", "10:00"))  # of another house

    decide_due(at(FRIDAY))

    assert digests() == 0


def test_who_wants_to_hear_nothing_of_requests_is_not_told_of_them_in_the_morning(partner, olga):
    wants(olga, "never")
    wants(make_user("gone"), "digest")  # organises nothing any more
    ask(partner, at("2027-04-15", "10:00"))

    decide_due(at(FRIDAY))

    assert digests() == 0


def test_who_heard_at_once_is_reminded_in_the_morning_and_who_switched_that_off_is_not(partner, olga):
    MessageChoice.objects.create(user=make_organiser(partner, "otto"), kind="requests_digest", how="never")
    ask(partner, at("2027-04-15", "10:00"))

    decide_due(at(FRIDAY))

    assert [message.to_user for message in Message.objects.filter(kind="requests_digest")] == [olga]


@pytest.mark.django_db(transaction=True)
def test_the_digest_lists_what_is_open_with_its_age(partner, olga, smtp):
    wants(olga, "digest")
    ask(partner, at("2027-04-12", "10:00"), name="7b")
    ask(partner, at("2027-04-15", "10:00"), name="8a")
    decide_due(at(FRIDAY))
    sending.send_due(at(FRIDAY, "07:31"))

    mail = smtp.to("olga@school.example")[-1]
    text = mail.get_body(("plain",)).get_content()
    assert text.index("7b") < text.index("8a")
    assert "4" in text
    assert "/organise/requests/" in text


@pytest.mark.django_db(transaction=True)
def test_what_was_decided_before_the_mail_goes_out_is_not_told(partner, olga, smtp):
    wants(olga, "digest")
    booking = ask(partner, at("2027-04-12", "10:00"))
    decide_due(at(FRIDAY))
    Booking.objects.filter(pk=booking.pk).update(state="declined", places_held=0)
    sending.send_due(at(FRIDAY, "07:31"))

    assert Message.objects.get(kind="requests_digest").last_error == "nothing is open"
