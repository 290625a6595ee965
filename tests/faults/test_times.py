"""Nights in which the clocks change, a day on which nothing ran, and mornings: each mail once, at the right local time.

Two or more schedulers, real processes, are told the time, all at once; each decides what is due and sends it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking import orders, rules
from booking.audit import breaches
from booking.messages import outbox
from booking.models import Booking, Message
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
from tests.faults.posting import ids, outcome
from tests.faults.running import ROOT
from tests.mutations import Mutation
from tests.smtp_sink import Sink
from tests.web import database
from workshops.models import Partner

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

BERLIN = ZoneInfo("Europe/Berlin")
whole = partial(pytest.param, marks=pytest.mark.soak)
MINUTE, HALF, HOUR = timedelta(minutes=1), timedelta(minutes=30), timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


class Schedulers:
    """Any number of processes that are told the time together."""

    def __init__(self, processes: list[subprocess.Popen[str]]) -> None:
        self.processes = processes

    def strike(self, moment: datetime) -> None:
        """All at once; returns when all are done."""
        for one in self.processes:
            assert one.stdin
            one.stdin.write(f"{moment.isoformat()}\n")
            one.stdin.flush()
        for one in self.processes:
            assert heard(one) == "done", "a scheduler broke down"

    def strike_all(self, first: datetime, last: datetime, step: timedelta, hours: Sequence[int] = range(24)) -> None:
        """By UTC, as time passes, in these hours."""
        moment, end = first.astimezone(UTC), last.astimezone(UTC)
        while moment <= end:
            if moment.hour in hours:
                self.strike(moment)
            moment += step


def heard(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


@contextmanager
def schedulers(count: int, sink: Sink, tree: Path = ROOT) -> Iterator[Schedulers]:
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database(),
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        "OUTBOX_LEASE_SECONDS": "120",
        "LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", "tests.faults.clockwork"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, cwd=tree, env=env, **pipes) for _ in range(count)]
    try:
        for one in processes:
            assert heard(one) == "ready", "a scheduler did not start"
        yield Schedulers(processes)
    finally:
        for one in processes:
            one.kill()
            one.wait()
            for pipe in (one.stdin, one.stdout):
                assert pipe
                pipe.close()


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as sink:
        yield sink


def visit(partner: Partner, lesson: str, booked: datetime, *, who: str = "", days: list[int] | None = None) -> Booking:
    """A class that is confirmed, on a date of its own that somebody leads."""
    starts_at = at(lesson)
    more = {} if days is None else {"reminder_days": days}
    slot = make_slot(make_workshop(partner, **more), starts_at=starts_at, book_until=starts_at - HOUR)
    make_assignment(slot, make_trainer(partner))
    name = who or lesson
    contact = orders.Contact(name, f"{name.replace(':', '.')}@school.example", "0170 0000000")
    return make_booking(slot, make_user(), school=make_school(), contact=contact, at=booked)


def request(partner: Partner, lesson: str, booked: datetime, *, book_until: str = "") -> Booking:
    starts_at = at(lesson)
    until = {"book_until": at(book_until)} if book_until else {}
    slot = make_slot(make_workshop(partner, booking_mode="request"), starts_at=starts_at, **until)
    return make_booking(slot, make_user(), school=make_school(), at=booked)


def sent(sink: Sink, kind: str) -> Counter[tuple[str, str]]:
    """To whom, and when by UTC, mails of a kind arrived, and how often."""
    seen = ids(sink)
    rows = Message.objects.filter(kind=kind, message_id__in=list(seen))
    return Counter(
        {
            (row.to_address, f"{row.sent_at.astimezone(UTC):%Y-%m-%dT%H:%M}" if row.sent_at else "never"): seen[
                row.message_id
            ]
            for row in rows
        }
    )


def moments(counted: Counter[tuple[str, str]]) -> Counter[str]:
    """When, whoever it was to."""
    found: Counter[str] = Counter()
    for (_address, moment), count in counted.items():
        found[moment] += count
    return found


# Both nights in which the clocks change

NIGHTS: dict[str, tuple[str, str, dict[str, str]]] = {
    # from, to; and for each lesson when, by UTC, its reminder goes out: 8:00 by the clock of that day
    "forward": (
        "2028-03-24T05:00",
        "2028-03-27T12:00",
        {
            "2028-03-28": "2028-03-24T07:00",  # two school days before, and the night is between
            "2028-04-07": "2028-03-24T07:00",  # ten
            "2028-03-29": "2028-03-27T06:00",
            "2028-04-10": "2028-03-27T06:00",
        },
    ),
    "back": (
        "2027-10-29T05:00",
        "2027-11-01T12:00",
        {
            "2027-11-02": "2027-10-29T06:00",
            "2027-11-12": "2027-10-29T06:00",
            "2027-11-03": "2027-11-01T07:00",
            "2027-11-15": "2027-11-01T07:00",
        },
    ),
}


def through_the_night(
    night: str, sink: Sink, *, step: timedelta, count: int = 2, each: int = 1, tree: Path = ROOT
) -> None:
    """By UTC, so that the hour that comes twice is struck twice; with a step of half an hour only
    when something happens."""
    first, last, lessons = NIGHTS[night]
    booked = at(first) - timedelta(days=1)
    partner = make_partner()
    make_organiser(partner, "olga")
    request(partner, "2028-05-09T09:00", booked)
    for lesson in lessons:
        for number in range(each):
            visit(partner, f"{lesson}T09:00", booked, who=f"{lesson}.{number}")
    with schedulers(count, sink, tree) as processes:
        processes.strike_all(at(first), at(last), step, hours=(0, 1, 5, 6, 7) if step == HALF else range(24))

    outcome(sink, f"clocks {night}", at(last)).must_be_whole()
    expected = {(f"{lesson}.{n}@school.example", due): 1 for lesson, due in lessons.items() for n in range(each)}
    assert sent(sink, "reminder") == expected, f"reminders: {sent(sink, 'reminder')}"
    mornings = sorted(set(lessons.values()))
    half_before = [(datetime.fromisoformat(one) - HALF).strftime("%Y-%m-%dT%H:%M") for one in mornings]
    digests = moments(sent(sink, "requests_digest"))
    assert digests == Counter(half_before), f"digests: {digests}"  # nothing on Saturday and Sunday
    teams = moments(sent(sink, "team_reminder"))
    assert {moment: teams[moment] for moment in mornings} == dict.fromkeys(mornings, each), f"teams: {teams}"


@pytest.mark.parametrize(("step", "count", "each"), [(HALF, 2, 1), whole(5 * MINUTE, 3, 20)])
@pytest.mark.parametrize("night", NIGHTS)
def test_when_the_clocks_change_reminders_come_once_and_at_eight(
    night: str, sink: Sink, step: timedelta, count: int, each: int
) -> None:
    through_the_night(night, sink, step=step, count=count, each=each)


# A day on which nothing ran, or no mail server was there

EVE, BEFORE, AFTER = "2027-06-08T22:00", "2027-06-09T06:00", "2027-06-10T09:00"


def a_day_without(what: str, sink: Sink, *, each: int = 1, count: int = 2, tree: Path = ROOT) -> None:
    """From Wednesday 6:00 to Thursday 9:00 nothing runs, or everything but the mail server."""
    partner, booked = make_partner(), at("2027-05-03T10:00")
    make_organiser(partner, "olga")
    request(partner, "2027-09-07T09:00", booked)
    groups: dict[str, list[Booking]] = {name: [] for name in TOLD}
    for n in range(each):
        groups["tomorrow"].append(visit(partner, "2027-06-11T09:00", booked, who=f"tomorrow{n}"))
        groups["begun"].append(visit(partner, "2027-06-10T08:00", booked, who=f"begun{n}", days=[1]))
        groups["both"].append(visit(partner, "2027-06-11T10:00", booked, who=f"both{n}", days=[2, 1]))
        groups["undecided"].append(request(partner, "2027-06-16T09:00", booked, book_until="2027-06-09T12:00"))
        groups["unrecorded"].append(visit(partner, "2027-06-08T09:00", booked, who=f"unrecorded{n}", days=[]))
    with schedulers(count, sink, tree) as processes:
        processes.strike(at(EVE))
        processes.strike(at(BEFORE))
        before = len(sink.mails)
        sink.__exit__()
        meanwhile(groups, partner, each)
        if what == "the mail server":
            processes.strike_all(at(BEFORE) + HOUR, at(AFTER) - HOUR, 2 * HOUR)
        sink.__enter__()
        processes.strike_all(at(AFTER), at(AFTER) + 12 * HOUR, 4 * HOUR)

    assert before == len(ids(sink)) - (len(sink.mails) - before), "sent anew what had gone before"
    outcome(sink, f"a day without {what}", at(AFTER) + 12 * HOUR).must_be_whole()
    for name, bookings in groups.items():
        found = told_since(bookings)
        expected = Counter({key: each * count for key, count in TOLD[name].items()})
        assert found == expected, f"{name}: {found}"
    codes = Counter(Message.objects.filter(kind="sign_in_code").values_list("state", "last_error"))
    assert codes == {("dropped", "too late"): each}, f"codes: {codes}"
    digests = moments(sent(sink, "requests_digest"))
    assert digests == {"2027-06-10T07:00": 1}, f"digests: {digests}"
    asked = moments(sent(sink, "attendance_missing"))
    assert asked == {"2027-06-10T07:00": each}, f"asked for numbers: {asked}"
    assert [str(breach) for breach in breaches(at(AFTER))] == []


def meanwhile(groups: dict[str, list[Booking]], partner: Partner, each: int) -> None:
    """What people did on that day."""
    ten, eleven = at("2027-06-09T10:00"), at("2027-06-09T11:00")
    for n in range(each):
        outbox.send_sign_in_code(email=f"code{n}@school.example", code="123456", language="de", now=ten)
        groups["booked"].append(visit(partner, "2027-06-29T09:00", ten, who=f"booked{n}", days=[]))
        called_off = visit(partner, "2027-06-30T09:00", ten, who=f"off{n}", days=[2])
        rules.cancel(called_off, by=Actor.person(called_off.owner), now=eleven)
        groups["called off"].append(called_off)


# What the contact is told, or not told and why, since that day began.
TOLD: dict[str, dict[tuple[str, str, str], int]] = {
    "tomorrow": {("reminder", "sent", ""): 1},
    "begun": {("reminder", "dropped", "too late"): 1},
    "both": {("reminder", "dropped", "a later reminder is due"): 1, ("reminder", "sent", ""): 1},
    "undecided": {("booking_expired", "sent", ""): 1},
    "unrecorded": {},
    "booked": {("booking_confirmed", "sent", ""): 1},
    "called off": {
        ("booking_confirmed", "dropped", "cancelled"): 1,
        ("reminder", "dropped", "cancelled"): 1,
        ("booking_cancelled", "sent", ""): 1,
    },
}


def told_since(bookings: list[Booking]) -> Counter[tuple[str, str, str]]:
    contacts = [one.contact_email for one in bookings]
    rows = Message.objects.filter(booking__in=bookings, to_address__in=contacts)
    later = rows.exclude(state="sent", sent_at__lte=at(BEFORE)).exclude(state="owed")
    return Counter(later.exclude(due_at__lt=at(EVE), state="dropped").values_list("kind", "state", "last_error"))


@pytest.mark.parametrize(("each", "count"), [(1, 2), whole(100, 3)])
@pytest.mark.parametrize("what", ["anything", "the mail server"])
def test_after_a_day_without_it_what_is_of_use_comes_once_and_the_rest_says_why_not(
    what: str, sink: Sink, each: int, count: int
) -> None:
    a_day_without(what, sink, each=each, count=count)


# Mornings


def mornings(sink: Sink, *, organisers: int, days: int, count: int = 3, kills: bool = False, tree: Path = ROOT) -> None:
    """Every minute from 7:28 to 7:32, at noon and in the evening; with `kills` one scheduler dies each morning."""
    booked, monday = at("2027-03-01T10:00"), at("2027-04-12T07:28")
    partner = make_partner()
    for _ in range(organisers):
        make_organiser(partner)
    request(partner, "2027-09-07T09:00", booked)
    school_days = [monday + timedelta(days=day + 2 * (day // 5)) for day in range(days)]
    with ExitStack() as living:
        processes = living.enter_context(schedulers(count, sink, tree))
        for morning in school_days:
            for minute in range(5):
                processes.strike(morning + minute * MINUTE)
                if kills and minute == 1:
                    die_in_the_middle(processes, morning + 2 * MINUTE)
            for hour in (5, 10, 12):
                processes.strike(morning + hour * HOUR)
            if kills:
                processes = living.enter_context(schedulers(count, sink, tree))

    outcome(sink, f"{days} mornings of {organisers} organisers", monday + timedelta(days=60)).must_be_whole(
        doubled=days if kills else 0
    )
    digests = Message.objects.filter(kind="requests_digest").values_list("to_address", "due_at")
    assert len(set(digests)) == len(digests) == organisers * days, f"digests: {len(digests)}"


def die_in_the_middle(processes: Schedulers, moment: datetime) -> None:
    """One is told that it is 7:30, and killed while it works."""
    one = processes.processes.pop()
    assert one.stdin
    one.stdin.write(f"{moment.isoformat()}\n")
    one.stdin.flush()
    before = Message.objects.filter(kind="requests_digest").count()
    while Message.objects.filter(kind="requests_digest").count() == before and one.poll() is None:
        pass
    one.kill()
    one.wait()
    Message.objects.filter(state="claimed").update(lease_until=timezone.now())  # as time passes


@pytest.mark.parametrize(("organisers", "days", "kills"), [(5, 2, False), whole(200, 10, False), whole(200, 10, True)])
def test_there_is_no_second_digest_in_one_morning(sink: Sink, organisers: int, days: int, kills: bool) -> None:
    mornings(sink, organisers=organisers, days=days, kills=kills)


# Broken on purpose

SCHOOLDAYS, MORNING, RELEVANCE = "schools/schooldays.py", "booking/clock/morning.py", "booking/messages/relevance.py"
Check = Callable[..., None]
PLANTED: dict[str, tuple[Mutation, Check, str]] = {
    "the lease runs on the time that we say": (
        Mutation("booking/messages/claims.py", "lease_until <= %(clock)s", "lease_until <= %(now)s"),
        partial(through_the_night, "forward", step=HALF, count=3, each=20),
        "doubled",
    ),
    "a digest for each tick": (
        Mutation(MORNING, 'key = f"requests_digest:{today}"', 'key = f"requests_digest:{now}"'),
        partial(mornings, organisers=3, days=1),
        "digests",
    ),
    "two clocks, two digests": (
        Mutation(MORNING, "due_at=due_at, dedupe_key=key, **house", "due_at=due_at, **house"),
        partial(mornings, organisers=20, days=5),
        "digests",
    ),
    "a digest at half past seven in winter": (
        Mutation(
            SCHOOLDAYS,
            AWARE := "timezone.make_aware(datetime.combine(day, clock))",
            WINTER := ("datetime.combine(day, clock, timezone.get_fixed_timezone(60))"),
        ),
        partial(through_the_night, "forward", step=HALF),
        "digests|teams",
    ),
    "a digest on Sundays": (
        Mutation(SCHOOLDAYS, "return day.weekday() < 5 and day not in closed", "return day not in closed"),
        partial(through_the_night, "back", step=HALF),
        "digests|teams",
    ),
    "nothing is ever too late": (
        Mutation(RELEVANCE, "if message.useful_until and now >= message.useful_until:", "if False:"),
        partial(a_day_without, "anything"),
        "begun|codes",
    ),
    "both reminders": (
        Mutation(RELEVANCE, "and later <= now:", "and False:"),
        partial(a_day_without, "anything"),
        "both",
    ),
    "only what starts in a day is looked at": (
        Mutation(
            "booking/clock/due.py",
            "slot__book_until__lte=now)",
            "slot__book_until__range=(now - timedelta(hours=2), now))",
        ),
        partial(a_day_without, "anything"),
        "undecided",
    ),
    "an outage costs what was due": (
        Mutation(
            RELEVANCE,
            "if message.useful_until and now >= message.useful_until:",
            "if (now - message.due_at).total_seconds() > 6 * 3600:",
        ),
        partial(a_day_without, "the mail server"),
        "tomorrow",
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_there_still_is_what_is_broken_below(name: str) -> None:
    assert PLANTED[name][0].applied_here()


@pytest.mark.soak
@pytest.mark.parametrize("name", PLANTED)
def test_what_is_broken_on_purpose_is_noticed(name: str, sink: Sink, tmp_path: Path) -> None:
    mutation, check, says = PLANTED[name]

    with pytest.raises(AssertionError, match=says) as noticed:
        check(sink=sink, tree=mutation.planted_in(tmp_path))

    print(f"{name}: {str(noticed.value).splitlines()[0]}")


@pytest.mark.soak
@pytest.mark.parametrize("night", NIGHTS)
def test_reminders_by_one_clock_all_year_are_noticed(night: str, sink: Sink) -> None:
    """Reminders are rows that this process writes: here it is broken, and not the schedulers."""
    from schools.schooldays import at_local

    with Mutation(SCHOOLDAYS, AWARE, WINTER).inside(at_local), pytest.raises(AssertionError, match="reminders"):
        through_the_night(night, sink, step=HALF)
