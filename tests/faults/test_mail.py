"""A real sender, killed, cut off and told to go while mails go out."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from functools import partial

import pytest
from django.db import connection

from booking.models import Message
from tests.faults import mishaps
from tests.faults.posting import owe, sender
from tests.faults.running import until
from tests.smtp_sink import Sink

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink(delay=0.005) as sink:
        yield sink


whole = partial(pytest.param, marks=pytest.mark.soak)


@pytest.mark.parametrize(("mails", "kills"), [(120, 3), whole(1_000, 40)])
def test_a_sender_that_is_killed_loses_nothing_and_doubles_at_most_one_mail_a_kill(sink, mails, kills):
    mishaps.killed(sink, mails=mails, kills=kills)


@pytest.mark.parametrize("times", [1, whole(10)])
def test_a_sender_that_slept_through_its_lease_gives_up_what_another_has_sent(sink, times):
    mishaps.asleep(sink, times=times)


def test_told_to_go_a_sender_finishes_its_mail_and_gives_the_rest_back(sink):
    sink.delay = 0.05
    owe(60)
    with sender(sink, OUTBOX_LEASE_SECONDS="600") as process:
        until(lambda: len(sink.mails) >= 5, seconds=60)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0

    sent = Message.objects.filter(state="sent").count()
    assert sent == len(sink.mails) < 60
    assert set(Message.objects.exclude(state="sent").values_list("state", "tries")) == {("owed", 0)}


def test_a_code_wakes_the_sender_at_once(sink):
    with sender(sink, OUTBOX_TICK_SECONDS="300"):
        owe(1)
        until(lambda: len(sink.mails) == 1, seconds=60)
        owe(1)
        until(lambda: len(sink.mails) == 2, seconds=120)  # long before the tick


def test_a_sender_that_loses_its_database_finds_it_again(sink):
    with sender(sink):
        owe(1)
        until(lambda: len(sink.mails) == 1, seconds=60)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        owe(1)
        until(lambda: len(sink.mails) == 2, seconds=20)


@pytest.mark.parametrize(("mails", "times"), [(20, 1), whole(500, 10)])
def test_a_mail_server_that_comes_back_gets_everything_at_the_next_tick(sink, mails, times):
    mishaps.away(sink, mails=mails, times=times)


@pytest.mark.parametrize(("mails", "breaks"), [(30, 3), whole(1_000, 100)])
def test_a_server_that_takes_mails_and_breaks_off_gets_those_again_and_no_others(sink, mails, breaks):
    mishaps.breaks_off(sink, mails=mails, breaks=breaks)


@pytest.mark.parametrize("mails", [20, whole(1_000)])
def test_an_address_that_is_refused_fails_alone_and_is_not_tried_again(sink, mails):
    mishaps.one_refused(sink, mails=mails)


@pytest.mark.parametrize(("mails", "times"), [(3, 1), whole(300, 10)])
def test_a_server_that_hangs_holds_up_one_mail_and_not_the_sender(sink, mails, times):
    mishaps.hangs(sink, mails=mails, times=times)


@pytest.mark.parametrize(("mails", "senders"), [(80, 2), whole(1_000, 3)])
def test_senders_at_once_share_the_work(sink, mails, senders):
    mishaps.shared(sink, mails=mails, senders=senders)


@pytest.mark.parametrize("classes", [3, whole(20)])
def test_who_cancels_while_the_mail_waits_reads_of_the_cancellation_alone(sink, classes):
    mishaps.called_off(sink, classes=classes)
