"""The broker stands still, forgets everything, or is driven by two clocks: mails go out all the same, each once."""

from __future__ import annotations

import http.cookiejar
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import psutil
import pytest
from redis import Redis

from config.engines import Engines
from tests.faults.running import ROOT, RunningDemo, until
from tests.web import Web

pytestmark = pytest.mark.fault

OWE = """
from django.utils import timezone
from booking.messages import outbox
from booking.models import Message
for number in range({count}):
    outbox.send_sign_in_code(email=f"{{number}}@{domain}", code="123456", language="de", now=timezone.now())
"""
BOOK = """
import json
from django.utils import timezone
from accounts.models import Token, User
from workshops.models import Slot
ada = User.objects.get(email="teacher@demo.example")
slots = Slot.objects.public().bookable(timezone.now()).filter(booking_mode="instant")
slot = next(one for one in slots.select_related("workshop") if one.places_left > 3)
school = ada.memberships.first().school_id
print("CALL", json.dumps([Token.objects.issue(ada, scope="book"), slot.pk, school, slot.workshop.grades[0]]))
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Iterator[RunningDemo]:
    with RunningDemo(tmp_path_factory.mktemp("broker") / "var", OUTBOX_TICK_SECONDS="0.5") as demo:
        until(lambda: bool(demo.find("send_due") and demo.find("beat") and demo.find("worker")))
        yield demo


@contextmanager
def standing_still(processes: list[psutil.Process]) -> Iterator[None]:
    """They take connections and never answer: a black hole."""
    assert processes
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            process.resume()


def mails_to(demo: RunningDemo, domain: str) -> Counter[str]:
    """How often each Message-ID came to somebody there."""
    mails = [message_from_bytes(path.read_bytes()) for path in (demo.home / "mail").glob("[!.]*.eml")]
    return Counter(str(mail["Message-ID"]) for mail in mails if f"@{domain}" in str(mail["To"]))


def ask_for_a_code(demo: RunningDemo, address: str) -> None:
    browser = build_opener(HTTPCookieProcessor(http.cookiejar.CookieJar()))
    place = f"http://localhost:{demo.port}/sign-in/"
    page = browser.open(place, timeout=30).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    sent = urlencode({"csrfmiddlewaretoken": token[1], "email": address}).encode()
    assert browser.open(place, sent, timeout=30).status == 200


def test_while_the_broker_is_a_black_hole_people_sign_in_and_book(demo):
    said = next(line for line in demo.manage("shell", "-c", BOOK).splitlines() if line.startswith("CALL "))
    token, slot, school, grade = json.loads(said.removeprefix("CALL "))
    body = {
        "slot": slot,
        "school": school,
        "group": {"name": "7z", "grades": [grade], "pupils": 3, "adults": 2},
        "contact": {"name": "Ada", "email": "teacher@demo.example", "phone": "0170 0000000"},
        "consents": ["terms"],
    }
    key = {"Authorization": f"Bearer {token}", "Idempotency-Key": "while the broker stands still"}
    with standing_still(demo.find("valkey-server")):
        ask_for_a_code(demo, "teacher@demo.example")
        until(lambda: len(mails_to(demo, "demo.example")) >= 1)
        booked = Web(demo.port).post("/api/v1/bookings/", body, **key)
        assert booked.status == 201, booked.body
        until(lambda: len(mails_to(demo, "demo.example")) >= 2)


def test_a_broker_that_forgets_everything_costs_no_mail(demo):
    broker = Redis.from_url(Engines(demo.home).redis_url.replace("redis+socket", "unix"))
    with standing_still(demo.find("send_due")):  # so that Celery alone sends
        demo.manage("shell", "-c", OWE.format(count=30, domain="flushed.example"))
        for _ in range(5):
            broker.flushall()
        until(lambda: len(mails_to(demo, "flushed.example")) == 30, seconds=60)

    assert set(mails_to(demo, "flushed.example").values()) == {1}


def test_without_celery_mails_go_out(demo):
    with standing_still([*demo.find("beat"), *demo.find("worker")]):
        demo.manage("shell", "-c", OWE.format(count=5, domain="alone.example"))
        until(lambda: len(mails_to(demo, "alone.example")) == 5, seconds=60)


def test_two_clocks_and_two_workers_send_each_mail_once(demo, tmp_path):
    celery = [sys.executable, "-m", "celery", "--app", "config.celery"]
    beat = [*celery, "beat", "--scheduler", "celery.beat:Scheduler", "--loglevel", "ERROR"]
    worker = [*celery, "worker", "--concurrency", "1", "--loglevel", "ERROR", "--hostname", "second@%h"]
    env, marks = {**demo.env, **note_of(demo)}, [tmp_path / "beat", tmp_path / "worker"]
    seconds = [
        subprocess.Popen([*command, f"--pidfile={mark}"], cwd=ROOT, env=env)
        for command, mark in zip((beat, worker), marks, strict=True)
    ]
    try:
        with standing_still(demo.find("send_due")):
            until(lambda: all(mark.exists() for mark in marks))
            for wave in range(1, 3):
                demo.manage("shell", "-c", OWE.format(count=20, domain="twice.example"))
                until(lambda goal=20 * wave: len(mails_to(demo, "twice.example")) == goal, seconds=60)
    finally:
        for one in seconds:
            one.kill()
            one.wait()

    assert set(mails_to(demo, "twice.example").values()) == {1}


def note_of(demo: RunningDemo) -> dict[str, str]:
    """What the demo chose and wrote down for programs beside it."""
    lines = (demo.home / "demo.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)
