"""The digest of a morning: all that is open for an organiser, once a school day, only if there is something."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from accounts.actor import Actor
from accounts.models import Tally
from booking import rules
from booking.clock.due import decide_due
from booking.clock.morning import send_digests
from booking.desk.open_work import MOST_OTHERS, TASKS, read
from booking.messages import delivery
from booking.messages.about import load_subjects
from booking.models import Booking, Message, MessageChoice
from booking.orders import Contact
from booking.wishes import inquiring
from booking.wishes.inquiring import Question
from tests.factories import (
    make_assignment,
    make_booking,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


BOOKED, MORNING = at("2027-03-01T10:00"), at("2027-04-16T07:30")


@pytest.fixture
def partner():
    return make_partner("lab")


@pytest.fixture
def olga(partner):
    return make_organiser(partner, "olga")


def requests(partner, n: int) -> None:
    for _ in range(n):
        make_booking(
            make_slot(make_workshop(partner, booking_mode="request"), starts_at=at("2027-09-07T08:00")), at=BOOKED
        )


def visit(partner, starts_at: datetime, led: bool = True) -> Booking:
    slot = make_slot(make_workshop(partner), starts_at=starts_at)
    if led:
        make_assignment(slot, make_trainer(partner))
    return make_booking(slot, at=BOOKED)


def unanswered(partner, n: int) -> None:
    for day in range(n):
        booking = visit(partner, at("2027-05-11T08:00") + timedelta(days=day))
        Booking.objects.filter(pk=booking.pk).update(reconfirm_step="overdue", reconfirm_due_at=None)


def explained(partner, n: int) -> None:
    tom = make_trainer(partner)
    for day in range(n):
        booking, at_noon = visit(partner, at("2027-03-09T08:00") + timedelta(days=day)), at("2027-03-20T12:00")
        make_assignment(booking.slot, tom)
        rules.attend(booking, rules.Counts(no_show=True), by=Actor.person(tom.user), now=at_noon)
        rules.explain_missed(booking, "The bus broke down.", by=Actor.person(booking.owner), now=at_noon)


def unrecorded(partner, n: int) -> None:
    for day in range(n):
        visit(partner, at("2027-04-01T08:00") + timedelta(days=day))


def unstaffed(partner, n: int) -> None:
    for day in range(n):
        visit(partner, at("2027-04-20T08:00") + timedelta(days=day), led=False)


def inquiries(partner, n: int) -> None:
    for _ in range(n):
        question = Question(
            make_workshop(partner), make_school(), 24, (7,), "im Mai", "", Contact("Ada", "a@b.example")
        )
        inquiring.ask(question, by=Actor.person(make_user()), now=BOOKED)


def failed(partner, n: int) -> None:
    for day in range(n):
        booking = visit(partner, at("2027-06-08T08:00") + timedelta(days=day))
        mail = Message.objects.filter(booking=booking, kind="booking_confirmed")
        mail.update(state="failed", created_at=MORNING - timedelta(days=1))


MAKE = {
    "requests": requests,
    "inquiries": inquiries,
    "unanswered": unanswered,
    "explained": explained,
    "unrecorded": unrecorded,
    "unstaffed": unstaffed,
    "failed": failed,
}


def digest(user) -> Message:
    message = Message.objects.get(kind="requests_digest", to_user=user)
    load_subjects([message])
    return message


@pytest.mark.parametrize("task", TASKS)
def test_each_task_alone_is_worth_a_mail_that_says_what_it_is(task, partner, olga):
    MAKE[task](partner, 2)
    MAKE[task](make_partner(), 1)  # of another house

    assert send_digests(MORNING) == 1

    message = digest(olga)
    assert message.open_work.counts == {name: 2 * (name == task) for name in TASKS}
    subjects = set()
    for language in ("de", "en"):
        with translation.override(language):
            summary = message.open_work.summary
        message.language = language
        mail = delivery.compose(message).email
        assert summary in mail.subject
        assert summary in mail.body
        subjects.add(mail.subject)
    assert len(subjects) == 2


@pytest.mark.parametrize(
    ("task", "kind"),
    [("requests", "request_arrived"), ("unanswered", "reconfirm_missing"), ("unrecorded", "attendance_open")],
)
def test_what_somebody_wants_no_mail_of_is_not_in_it(task, kind, partner, olga):
    MessageChoice.objects.create(user=olga, kind=kind, how="never")
    MAKE[task](partner, 1)
    assert send_digests(MORNING) == 0

    unstaffed(partner, 1)

    assert task not in read(olga, MORNING).counts


@pytest.mark.parametrize(
    ("task", "day", "told"),
    [
        (unrecorded, "2027-04-02", False),  # the trainer was asked only this morning
        (unrecorded, "2027-04-20", True),
        (unrecorded, "2027-05-14", False),  # nobody is nagged for ever
        (unstaffed, "2027-03-15", False),  # far ahead
        (failed, "2027-05-03", False),  # long ago
    ],
)
def test_a_task_is_told_while_somebody_can_do_something_about_it(task, day, told, partner, olga):
    task(partner, 1)

    assert send_digests(at(f"{day}T07:30")) == told


def test_what_turns_up_in_the_day_waits_for_the_next_morning(partner, olga):
    assert send_digests(MORNING) == 0
    unstaffed(partner, 1)

    assert send_digests(MORNING + timedelta(hours=3)) == 0
    assert send_digests(at("2027-04-19T07:30")) == 1


def test_two_clocks_and_a_lost_mark_make_no_second_mail(partner, olga):
    unstaffed(partner, 1)
    for _ in range(2):
        decide_due(MORNING)
    Tally.objects.all().delete()
    decide_due(MORNING + timedelta(minutes=1))

    assert Message.objects.filter(kind="requests_digest").count() == 1


def test_a_long_list_is_cut_and_says_so(partner, olga):
    unstaffed(partner, 7)
    send_digests(MORNING)

    body = delivery.compose(digest(olga)).email.body

    assert body.count(": Workshop ") == MOST_OTHERS
    assert "Es ist mehr, als diese Mail aufzählt." in body
    assert len(body) < 10_000


def test_it_asks_as_much_for_many_as_for_few(partner, olga, django_assert_max_num_queries):
    for task in MAKE.values():
        task(partner, 1)
    with django_assert_max_num_queries(20) as few:
        read(olga, MORNING)
    for task in MAKE.values():
        task(partner, 4)
    with django_assert_max_num_queries(len(few)):
        read(olga, MORNING)
