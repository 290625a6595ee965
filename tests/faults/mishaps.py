"""What happens to mails on their way: each brings a mishap about and fails if a mail is lost, or doubled without need.

`tree` is the program; the tests of the tests give a copy with a fault in it.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import psutil
from django.db.models import Max
from django.utils import timezone

from accounts.actor import Actor
from booking import orders, rules
from booking.models import Booking, Message
from tests.factories import make_booking, make_slot
from tests.faults.posting import outcome, owe, sender, until_settled
from tests.faults.running import ROOT, until
from tests.smtp_sink import Sink

PATIENT = 120  # seconds for what only a machine under load needs


def arrived(sink: Sink, count: int, seconds: float = PATIENT) -> None:
    until(lambda: len(sink.mails) >= count, seconds=seconds)


def killed(sink: Sink, *, mails: int, kills: int, tree: Path = ROOT, seconds: float = PATIENT) -> None:
    """A sender is killed with -9 again and again; another takes over."""
    owe(mails)
    for kill in range(1, kills + 1):
        with sender(sink, tree):
            arrived(sink, kill * mails // (kills + 1), seconds)
    with sender(sink, tree):
        until_settled(sink, seconds)

    outcome(sink, f"sender killed {kills} times").must_be_whole(doubled=kills)


def asleep(sink: Sink, *, times: int = 1, tree: Path = ROOT) -> None:
    """A sender stands still in the middle of its batch; another does its work; then the first goes on."""
    sink.delay = 0.05
    for _ in range(times):
        before = len(sink.mails)
        owe(30)
        with sender(sink, tree, OUTBOX_LEASE_SECONDS="1") as first:
            arrived(sink, before + 3)
            psutil.Process(first.pid).suspend()
            with sender(sink, tree):
                until_settled(sink, PATIENT)
            psutil.Process(first.pid).resume()
            owe(1)  # when the first has sent this, it has nothing left of its old batch
            until_settled(sink, PATIENT)

    outcome(sink, f"sender asleep {times} times").must_be_whole(doubled=times)


def shared(sink: Sink, *, mails: int, senders: int = 2, tree: Path = ROOT) -> None:
    """Several senders at once."""
    owe(mails)
    longer_than_any_load = {"OUTBOX_LEASE_SECONDS": "60"}
    with sender(sink, tree, **longer_than_any_load), sender(sink, tree, **longer_than_any_load):
        if senders > 2:
            with sender(sink, tree, **longer_than_any_load):
                until_settled(sink, PATIENT)
        until_settled(sink, PATIENT)

    outcome(sink, f"{senders} senders at once").must_be_whole()


def away(sink: Sink, *, mails: int, times: int = 1, tree: Path = ROOT) -> None:
    """The mail server refuses connections while mails are owed, and comes back."""
    with sender(sink, tree):
        for number in range(1, times + 1):
            sink.__exit__()
            owe(mails // times)
            noticed(number * 2)
            with sink:
                until_settled(sink, PATIENT)
                ends = set(Message.objects.values_list("state", "tries"))
                assert ends == {("sent", 1)}, f"counted as tries: {ends}"
            sink.__enter__()

    outcome(sink, f"server away {times} times").must_be_whole()


def noticed(claims: int) -> None:
    """Wait until a message was taken and given back so often."""
    until(lambda: Message.objects.filter(fence__gte=claims).exists(), seconds=PATIENT)


def hangs(sink: Sink, *, mails: int, times: int = 1, tree: Path = ROOT, seconds: float = PATIENT) -> None:
    """The mail server takes mails and never answers, then takes connections and never greets; then it works again."""
    with sender(sink, tree, **{**IMPATIENT, "OUTBOX_LEASE_SECONDS": "6"}):
        for _ in range(times):
            sink.silent, last = True, Message.objects.aggregate(last=Max("pk"))["last"] or 0
            owe(mails // times)
            tried = Message.objects.filter(tries__gte=1, pk__gt=last)
            until(lambda rows=tried: rows.exists(), seconds=PATIENT)
            until(lambda rows=tried: rows.exclude(state="claimed").exists(), seconds=seconds, what="and hangs itself")
            sink.silent = False
            sink.__exit__()
            with socket.create_server(("127.0.0.1", sink.port)):
                claims = max(Message.objects.values_list("fence", flat=True))
                until(lambda most=claims: Message.objects.filter(fence__gt=most).exists(), seconds=seconds)
            sink.__enter__()
            until_settled(sink, seconds)

    found = outcome(sink, f"server hangs {times} times in DATA and {times} times before it greets")
    found.must_be_whole(doubled=found.owed)  # a machine under load answers late, too


IMPATIENT = {"EMAIL_TIMEOUT": "1", "OUTBOX_RETRY_BASE_SECONDS": "0.5"}


def breaks_off(sink: Sink, *, mails: int, breaks: int, tree: Path = ROOT, seconds: float = PATIENT) -> None:
    """The mail server takes mails and closes the line without a word: those come again, and no others."""
    sink.breaks_off = breaks
    owe(mails)
    with sender(sink, tree, OUTBOX_RETRY_BASE_SECONDS="0.5"):
        until_settled(sink, seconds)

    found = outcome(sink, f"server closes {breaks} times after DATA")
    found.must_be_whole(doubled=breaks)
    assert found.doubled >= 1, "the fault did not happen"


def one_refused(sink: Sink, *, mails: int, tree: Path = ROOT, seconds: float = PATIENT) -> None:
    """550 for one address: it fails alone, is not tried again, and all others get theirs."""
    sink.refuse = {"t3@school.example": "550 no such user"}
    owe(mails)
    with sender(sink, tree, OUTBOX_RETRY_BASE_SECONDS="0.1"):
        until_settled(sink, seconds)
        owe(1)
        until_settled(sink, seconds)

    found = outcome(sink, "550 for one")
    found.must_be_whole()
    failed = list(Message.objects.filter(state="failed").values_list("to_address", "tries", "last_error"))
    assert failed == [("t3@school.example", 1, "550 no such user")], f"failed: {failed}"


def called_off(sink: Sink, *, classes: int = 1, tree: Path = ROOT, seconds: float = PATIENT) -> None:
    """Bookings are cancelled while their mails wait: some in the queue, some with a sender that then dies.

    They read of the cancellation alone; who comes reads that, once.
    """
    begun = timezone.now() - timedelta(minutes=20)
    held, comes = [book(f"held{n}", begun) for n in range(classes)], [book(f"comes{n}", begun) for n in range(classes)]
    sink.silent = True
    with sender(sink, tree, EMAIL_TIMEOUT="100"):
        mine = Message.objects.filter(booking__in=held, kind="booking_confirmed")
        until(lambda: mine.filter(state="claimed").count() == min(classes, 20), seconds=seconds)
    waiting = [book(f"waits{n}", begun) for n in range(classes)]
    for booking in [*held, *waiting]:
        rules.cancel(booking, by=Actor.person(booking.owner), now=timezone.now() - timedelta(minutes=2))
    sink.silent = False
    with sender(sink, tree):
        until_settled(sink, seconds)

    outcome(sink, f"{2 * classes} cancelled while their mails wait").must_be_whole()
    assert told([*held, *waiting]) == {("booking_cancelled", "")}, f"told: {told([*held, *waiting])}"
    not_told = told([*held, *waiting], "dropped")
    assert not_told == {("booking_confirmed", "cancelled"), ("reminder", "cancelled")}, f"not told: {not_told}"
    assert told(comes) == {("booking_confirmed", "")}


def book(who: str, at: object) -> Booking:
    contact = orders.Contact(who, f"{who}@school.example", "0170 0000000")
    return make_booking(make_slot(), contact=contact, at=at)


def told(bookings: Iterable[Booking], state: str = "sent") -> set[tuple[str, str]]:
    rows = Message.objects.filter(booking__in=list(bookings), state=state)
    return set(rows.values_list("kind", "last_error"))
