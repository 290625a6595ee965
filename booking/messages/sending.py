"""From claimed rows to the mail server: one connection a run, each mail marked before the next is sent."""

from __future__ import annotations

import logging
import smtplib
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.db import transaction

from booking.messages import bounces, claims
from booking.messages.about import load_subjects
from booking.messages.delivery import Mail, compose
from booking.messages.pausing import Sentry
from booking.messages.relevance import must_wait, why_not
from booking.models import Message

log = logging.getLogger(__name__)

BATCH = 50
FRESH_FOR = 5.0  # seconds: what was read with the batch may be trusted so long, and the lease is longer
SHORT_WAIT = timedelta(seconds=2)
SERVICE_CLOSING, PERMANENT = 421, 500
SENTRY = Sentry()
Stop = Callable[[], bool]


class Unreachable(Exception):
    """No mail server, or one that does not answer: no message is to blame."""


def send_due(now: datetime, *, stop: Stop = lambda: False, seconds: float = 200) -> Counter[str]:
    """Send everything that is due at `now`; returns how many messages ended in which state.

    Ends when nothing is left, when sending is paused or the mail server cannot be reached (all stays owed), when
    `stop()` says so, which is asked before every mail, or after `seconds`. Holds no transaction while it speaks to the
    server. Any number of senders may run at once.
    """
    done: Counter[str] = Counter()
    end = time.monotonic() + seconds
    with closing(Post()) as post:
        while not stop() and time.monotonic() < end:
            if SENTRY.holds():
                done["paused"] += 1
                break
            batch = claims.claim(now, BATCH)
            if not batch:
                break
            try:
                done += send_batch(batch, post, now, stop)
            except Unreachable as error:
                log.warning("The mail server cannot be reached; messages wait: %s", error)
                done["waiting"] += 1
                break
    return done


def send_batch(batch: list[Message], post: Post, now: datetime, stop: Stop) -> Counter[str]:
    """Raises Unreachable; what was not tried is given back then."""
    done: Counter[str] = Counter()
    stale_at = time.monotonic() + min(FRESH_FOR, settings.OUTBOX_LEASE_SECONDS / 3)
    left = list(reversed(batch))
    try:
        load_subjects(batch)
        bounces.load(batch)
        while left and not stop() and time.monotonic() < stale_at:
            done[deal_with(left.pop(), post, now)] += 1
    finally:
        give_back(left)
    return done


def give_back(messages: Iterable[Message]) -> None:
    for message in messages:
        claims.give_back(message)


def deal_with(message: Message, post: Post, now: datetime) -> str:
    """Send one message, or say why not; returns the word for what became of it. Raises Unreachable."""
    try:
        if reason := why_not(message, now):
            claims.drop(message, reason)
            return "dropped"
        if must_wait(message):
            claims.give_back(message, until=now + SHORT_WAIT)
            return "postponed"
        mail = compose(message)
    except Exception as error:  # whatever is wrong with one message, the others go out
        log.exception("Message %s (%s) cannot be written", message.pk, message.kind)
        claims.retry_later(message, now, f"{type(error).__name__}: {error}")
        return "retried"
    return hand_over(message, mail, post, now)


def hand_over(message: Message, mail: Mail, post: Post, now: datetime) -> str:
    try:
        post.send(mail)
    except Unreachable:
        claims.give_back(message)
        raise
    except smtplib.SMTPServerDisconnected as error:
        claims.retry_later(message, now, f"no answer: {error}", unanswered=True)
        return "retried"
    except smtplib.SMTPException as error:
        code, text = words_of(error)
        if is_final(error, code):
            with transaction.atomic():
                if claims.fail(message, f"{code} {text}"):  # else the reader may be deleted: no mark names them again
                    bounces.mark(message, f"{code} {text}", now)
            return "failed"
        claims.retry_later(message, now, f"{code} {text}")
        return "retried"
    claims.mark_sent(message, now, calendar=mail.method)
    bounces.clear(message)
    return "sent"


def words_of(error: smtplib.SMTPException) -> tuple[int, str]:
    """What the server said; an error without its words counts as one that may pass."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, said = error.smtp_code, as_bytes(error.smtp_error)
    else:
        return 0, str(error)
    return code, said.decode(errors="replace").replace("\x00", "")


def as_bytes(said: bytes | str) -> bytes:
    return said.encode() if isinstance(said, str) else said


def is_final(error: smtplib.SMTPException, code: int) -> bool:
    """5xx about the address or the mail. About us as the sender it is a matter for the operator, and may pass."""
    return code >= PERMANENT and not isinstance(error, smtplib.SMTPSenderRefused)


class Post:
    """One connection to the mail server, opened when the first mail goes and again when the server closed it."""

    def __init__(self) -> None:
        self.connection: Any = get_connection()
        self.sent = 0
        self.breakdowns = 0

    def send(self, mail: Mail) -> None:
        """Raises Unreachable before anything was said, SMTPServerDisconnected when the answer is not known, and the
        other errors of smtplib for what the server did not like."""
        again = self.sent > 0  # servers close after so many mails; the first of a fresh connection has no such excuse
        try:
            self.deliver(mail)
        except smtplib.SMTPServerDisconnected:
            if not again:
                raise
            self.deliver(mail)
        self.sent, self.breakdowns = self.sent + 1, 0

    def deliver(self, mail: Mail) -> None:
        self.open()
        try:
            self.connection.send_messages([mail.email])
        except smtplib.SMTPServerDisconnected:
            self.hang_up()
            raise
        except smtplib.SMTPResponseException as error:
            if error.smtp_code != SERVICE_CLOSING:
                raise
            self.hang_up()
            raise smtplib.SMTPServerDisconnected(str(error)) from error
        except OSError as error:
            if isinstance(error, smtplib.SMTPException):
                raise
            self.hang_up()
            raise smtplib.SMTPServerDisconnected(str(error) or type(error).__name__) from error

    def open(self) -> None:
        if self.breakdowns > 1:
            raise Unreachable("it broke off twice")
        try:
            self.connection.open()
        except (OSError, smtplib.SMTPException) as error:
            self.hang_up()
            raise Unreachable(str(error) or type(error).__name__) from error

    def hang_up(self) -> None:
        """Without a word: a server that does not answer would let us wait for its goodbye, too."""
        self.sent, self.breakdowns = 0, self.breakdowns + 1
        if line := getattr(self.connection, "connection", None):
            line.close()
            self.connection.connection = None

    def close(self) -> None:
        self.connection.close()
