"""A real sender, killed, cut off and told to go while mails go out."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.utils import timezone

from booking.messages import outbox
from booking.models import Message
from config.engines import Engines
from tests.faults.running import ROOT, until
from tests.settings import HOME
from tests.smtp_sink import Sink

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink(delay=0.005) as sink:
        yield sink


@contextmanager
def sender(sink: Sink, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """`send_due --loop` on the database of this test."""
    database = connection.settings_dict["NAME"]
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": f"postgres://postgres@/{database}?host={Engines(HOME).sockets}",
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        "OUTBOX_TICK_SECONDS": "0.2",
        "OUTBOX_LEASE_SECONDS": "2",
        **settings,
    }
    process = subprocess.Popen([sys.executable, "manage.py", "send_due", "--loop"], cwd=ROOT, env=env)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def owe(count: int) -> None:
    now = timezone.now()
    for number in range(count):
        outbox.send_sign_in_code(email=f"t{number}@school.example", code="123456", language="de", now=now)
    Message.objects.update(useful_until=None)


def ids(sink: Sink) -> Counter[str]:
    return Counter(str(mail["Message-ID"]) for mail in list(sink.mails))


def kill_while_sending(sink: Sink, *, mails: int, kills: int) -> None:
    owe(mails)
    for kill in range(1, kills + 1):
        with sender(sink):
            until(lambda goal=kill * mails // (kills + 1): len(sink.mails) >= goal, seconds=60)
    with sender(sink):
        until(lambda: not Message.objects.unsent().exists(), seconds=60)

    seen = ids(sink)
    doubled = sum(seen.values()) - len(seen)
    print(f"{mails} mails, {kills} kills: {mails - len(seen)} lost, {doubled} doubled")
    assert set(seen) == set(Message.objects.values_list("message_id", flat=True))
    assert doubled <= kills


def test_a_sender_that_is_killed_loses_nothing_and_doubles_at_most_one_mail_a_kill(sink):
    kill_while_sending(sink, mails=120, kills=3)


@pytest.mark.soak
def test_forty_kills_while_a_thousand_mails_go_out(sink):
    kill_while_sending(sink, mails=1_000, kills=40)


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
        began = time.monotonic()
        owe(1)
        until(lambda: len(sink.mails) == 2, seconds=10)

    assert time.monotonic() - began < 2


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


def test_a_mail_server_that_comes_back_gets_everything_at_the_next_tick(sink):
    port = sink.port
    sink.__exit__()
    owe(20)
    again = Sink(port=port)
    with sender(sink):
        time.sleep(3)
        assert set(Message.objects.values_list("state", "tries")) <= {("owed", 0), ("claimed", 1)}
        with again:
            until(lambda: len(again.mails) == 20, seconds=20)


def test_a_server_that_takes_mails_and_breaks_off_gets_those_again_and_no_others(sink):
    sink.breaks_off = 3
    owe(30)
    with sender(sink, OUTBOX_RETRY_BASE_SECONDS="0.5"):
        until(lambda: not Message.objects.unsent().exists(), seconds=60)

    seen = ids(sink)
    doubled = sum(seen.values()) - len(seen)
    print(f"30 owed, 3 breaks after DATA: {30 - len(seen)} lost, {doubled} doubled")
    assert set(seen) == set(Message.objects.values_list("message_id", flat=True))
    assert 1 <= doubled <= 3
    assert max(seen.values()) <= 4


def test_an_address_that_is_refused_fails_alone_and_is_not_tried_again(sink):
    sink.refuse = {"t3@school.example": "550 no such user"}
    owe(20)
    with sender(sink):
        until(lambda: Message.objects.filter(state="sent").count() == 19, seconds=60)
        owe(1)
        until(lambda: Message.objects.filter(state="sent").count() == 20, seconds=60)

    failed = Message.objects.exclude(state="sent").get()
    assert (failed.state, failed.to_address, failed.tries) == ("failed", "t3@school.example", 1)
    assert "550 no such user" in failed.last_error
    assert len(sink.mails) == 20


def test_a_server_that_hangs_holds_up_one_mail_and_not_the_sender(sink):
    sink.silent = True
    owe(3)
    with sender(sink, EMAIL_TIMEOUT="0.5", OUTBOX_RETRY_BASE_SECONDS="0.5", OUTBOX_LEASE_SECONDS="6"):
        until(lambda: Message.objects.filter(tries__gte=1).exists(), seconds=60)
        sink.silent = False
        until(lambda: not Message.objects.unsent().exists(), seconds=60)

    assert set(ids(sink)) == set(Message.objects.values_list("message_id", flat=True))


def test_two_senders_at_once_share_the_work(sink):
    owe(80)
    with sender(sink), sender(sink):
        until(lambda: not Message.objects.unsent().exists(), seconds=60)

    assert set(ids(sink).values()) == {1}
    assert len(sink.mails) == 80
