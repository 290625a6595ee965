"""A school wishes copies while one of its classes is cancelled: nobody is reminded of what will not be."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import monotonic, sleep

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.actor import Actor
from booking import belonging, rules
from booking.models import Message
from tests.factories import make_booking, make_school, make_slot

pytestmark = pytest.mark.django_db(transaction=True)
OFFICE = "office@school.example"
WAITS_FOR_US = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"


@pytest.fixture
def booking():
    return make_booking(make_slot(), school=make_school(office_mail=OFFICE))


def wish(booking) -> None:
    belonging.let_read_along(booking.school, wanted=True, now=timezone.now())


def owed() -> set[str]:
    return set(Message.objects.filter(kind="reminder", state="owed").values_list("to_address", flat=True))


def until(happened: Callable[[], bool]) -> None:
    give_up = monotonic() + 20
    while not happened() and monotonic() < give_up:
        sleep(0.02)


def is_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITS_FOR_US)
        return bool(cursor.fetchone()[0])


def in_a_connection(call: Callable[[], None]) -> None:
    try:
        call()
    finally:
        connection.close()


def test_who_wishes_copies_is_reminded_of_what_comes(booking):
    wish(booking)

    assert OFFICE in owed()


def test_what_is_cancelled_at_that_moment_reminds_nobody(booking):
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            rules.cancel(booking, by=Actor.person(booking.owner), now=timezone.now())
            wished = other.submit(in_a_connection, partial(wish, booking))
            until(lambda: wished.done() or is_waiting())
        wished.result(30)

    assert owed() == set()
