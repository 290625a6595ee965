"""No mail leaves while a `Pause` stands: after a restore, until the operator's go."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from booking.messages.about import load_subjects
from booking.messages.outbox import wake
from booking.messages.relevance import why_not
from booking.models import Message, Pause

log = logging.getLogger(__name__)

BATCH = 500
SAID_AGAIN_AFTER = 3600.0  # seconds: a sender looks every few, and a log is read by people
AT_THE_OPERATORS_WORD = "due before the operator's go"


def pause(now: datetime, why: str) -> None:
    """Hold back every mail from now on; what was claimed before may still go."""
    Pause.objects.update_or_create(id=1, defaults={"since": now, "why": why})


class Sentry:
    """Asked before each batch whether mails may go; tells the log when not, once an hour."""

    def __init__(self) -> None:
        self.said_at = 0.0

    def holds(self) -> bool:
        paused = Pause.objects.first()
        if paused is None:
            self.said_at = 0.0
        elif not self.said_at or time.monotonic() - self.said_at > SAID_AGAIN_AFTER:
            self.said_at = time.monotonic()
            since = timezone.localtime(paused.since).isoformat(timespec="minutes")
            log.warning("Sending is paused since %s (%s); `manage.py resume_sending` ends it.", since, paused.why)
        return paused is not None


@dataclass(frozen=True, slots=True)
class Backlog:
    """The mails that wait: how many of each kind, how many are out of date and why, and since when the oldest waits."""

    kinds: Counter[str]
    out_of_date: Counter[str]
    oldest: datetime | None


def backlog(now: datetime) -> Backlog:
    kinds: Counter[str] = Counter()
    out_of_date: Counter[str] = Counter()
    oldest = None
    for message in owed(now):
        kinds[message.kind] += 1
        oldest = oldest or message.due_at
        if reason := why_not(message, now):
            out_of_date[reason] += 1
    return Backlog(kinds, out_of_date, oldest)


def owed(now: datetime) -> Iterator[Message]:
    """What would go now, the longest owed first, with what it is about."""
    rows = Message.objects.unsent().filter(due_at__lte=now).order_by("due_at", "pk")
    keys = list(rows.values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        batch = list(rows.filter(pk__in=keys[start : start + BATCH]))
        load_subjects(batch)
        yield from batch


@transaction.atomic
def drop_before(moment: datetime) -> int:
    """Give up what was due before `moment`: it went out from elsewhere. Returns how many; they keep the reason."""
    old = Message.objects.unsent().filter(due_at__lt=moment)
    return old.update(state=Message.State.DROPPED, sealed="", lease_until=None, last_error=AT_THE_OPERATORS_WORD)


@transaction.atomic
def resume() -> bool:
    """Let mails go again, at once; what is out of date the sender drops as ever. False: nothing was paused."""
    ended, _rows = Pause.objects.all().delete()
    wake()
    return bool(ended)
