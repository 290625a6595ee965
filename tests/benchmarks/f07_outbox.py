"""F7: mails through one sender to a local server, and what a claim costs among a million rows.

Ours is all that the product does for a mail: claim, read what it tells of, ask whether it is still true, write subject,
text, HTML and invitation, send, and commit that it is sent before the next one goes. The floor is `send_message` of
smtplib in a loop, one connection, the same messages: they are read and written outside its time, so it neither asks a
database nor writes a text, and only puts messages into bytes and speaks to the server. Each booking is told of once a
batch, as in life.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import cycle
from smtplib import SMTP

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from booking.messages import claims
from booking.messages.about import load_subjects
from booking.messages.delivery import compose
from booking.messages.sending import send_due
from booking.models import Booking, Message
from tests import factories
from tests.benchmarks.house import House
from tests.benchmarks.measure import ROUNDS, Ratio, Series, stopwatch

TITLE = "F7 invitations through one sender, beside smtplib that sends the same messages on one connection"
MAILS, CLAIMS, BATCH = 400, 40, 20
FEW, MANY = 1_000, 1_000_000


def run(house: House) -> list[Ratio]:
    rate = Ratio(Series("sender", "/s"), Series("smtplib", "/s"), target=0.5)
    cost = Ratio(Series(f"claim of {BATCH} among {MANY:,}", " ms"), Series(f"among {FEW:,}", " ms"), 2, at_most=True)
    bookings = [factories.make_booking(slot) for slot in house.open_slots(100)]
    with sink() as port:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        for _ in range(ROUNDS):
            Message.objects.all().delete()
            owe(bookings, MAILS)
            rate.floor.values.append(bare_rate(port))
            with stopwatch() as took:
                done = send_due(timezone.now())
            assert done["sent"] == MAILS, done
            rate.ours.values.append(MAILS / took[0])
    Message.objects.all().delete()
    owe(bookings, FEW)
    cost.floor.values += [claiming() for _ in range(ROUNDS)]
    pile(bookings[0], MANY)
    cost.ours.values += [claiming() for _ in range(ROUNDS)]
    Message.objects.all().delete()
    return [rate, cost]


@contextmanager
def sink() -> Iterator[int]:
    with subprocess.Popen([sys.executable, "-m", "tests.benchmarks.sink"], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            yield int(server.stdout.readline())
        finally:
            server.terminate()


def owe(bookings: list[Booking], number: int) -> None:
    now = timezone.now()
    Message.objects.bulk_create(
        Message(
            kind="booking_confirmed",
            booking=one,
            to_address=one.contact_email,
            due_at=now,
            next_try_at=now,
            created_at=now,
        )
        for _, one in zip(range(number), cycle(bookings), strict=False)
    )


def bare_rate(port: int) -> float:
    """Mails a second of a loop that only sends; writing them stands outside the time."""
    rows = list(Message.objects.order_by("pk")[:MAILS])
    load_subjects(rows)
    mails = [compose(row).email.message() for row in rows]
    with stopwatch() as took, SMTP("127.0.0.1", port) as line:
        for mail in mails:
            line.send_message(mail)
    return MAILS / took[0]


def pile(booking: Booking, number: int) -> None:
    """What was sent in years, and what is due some day."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(
            """
            INSERT INTO booking_message (kind, to_address, to_name, language, booking_id, context, due_at, priority,
                state, tries, next_try_at, fence, message_id, last_error, sealed, created_at, sent_at)
            SELECT 'reminder', 'a@school.example', '', 'de', %s, '{}', %s, 5,
                CASE WHEN n %% 20 = 0 THEN 'owed' ELSE 'sent' END, 0, %s, 0, '<pile-' || n || '@x>', '', '', %s, NULL
            FROM generate_series(1, %s) AS n
            """,
            [
                booking.pk,
                timezone.now() + timedelta(days=90),
                timezone.now() + timedelta(days=90),
                timezone.now(),
                number,
            ],
        )
        cursor.execute("ANALYZE booking_message")


def claiming() -> float:
    """Milliseconds of one claim; nothing stays claimed."""
    with stopwatch() as took:
        for _ in range(CLAIMS):
            with transaction.atomic():
                assert len(claims.claim(timezone.now(), BATCH)) == BATCH
                transaction.set_rollback(True)
    return took[0] * 1000 / CLAIMS
