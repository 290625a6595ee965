"""Worker and beat as real processes, without the loop beside them, while they or their broker come to harm."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking import rules
from booking.audit import breaches
from booking.models import Booking, Change, Message
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_school,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)
from tests.faults.broker import Broker
from tests.faults.mishaps import arrived
from tests.faults.posting import (
    BEAT,
    LOOP,
    WORKER,
    children,
    outcome,
    owe,
    process,
    until_all_went,
    until_settled,
)
from tests.faults.running import ROOT, until
from tests.mutations import Mutation
from tests.smtp_sink import Sink

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

PATIENT = 180  # seconds, for a machine under load
whole = partial(pytest.param, marks=pytest.mark.soak)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: Any) -> Iterator[Broker]:
    with Broker(tmp_path_factory.mktemp("broker")) as broker:
        yield broker


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink(delay=0.005) as sink:
        yield sink


# The broker


def outlive(
    faults: list[str], sink: Sink, broker: Broker, *, mails: int, tree: Path = ROOT, seconds: float = PATIENT
) -> None:
    """The same worker and the same beat live through all of it, each time while a task is at work; mails that are owed
    afterwards go out."""
    sink.delay = 0.1
    here: dict[str, Any] = {"sink": sink, "tree": tree, "REDIS_URL": broker.line.url, "OUTBOX_LEASE_SECONDS": "60"}
    with process(WORKER, **here), process(BEAT, **here):
        for fault in faults:
            before = len(sink.mails)
            owe(10)
            arrived(sink, before + 1)
            end = getattr(broker, fault)()
            until_all_went(PATIENT)  # what is at work needs no broker
            time.sleep(1)  # and now it has ended, too
            owe(mails)
            end()
            until_settled(sink, seconds)
            outcome(sink, f"broker {fault}").must_be_whole()


SHORT = ["is_stopped", "is_a_black_hole", "forgets"]


@pytest.mark.parametrize(("faults", "mails"), [(SHORT, 5), whole([*SHORT, "stands_still"] * 5, 50)])
def test_whatever_happens_to_the_broker_mails_go_out_after(
    sink: Sink, broker: Broker, faults: list[str], mails: int
) -> None:
    outlive(faults, sink, broker, mails=mails)


@pytest.mark.soak
def test_while_it_forgets_everything_all_the_time_mails_go_out(sink: Sink, broker: Broker) -> None:
    with process(WORKER, sink, REDIS_URL=broker.line.url), process(BEAT, sink, REDIS_URL=broker.line.url):
        flushed = 0
        for _ in range(20):
            owe(50)
            while Message.objects.unsent().exists() and flushed < 100_000:
                broker.forgets()
                flushed += 1
                time.sleep(0.3)

    print(f"flushed {flushed} times")
    outcome(sink, "flushed all the time").must_be_whole()


PLANTED = {
    "a worker that does not listen": (
        Mutation("config/celery.py", 'app.steps["consumer"].add(Listening)\n', ""),
        "is_a_black_hole",
    ),
    "a worker that gives up": (
        Mutation(
            "config/settings.py",
            "CELERY_BROKER_CONNECTION_MAX_RETRIES = None",
            "CELERY_BROKER_CONNECTION_RETRY = False",
        ),
        "is_stopped",
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_there_still_is_what_is_broken_below(name: str) -> None:
    assert PLANTED[name][0].applied_here()


@pytest.mark.soak
@pytest.mark.parametrize("name", PLANTED)
def test_what_is_broken_on_purpose_is_noticed(sink: Sink, broker: Broker, tmp_path: Path, name: str) -> None:
    """What goes out before the fault shows that it is the fault."""
    mutation, fault = PLANTED[name]

    with pytest.raises(AssertionError, match="lost"):
        outlive([fault], sink, broker, mails=10, tree=mutation.planted_in(tmp_path), seconds=90)


# The worker


def killed(sink: Sink, broker: Broker, *, mails: int, kills: int) -> None:
    """In turn the process that works, which its parent replaces, and both of them, which we replace."""
    owe(mails)
    goals = [kill * mails // (kills + 1) for kill in range(1, kills + 1)]
    with process(BEAT, sink, REDIS_URL=broker.line.url):
        for first, second in zip_longest(goals[::2], goals[1::2]):
            with process(WORKER, sink, REDIS_URL=broker.line.url) as worker:
                arrived(sink, first)
                for child in children(worker):
                    child.kill()
                if second:
                    arrived(sink, second)
        with process(WORKER, sink, REDIS_URL=broker.line.url):
            until_settled(sink, PATIENT)

    outcome(sink, f"worker killed {kills} times").must_be_whole(doubled=kills)


@pytest.mark.parametrize(("mails", "kills"), [(40, 2), whole(1_000, 40)])
def test_a_worker_that_is_killed_loses_nothing_and_doubles_at_most_one_mail_a_kill(
    sink: Sink, broker: Broker, mails: int, kills: int
) -> None:
    killed(sink, broker, mails=mails, kills=kills)


# Two of each


@pytest.mark.parametrize(("each", "times"), [(3, 20), whole(40, 200)])
def test_two_of_each_and_tasks_that_come_many_times_have_one_effect(
    sink: Sink, broker: Broker, each: int, times: int
) -> None:
    """Two workers, two clocks and the loop; the clock's own task and the sender's are delivered again and again."""
    town = [some_town() for _ in range(each)]
    everywhere = {"REDIS_URL": broker.line.url, "OUTBOX_LEASE_SECONDS": "120"}  # longer than any load
    with ExitStack() as running:
        for command in ([*WORKER, "--hostname", "second@%h"], WORKER, BEAT, BEAT, LOOP):
            running.enter_context(process(command, sink, **everywhere))
        for task in ("decide_due", "send_due"):
            broker.deliver(task, times=times)
        until(lambda: decided() == Counter({what: count * each for what, count in ONCE.items()}), seconds=PATIENT)
        for task in ("decide_due", "send_due"):
            broker.deliver(task, times=times)
        owe(20)
        until_settled(sink, PATIENT)

    assert len(town) == each
    outcome(sink, f"two of each, each task {2 * times} times").must_be_whole()
    assert decided() == Counter({what: count * each for what, count in ONCE.items()})
    assert [str(breach) for breach in breaches(timezone.now())] == []


ONCE = {
    "booking_expired": 1,
    "booking_offer_expired": 1,
    "booking_offered": 2,
    "attendance_missing": 1,
    "expired": 2,
}


def decided() -> Counter[str]:
    """How often what time decides was told, and how often something expired."""
    kinds = Message.objects.filter(kind__in=ONCE).values_list("kind", flat=True)
    return Counter(kinds) + Counter(expired=Change.objects.filter(kind="expired").count())


def some_town() -> list[Booking]:
    """A request that nobody decided, an offer that nobody answered with a class behind it, a visit not recorded."""
    now = timezone.now()
    before = now - timedelta(days=9)
    late = make_slot(make_workshop(booking_mode="request"), starts_at=in_days(3), book_until=now - timedelta(minutes=1))
    request = make_booking(late, at=before)

    full = make_slot(make_workshop(capacity=24, max_groups=9))
    first, second, third = (make_booking(full, school=make_school(), at=before) for _ in range(3))
    rules.cancel(first, by=Actor.person(first.owner), now=before)
    Booking.objects.filter(pk=second.pk).update(offer_expires_at=now - timedelta(minutes=1))

    past = make_slot(starts_at=in_days(-2))
    make_assignment(past, make_trainer(past.workshop.partner))
    visit = make_booking(past, make_user(), at=in_days(-40))
    return [request, second, third, visit]
