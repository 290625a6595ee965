"""A log is read by people who may not know who booked, and is kept where nobody looks after it."""

from __future__ import annotations

import io
import json
import logging
from logging.config import dictConfig

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.test import Client

from config.logs import JsonLines, clean


@pytest.fixture
def logged():
    """What the house wrote, as the objects that its lines are."""
    before, level = logging.root.handlers[:], logging.root.level
    dictConfig(settings.LOGGING)
    stream = io.StringIO()
    logging.root.handlers[0].setStream(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.root.handlers[:], logging.root.level = before, level


@pytest.mark.parametrize(
    ("said", "secret"),
    [
        ("Not Found: /calendars/trainer/S3cret-of-a-feed.ics", "S3cret"),
        ("Not Found: /b/77.1~S3cretSignature/cancel/", "S3cret"),
        ("Not Found: /f/S3CRET9999/thanks/", "S3CRET"),
        ("Not Found: /m/S3cretSignature/", "S3cret"),
        ("Not Found: /t/7.asked.1~S3cretSignature/", "S3cret"),
        ("Not Found: /u/7.reminder~S3cretSignature/", "S3cret"),
        ("Internal Server Error: /slots/7/?key=S3cret", "S3cret"),
        ("GET https://booking.example/search?q=Ada+S3cret HTTP/1.1", "S3cret"),
        ("Message 7 for ada@school.example cannot be written", "ada"),
        ('550 <Ada.Lovelace+x@schule.bildung.example>: no such user', "Lovelace"),
        ("Authorization: Bearer lo_S3cretS3cretS3cret", "S3cret"),
        ("token lo_S3cretS3cretS3cret was refused", "S3cret"),
        ('duplicate key\nDETAIL:  Key (name)=(Ada) already exists.\n', "Ada"),
    ],
)  # fmt: skip
def test_what_opens_something_and_who_it_was_is_cut_out(said, secret):
    assert secret not in clean(said)


def test_what_helps_stays():
    assert clean("Not Found: /b/77.1~S3cret/cancel/") == "Not Found: /b/…/cancel/"
    assert clean("took 2.5 s, 3/4 done, see https://booking.example/slots/7/") == (
        "took 2.5 s, 3/4 done, see https://booking.example/slots/7/"
    )


def test_a_traceback_is_one_line_and_names_nobody():
    try:
        raise IntegrityError("no\nDETAIL:  Failing row contains (7, ada@school.example, 0170 123).")
    except IntegrityError:
        record = logging.getLogger("booking").makeRecord(
            "booking", 40, "f", 1, "broken", (), __import__("sys").exc_info()
        )

    line = JsonLines().format(record)

    assert "\n" not in line
    assert "0170" not in line
    assert "IntegrityError" in json.loads(line)["traceback"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/nowhere/?q=ada", "/calendars/trainer/S3cret.ics", "/b/77.1~S3cret/", "/admin/", "/api/v1/bookings/"]
)
def test_what_a_visitor_does_wrong_is_nothing_for_the_operator(path, logged):
    Client(enforce_csrf_checks=True).post(path)

    assert logged() == []


@pytest.mark.django_db
def test_what_we_do_wrong_is_said_without_people(logged, monkeypatch):
    def broken():
        raise RuntimeError("nothing goes for ada@school.example with lo_0123456789abcdef")

    monkeypatch.setattr("config.health.known_migrations", broken)
    Client(raise_request_exception=False).get("/health/ready?email=ada@school.example")

    (line,) = logged()
    assert (line["level"], line["logger"]) == ("ERROR", "django.request")
    assert line["message"] == "Internal Server Error: /health/ready"
    assert "RuntimeError" in line["traceback"]
    assert "@school" not in str(line)
    assert "lo_0123" not in str(line)
