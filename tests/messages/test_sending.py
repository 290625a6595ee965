from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.actor import Actor
from booking import rules
from booking.messages import claims, outbox, sending
from booking.models import Message
from tests.factories import make_booking, make_slot, make_user, make_workshop

pytestmark = pytest.mark.django_db(transaction=True)
ADA = "ada@school.example"


@pytest.fixture
def now():
    return timezone.now()


def states(**wanted):
    return sorted(Message.objects.filter(**wanted).values_list("kind", "state"))


def owe_codes(*addresses, now):
    for address in addresses:
        outbox.send_sign_in_code(email=address, code="123456", language="de", now=now)


def test_what_is_due_is_sent_and_reminders_wait_for_their_day(smtp, now):
    booking = make_booking(at=now)

    assert sending.send_due(now) == {"sent": 1}

    (mail,) = smtp.to(ADA)
    assert mail["Message-ID"] == Message.objects.get(kind="booking_confirmed").message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert states(booking=booking) == [("booking_confirmed", "sent"), ("reminder", "owed"), ("reminder", "owed")]
    assert sending.send_due(now) == {}


def test_codes_go_before_all_else_and_are_wiped_when_sent(smtp, now):
    make_booking(at=now)
    owe_codes("teacher@school.example", now=now)

    sending.send_due(now)

    assert smtp.envelopes[0].rcpt_tos == ["teacher@school.example"]
    assert "123456" in smtp.mails[0]["Subject"]
    assert Message.objects.get(kind="sign_in_code").sealed == ""


def test_two_senders_share_the_work_and_nothing_goes_twice(smtp, now):
    owe_codes(*(f"t{number}@school.example" for number in range(60)), now=now)

    def send():
        sending.send_due(now)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(smtp.mails) == len({mail["Message-ID"] for mail in smtp.mails}) == 60
    assert not Message.objects.exclude(state="sent").exists()


def test_a_sender_that_dies_loses_nothing_and_the_mail_keeps_its_id(smtp, now):
    owe_codes("teacher@school.example", now=now)
    (claimed,) = claims.claim(now, 10)  # and then the worker is gone

    assert sending.send_due(now) == {}
    assert sending.send_due(now + timedelta(minutes=9)) == {}  # the lease is of a process, whatever we say the time is
    Message.objects.update(lease_until=timezone.now())
    assert sending.send_due(now) == {"sent": 1}
    assert smtp.mails[0]["Message-ID"] == claimed.message_id


def test_who_lost_the_lease_changes_nothing_any_more(now):
    owe_codes("teacher@school.example", now=now)
    (slow,) = claims.claim(now, 10)
    Message.objects.update(lease_until=timezone.now())
    (quick,) = claims.claim(now, 10)

    assert not claims.mark_sent(slow, now)
    assert not claims.fail(slow, "550 no such user")
    assert claims.mark_sent(quick, now)


def test_one_bad_address_does_not_hold_up_the_rest(smtp, now):
    smtp.refuse["gone@school.example"] = "550 no such user"
    owe_codes("gone@school.example", "teacher@school.example", now=now)

    assert sending.send_due(now) == {"failed": 1, "sent": 1}

    failed = Message.objects.get(state="failed")
    assert (failed.to_address, failed.last_error) == ("gone@school.example", "550 no such user")
    assert failed.sealed == ""


def test_what_the_server_puts_off_is_tried_again_after_growing_waits(smtp, now):
    smtp.refuse["teacher@school.example"] = "451 greylisted"
    owe_codes("teacher@school.example", now=now)
    Message.objects.update(useful_until=None)

    waits = []
    for _try in range(11):
        sending.send_due(now)
        message = Message.objects.get()
        waits.append((message.next_try_at - now).total_seconds() / 60)
        now = message.next_try_at

    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]
    smtp.refuse.clear()
    assert sending.send_due(now) == {"sent": 1}


def test_after_many_tries_a_message_fails_and_says_why(smtp, now):
    smtp.refuse["teacher@school.example"] = "451 greylisted"
    owe_codes("teacher@school.example", now=now)
    Message.objects.update(useful_until=None, tries=claims.MOST_TRIES - 1)

    assert sending.send_due(now) == {"retried": 1}
    assert states() == [("sign_in_code", "failed")]


def test_without_a_mail_server_everything_stays_owed_and_nothing_counts_as_a_try(settings, now):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    owe_codes("a@school.example", "b@school.example", now=now)

    assert sending.send_due(now) == {"waiting": 1}
    assert set(Message.objects.values_list("state", "tries", "next_try_at")) == {("owed", 0, now)}


def test_a_server_that_does_not_answer_delays_one_message_not_the_queue(smtp, settings, now):
    settings.EMAIL_TIMEOUT = 0.2
    smtp.silent = True
    owe_codes(*(f"t{number}@school.example" for number in range(5)), now=now)

    sending.send_due(now)

    assert sorted(Message.objects.values_list("tries", flat=True)) == [0, 0, 0, 1, 1]
    assert Message.objects.filter(context__unanswered=True).count() == 2
    smtp.silent = False
    assert sending.send_due(now) == {"sent": 3}
    assert sending.send_due(now + timedelta(minutes=1)) == {"sent": 2}


def test_a_code_that_is_too_old_is_not_sent(smtp, now):
    owe_codes("teacher@school.example", now=now)

    assert sending.send_due(now + timedelta(minutes=10)) == {"dropped": 1}
    assert Message.objects.get().last_error == "too late"
    assert Message.objects.get().sealed == ""


def test_nobody_is_reminded_of_a_cancelled_visit(smtp, now):
    booking = make_booking(owner=make_user("ada"), at=now)
    sending.send_due(now)
    rules.cancel(booking, by=Actor.person(booking.owner), now=now)

    sending.send_due(booking.slot.starts_at - timedelta(days=1))

    assert sorted(Message.objects.filter(state="sent").values_list("kind", flat=True)) == [
        "booking_cancelled",
        "booking_confirmed",
    ]
    assert len(smtp.to(ADA)) == 2
    assert {row.last_error for row in Message.objects.filter(kind="reminder")} == {"cancelled"}


def test_a_reminder_that_was_claimed_before_the_visit_was_cancelled_is_dropped_too(smtp, now):
    booking = make_booking(at=now)
    Message.objects.filter(kind="reminder").update(state="claimed", lease_until=now)
    rules.cancel(booking, by=Actor.person(booking.owner), now=now)

    sending.send_due(now)

    assert states(kind="reminder") == [("reminder", "dropped")] * 2


def test_a_reminder_after_a_long_outage_is_dropped_when_the_visit_has_begun(smtp, now):
    booking = make_booking(at=now)
    sending.send_due(now)

    assert sending.send_due(booking.slot.starts_at) == {"dropped": 2}


def test_two_reminders_that_an_outage_held_back_go_out_as_one(smtp, now):
    booking = make_booking(at=now)
    sending.send_due(now)
    first, second = Message.objects.filter(kind="reminder").order_by("due_at")

    assert sending.send_due(booking.slot.starts_at - timedelta(minutes=1)) == {"dropped": 1, "sent": 1}

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.last_error) == ("dropped", "a later reminder is due")
    assert second.state == "sent"


def test_a_message_that_cannot_be_written_does_not_stop_the_others(smtp, now):
    owe_codes("teacher@school.example", now=now)
    Message.objects.create(
        kind="no_such_kind", to_address="a@school.example", due_at=now, next_try_at=now, created_at=now, priority=0
    )

    assert sending.send_due(now) == {"retried": 1, "sent": 1}


def test_asked_to_stop_a_sender_gives_back_what_it_did_not_send(smtp, now):
    owe_codes(*(f"t{number}@school.example" for number in range(5)), now=now)
    asked = iter([False, False, False, True, True, True])

    assert sending.send_due(now, stop=lambda: next(asked)) == {"sent": 2}
    assert set(Message.objects.exclude(state="sent").values_list("state", "tries")) == {("owed", 0)}


def test_a_trainer_hears_of_a_class_that_is_coming_and_not_of_a_request(smtp, now):
    from tests.factories import make_assignment, make_trainer

    for mode in ("instant", "request"):
        slot = make_slot(make_workshop(booking_mode=mode))
        make_assignment(slot, make_trainer(slot.workshop.partner, mode))
        booking = make_booking(slot, make_user(), at=now)
        rules.cancel(booking, by=Actor.person(booking.owner), now=now)

    kinds = Message.objects.filter(to_address__in=["instant@school.example", "request@school.example"])
    assert sorted(kinds.values_list("to_address", "kind")) == [
        ("instant@school.example", "class_cancelled"),
        ("instant@school.example", "class_confirmed"),
    ]


def test_a_batch_asks_the_database_the_same_few_questions_whatever_its_size(smtp, now, django_assert_max_num_queries):
    for _ in range(12):
        make_booking(at=now)

    with django_assert_max_num_queries(10 + 12):  # one for each mail: the mark that it was sent
        sending.send_due(now)
