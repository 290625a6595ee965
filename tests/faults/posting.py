"""What brings mails out, as real processes on the database of a test, and what became of each mail."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil
from django.db import connection
from django.utils import timezone

from booking.messages import outbox
from booking.models import Message
from config.engines import Engines
from tests.faults.running import ROOT, until
from tests.settings import HOME
from tests.smtp_sink import Sink

LOOP = ["-m", "django", "send_due", "--loop"]
CELERY = ["-m", "celery", "--app", "config.celery"]
WORKER = [*CELERY, "worker", "--concurrency", "1", "--loglevel", "ERROR", "--without-gossip", "--without-mingle"]
BEAT = [*CELERY, "beat", "--scheduler", "celery.beat:Scheduler", "--pidfile=", "--loglevel", "CRITICAL"]
STATES = Message.State


@contextmanager
def process(command: list[str], sink: Sink, tree: Path = ROOT, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """One of the above with the code of `tree`, on the database of this test; killed with its children in the end."""
    database = connection.settings_dict["NAME"]
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": f"postgres://postgres@/{database}?host={Engines(HOME).sockets}",
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        "OUTBOX_TICK_SECONDS": "0.2",
        "OUTBOX_LEASE_SECONDS": "2",
        "PYTHONWARNINGS": "ignore",  # Celery does not like root
        **settings,
    }
    quiet = subprocess.DEVNULL if "celery" in command else None  # it prints a banner
    started = subprocess.Popen([sys.executable, *command], cwd=tree, env=env, stdout=quiet, start_new_session=True)
    try:
        yield started
    finally:
        kill(started)


def sender(sink: Sink, tree: Path = ROOT, **settings: str):  # type: ignore[no-untyped-def]  # as `process`
    """`send_due --loop`."""
    return process(LOOP, sink, tree, **settings)


def kill(started: subprocess.Popen[bytes]) -> None:
    """With -9, and all that it started."""
    if started.poll() is None:
        os.killpg(started.pid, signal.SIGKILL)
    started.wait()


def children(started: subprocess.Popen[bytes]) -> list[psutil.Process]:
    return [] if started.poll() is not None else psutil.Process(started.pid).children(recursive=True)


def owe(count: int) -> None:
    now = timezone.now()
    first = Message.objects.count()
    for number in range(first, first + count):
        outbox.send_sign_in_code(email=f"t{number}@school.example", code="123456", language="de", now=now)
    Message.objects.update(useful_until=None)


def ids(sink: Sink) -> Counter[str]:
    """How often each Message-ID arrived."""
    return Counter(str(mail["Message-ID"]) for mail in list(sink.mails))


@dataclass(frozen=True)
class Outcome:
    """`lost` are owed and did not arrive, `strange` arrived and should not have: dropped, failed, or with a Message-ID
    that no row knows."""

    owed: int
    sent: int
    doubled: int
    lost: int
    dropped: int
    failed: int
    strange: int

    def __str__(self) -> str:
        return ", ".join(f"{count} {what}" for what, count in vars(self).items())

    def must_be_whole(self, *, doubled: int = 0) -> None:
        """Everything owed arrived, nothing else did, and at most so many came twice."""
        assert not self.lost, f"{self.lost} lost"
        assert not self.strange, f"{self.strange} strange"
        assert self.doubled <= doubled, f"{self.doubled} doubled"


def outcome(sink: Sink, what: str, at: datetime | None = None) -> Outcome:
    """What became of all messages that are due, now or `at` a moment; also printed."""
    seen = ids(sink)
    rows = Message.objects.filter(due_at__lte=at or timezone.now()).values_list("message_id", "state")
    ended = {key: state for key, state in rows if state in {STATES.DROPPED, STATES.FAILED}}
    owed = {key for key, _state in rows} - set(ended)
    states = Counter(ended.values())
    found = Outcome(
        owed=len(owed),
        sent=len(seen),
        doubled=sum(seen.values()) - len(seen),
        lost=len(owed - set(seen)),
        dropped=states[STATES.DROPPED],
        failed=states[STATES.FAILED],
        strange=len(set(seen) - owed),
    )
    print(f"{what}: {found}")
    return found


def until_all_went(seconds: float = 120) -> None:
    until(lambda: not Message.objects.unsent().filter(due_at__lte=timezone.now()).exists(), seconds=seconds)


def until_settled(sink: Sink, seconds: float = 20) -> None:
    """Wait until all went, or give up: what is still owed then counts as lost."""
    try:
        until_all_went(seconds)
    except AssertionError:
        print(f"after {seconds} s {Message.objects.unsent().count()} mails still wait")
