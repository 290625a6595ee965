"""Who waits for a date hears when one opens: once a day, only while it is true, and until they say stop."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actor import Actor
from booking import planning, rules
from booking.clock.retention import erase_expired
from booking.messages import delivery
from booking.messages.about import load_subjects
from booking.messages.relevance import why_not
from booking.models import Message, Watch
from booking.planning import Opening
from booking.wishes import watching
from tests.factories import in_days, make_booking, make_organiser, make_partner, make_slot, make_user, make_workshop
from tests.together import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop():
    return make_workshop(make_partner("lab"), slug="robots")


@pytest.fixture
def by(workshop):
    return Actor.person(make_organiser(workshop.partner, "olga"))


@pytest.fixture
def ada():
    return make_user("ada")


def waits(workshop, user=None, **wish) -> Watch:
    values = {"grade": None, "month": "", "language": "de"} | wish
    return watching.watch(workshop, by=Actor.person(user or make_user()), now=timezone.now(), **values)


def mails() -> list[Message]:
    return list(Message.objects.filter(kind="slot_opened").order_by("pk"))


def open_one(workshop, by, days=40, now=None, **extra):
    return planning.open_slot(Opening(workshop, in_days(days), **extra), by=by, now=now or timezone.now())


def reason(message: Message, now=None) -> str:
    load_subjects([message])
    return why_not(message, now or timezone.now())


def test_a_new_date_is_told_to_who_waits_for_it(workshop, by, ada):
    waits(workshop, ada)
    waits(make_workshop())
    slot = open_one(workshop, by)

    (message,) = mails()

    assert (message.to_user, message.context["slots"], reason(message)) == (ada, [slot.pk], "")
    mail = delivery.compose(message).email
    assert f"/slots/{slot.pk}/book/" in mail.body
    assert mail.reply_to == ["lab@lab.example"]


def test_several_dates_of_a_day_are_one_mail_and_what_comes_after_it_is_told_tomorrow(workshop, by):
    waits(workshop)
    first, second = open_one(workshop, by), open_one(workshop, by, 41)
    (message,) = mails()
    assert message.context["slots"] == [first.pk, second.pk]

    Message.objects.filter(pk=message.pk).update(state="sent")
    third, fourth = open_one(workshop, by, 42), open_one(workshop, by, 43)

    today, tomorrow = mails()
    assert today.context["slots"] == [first.pk, second.pk]
    assert tomorrow.context["slots"] == [third.pk, fourth.pk]
    assert timezone.localtime(tomorrow.due_at).date() == timezone.localtime(today.due_at).date() + timedelta(days=1)
    assert timezone.localtime(tomorrow.due_at).hour == 8


@pytest.mark.parametrize(
    ("wish", "heard"),
    [({"grade": 7}, True), ({"grade": 12}, False), ({"month": "fits"}, True), ({"month": "2020-01"}, False)],
)
def test_only_what_fits_is_told(workshop, by, wish, heard):
    month = f"{in_days(40):%Y-%m}" if wish.get("month") == "fits" else wish.get("month", "")
    waits(workshop, grade=wish.get("grade"), month=month)

    open_one(workshop, by)

    assert bool(mails()) is heard


@pytest.mark.parametrize("extra", [{"listed": False}, {"state": "closed"}])
def test_what_nobody_can_book_from_the_catalogue_is_not_told(workshop, by, extra):
    waits(workshop)

    open_one(workshop, by, **extra)

    assert mails() == []


def test_a_date_that_opens_again_and_places_that_become_free_are_told(workshop, by):
    slot = make_slot(workshop)
    booking = make_booking(slot)
    waits(workshop)
    rules.cancel(booking, by=by, now=timezone.now(), reason="krank")
    assert len(mails()) == 1

    Message.objects.all().delete()
    planning.close_slot(slot, by=by, now=timezone.now())
    assert mails() == []
    planning.reopen_slot(slot, by=by, now=timezone.now())
    assert len(mails()) == 1


def test_a_class_that_waits_comes_before_who_only_watches(workshop, by):
    slot = make_slot(workshop)
    booking = make_booking(slot)
    make_booking(slot)
    waits(workshop)

    rules.cancel(booking, by=by, now=timezone.now(), reason="krank")

    assert mails() == []


def test_a_date_that_went_meanwhile_and_a_wish_that_ended_are_not_told(workshop, by, ada):
    one = waits(workshop, ada)
    slot = open_one(workshop, by)
    other = make_booking(slot)
    assert reason(mails()[0]) == "no date is free"

    rules.cancel(other, by=by, now=timezone.now(), reason="krank")
    assert reason(mails()[0]) == ""
    assert reason(mails()[0], one.ends_at) == "the wish has ended"
    make_booking(make_slot(workshop), ada)
    assert reason(mails()[0]) == "the wish has ended"


def test_a_wish_ends_with_a_booking_or_after_a_year_and_is_deleted(workshop, by, ada):
    waits(workshop, ada)
    other = waits(workshop)
    make_booking(make_slot(workshop), ada)

    open_one(workshop, by)
    assert [message.to_user for message in mails()] == [other.user]
    erase_expired(timezone.now())
    assert list(Watch.objects.all()) == [other]
    erase_expired(timezone.now() + timedelta(days=366))
    assert not Watch.objects.exists()


def test_the_mail_program_ends_the_wish_with_one_click_and_looking_changes_nothing(workshop, by, ada):
    waits(workshop, ada)
    kept = waits(make_workshop(), ada)
    open_one(workshop, by)
    (message,) = mails()
    load_subjects([message])
    mail = delivery.compose(message).email
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = mail.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://testserver")
    assert path in mail.body
    mailer = Client(enforce_csrf_checks=True)

    assert mailer.get(path).status_code == 200
    assert Watch.objects.count() == 2
    assert mailer.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert list(Watch.objects.all()) == [kept]
    assert mailer.post(path).status_code == 200
    assert mailer.post(path[:-3] + "x/").status_code == 404


def test_the_same_wish_twice_is_one(workshop, ada):
    assert waits(workshop, ada, grade=7).pk == waits(workshop, ada, grade=7).pk
    assert waits(workshop, ada, grade=8).pk != waits(workshop, ada, grade=7).pk


def test_a_stranger_proves_the_address_before_any_mail_goes_there(client, workshop):
    to_code = client.post(
        "/workshops/robots/watch/", {"grade": "7", "month": "", "contact_email": "new@school.example"}
    )
    assert not Watch.objects.exists()
    code = Message.objects.filter(kind="sign_in_code").latest("pk").sealed

    done = client.post(to_code["Location"], {"code": code})

    assert done["Location"] == "/wishes/"
    assert (Watch.objects.get().user.email, Watch.objects.get().grade) == ("new@school.example", 7)


@pytest.mark.parametrize("dates", [1, 200])
def test_two_hundred_dates_ask_as_often_as_one(workshop, dates, django_assert_max_num_queries):
    for _ in range(3):
        waits(workshop)
    slots = [make_slot(workshop, starts_at=in_days(40 + number)) for number in range(dates)]

    with django_assert_max_num_queries(6):
        watching.tell_opened(slots, now=timezone.now())

    assert [len(message.context["slots"]) for message in mails()] == [dates] * 3


@pytest.mark.django_db(transaction=True)
def test_two_openings_at_once_are_one_mail_with_both(workshop, by):
    for _ in range(5):
        waits(workshop)

    slots = together(*(partial(open_one, workshop, by, days) for days in (40, 41)))

    assert [set(message.context["slots"]) for message in mails()] == [{slot.pk for slot in slots}] * 5
