"""Whatever the broker does, people sign in and book as ever: the web process speaks neither to it nor to mail."""

from __future__ import annotations

import http.cookiejar
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

from accounts.models import Token, User
from booking.models import Booking, Message
from schools.models import Membership
from tests.factories import make_organiser, make_school, make_slot, make_user, make_workshop
from tests.faults.broker import Broker, Line
from tests.faults.posting import LOOP, outcome, process, until_settled
from tests.faults.running import ROOT, until
from tests.mutations import Mutation
from tests.smtp_sink import Sink
from tests.web import LEAN, Answer, Web, at_once, serving

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

API = "/api/v1/bookings/"
whole = partial(pytest.param, marks=pytest.mark.soak)


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as sink:
        yield sink


@pytest.fixture(scope="module", autouse=True)
def _static_files(tmp_path_factory: Any) -> Iterator[None]:
    """Pages of an installation need them."""
    room = {"STATIC_ROOT": str(tmp_path_factory.mktemp("static"))}
    command = [sys.executable, "-m", "django", "collectstatic", "--noinput", "--verbosity", "0"]
    env = os.environ | LEAN | room | {"DEMO": "1"}  # which does not compress them
    subprocess.run(command, cwd=ROOT, env=env, check=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STATIC_ROOT", room["STATIC_ROOT"])
        yield


def bearer(user: User, scope: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {Token.objects.issue(user, scope=scope)}"}


def book(web: Web, count: int, name: str) -> list[Answer]:
    """So many classes book, change, are confirmed and cancel: all that writes messages. Returns how booking went."""
    slot = make_slot(make_workshop(booking_mode="request", capacity=10_000, max_groups=10_000))
    organiser = bearer(make_organiser(slot.workshop.partner), "organise")
    calls = []
    for number in range(count):
        user, school = make_user(), make_school()
        Membership.objects.create(user=user, school=school, role="teacher", state="confirmed")
        group = {"name": f"{name} {number}", "grades": [7], "pupils": 9}
        order = {"slot": slot.pk, "school": school.pk, "group": group, "waitlist": False}
        calls.append(partial(one_class, web, order, bearer(user, "book"), organiser))
    return at_once(4, calls)


def one_class(web: Web, order: dict[str, Any], teacher: dict[str, str], organiser: dict[str, str]) -> Answer:
    placed = web.post(API, order, **teacher)
    assert placed.status == 201, f"{placed.status}: {placed.body}"
    place = f"{API}{placed.body['id']}/"
    for answer in (
        web.send("PATCH", place, {"group": {"pupils": 8}}, **teacher),
        web.post(f"{place}confirm/", {}, **organiser),
        web.post(f"{place}cancel/", {}, **teacher),
    ):
        assert answer.status == 200, f"{answer.status}: {answer.body}"
    return placed


def speaks_to_neither(home: Path, *, classes: int, tree: Path = ROOT) -> None:
    """The same while the broker is well, while it is a black hole, and while nobody is there."""
    with Broker(home) as broker, Line() as mail_server:
        doors = {"REDIS_URL": broker.line.url, "EMAIL_URL": f"smtp://127.0.0.1:{mail_server.port}"}
        with serving(tree, **doors) as web:
            book(web, 2, "warm up")
            took = {"well": median_of(book(web, classes, "well"))}
            ends = broker.is_a_black_hole()
            took["a black hole"] = median_of(book(web, classes, "black hole"))
            sign_in(web)
            ends()
            ends = broker.is_stopped()
            took["stopped"] = median_of(book(web, classes, "stopped"))
            ends()
        calls = broker.line.calls + mail_server.calls

    says = ", ".join(f"{state}: {1000 * seconds:.0f} ms" for state, seconds in took.items())
    print(f"{3 * classes} classes book, change, are confirmed, cancel; broker {says}; {calls} calls to it or to mail")
    assert not calls, f"spoke to broker or mail server {calls} times"
    assert Message.objects.filter(kind="sign_in_code").count() == 1


def median_of(answers: list[Answer]) -> float:
    return median(answer.seconds for answer in answers)


def sign_in(web: Web) -> OpenerDirector:
    """Ask for a code."""
    browser = build_opener(HTTPCookieProcessor(http.cookiejar.CookieJar()))
    post(browser, f"http://localhost:{web.port}/sign-in/", email="ada@school.example")
    return browser


def post(browser: OpenerDirector, place: str, **fields: str) -> str:
    """Fill in the form that stands there; returns the address where it leads."""
    page = browser.open(place, timeout=60).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    sent = urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode()
    answer = browser.open(place, sent, timeout=60)
    assert answer.status == 200
    return str(answer.url)


@pytest.mark.parametrize("classes", [5, whole(200)])
def test_the_web_process_speaks_to_nobody_who_may_be_away(tmp_path: Path, classes: int) -> None:
    speaks_to_neither(tmp_path, classes=classes)

    assert Booking.objects.filter(state="cancelled").count() == 3 * classes + 2


OUTBOX = "booking/messages/outbox.py"
INSERT, NOTIFY = "    insert(*owed)\n", '        cursor.execute(f"NOTIFY {CHANNEL}")\n'
CALL = "    from config.celery import app\n\n    app.send_task('booking.tasks.send_due', ignore_result=True)\n"
MAIL = (
    "    from django.core.mail import send_mail\n\n    send_mail('x', 'x', None, ['a@b.example'], fail_silently=True)\n"
)
EAGER = {
    "a booking calls the worker": Mutation(OUTBOX, INSERT, INSERT + CALL),
    "a code calls the worker": Mutation(OUTBOX, NOTIFY, NOTIFY + CALL),
    "a code is sent at once": Mutation(OUTBOX, NOTIFY, NOTIFY + MAIL),
}


@pytest.mark.parametrize("name", EAGER)
def test_there_still_is_what_is_broken_below(name: str) -> None:
    assert EAGER[name].applied_here()


@pytest.mark.soak
@pytest.mark.parametrize("name", EAGER)
def test_a_web_process_that_calls_is_heard(name: str, tmp_path: Path) -> None:
    tree = EAGER[name].planted_in(tmp_path / "tree")

    with pytest.raises((AssertionError, HTTPError), match=r"spoke to|500: "):
        speaks_to_neither(tmp_path / "broker", classes=2, tree=tree)


@pytest.mark.parametrize("broker", ["a black hole", whole("nobody")])
def test_while_the_broker_is_down_somebody_signs_in(sink: Sink, broker: str) -> None:
    """The code is brought by `send_due --loop`, which does not know the broker either."""
    with Line() as line:
        door = {"REDIS_URL": line.url if broker == "a black hole" else "redis://127.0.0.1:1/0"}
        with serving(**door) as web, process(LOOP, sink, OUTBOX_TICK_SECONDS="300", **door):
            browser = sign_in(web)
            until(lambda: len(sink.to("ada@school.example")) == 1, seconds=120)  # by NOTIFY, long before the tick
            (mail,) = sink.to("ada@school.example")
            code = re.search(r"\b\d{6}\b", str(mail["Subject"]))
            assert code
            place = post(browser, f"http://localhost:{web.port}/sign-in/code/", code=code[0])
            until_settled(sink, 60)

        assert "/sign-in/" not in place
        assert User.objects.filter(email="ada@school.example", last_login__isnull=False).exists()
        assert line.calls == 0
    outcome(sink, f"a code while the broker is {broker}").must_be_whole()
