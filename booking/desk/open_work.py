"""What is open for an organiser: the tasks of the first page, as the mail of the morning tells them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import ngettext

from accounts.models import User
from booking.desk import inbox
from booking.models import Booking, Inquiry, Message, MessageChoice
from workshops.models import Slot

MOST_REQUESTS = 30
MOST_OTHERS = 5
IN_INBOX = {"requests", "inquiries"}
UNRECORDED = timedelta(days=3), timedelta(days=30)  # from when and until when after the visit it is told
UNSTAFFED_AHEAD = timedelta(days=28)
FAILED_BACK = timedelta(days=7)


def requests(at: datetime) -> Any:
    """What came by then; what comes later in the day waits for the next morning."""
    return Booking.objects.requested().filter(created_at__lt=at).oldest_first()


def unanswered(at: datetime) -> Any:
    coming = Booking.objects.unanswered().filter(slot__starts_at__gt=at)
    return coming.with_facts().order_by("slot__starts_at", "pk")


def explained(at: datetime) -> Any:
    """Missed visits that the school explained, and nobody has answered."""
    written = Booking.objects.explained().filter(explanation__at__lt=at)
    return written.with_facts().order_by("slot__starts_at", "pk")


def unrecorded(at: datetime) -> Any:
    missing = Exists(Booking.objects.unrecorded(at).filter(slot=OuterRef("pk")))
    after, until = UNRECORDED
    over = Slot.objects.filter(missing, ends_at__lt=at - after, ends_at__gte=at - until)
    return over.select_related("workshop").order_by("starts_at", "pk")


def unstaffed(at: datetime) -> Any:
    coming = Slot.objects.to_come(at).filter(groups_taken__gt=0, starts_at__lt=at + UNSTAFFED_AHEAD)
    return coming.without_trainer().select_related("workshop").order_by("starts_at", "pk")


def inquiries(at: datetime) -> Any:
    return Inquiry.objects.open().filter(created_at__lt=at).with_facts().oldest_first()


def failed(at: datetime) -> Any:
    recent = Message.objects.failed().filter(created_at__gte=at - FAILED_BACK, created_at__lt=at)
    return recent.order_by("-created_at", "-pk")


# Each task with the kind of mail by which an organiser may have said to want nothing of it.
TASKS: dict[str, tuple[Callable[[datetime], Any], str]] = {
    "requests": (requests, "request_arrived"),
    "inquiries": (inquiries, ""),
    "unanswered": (unanswered, "reconfirm_missing"),
    "explained": (explained, ""),
    "unrecorded": (unrecorded, "attendance_open"),
    "unstaffed": (unstaffed, ""),
    "failed": (failed, ""),
}


def tasks_of(user: User, at: datetime) -> dict[str, Any]:
    """A queryset a task that the person wants to hear of, over the houses that they organise. One query."""
    chosen = MessageChoice.objects.filter(user=user, how=MessageChoice.How.NEVER)
    unwanted = set(chosen.values_list("kind", flat=True))
    return {name: rows(at).organised_by(user) for name, (rows, kind) in TASKS.items() if kind not in unwanted}


@dataclass
class OpenWork:
    """How many of each task, and the first of them; `requests` as the inbox shows them."""

    counts: dict[str, int] = field(default_factory=dict)
    rows: dict[str, list[Any]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any(self.counts.values())

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def is_cut(self) -> bool:
        """Whether there is more than the mail lists."""
        return any(count > len(self.rows[name]) for name, count in self.counts.items())

    @property
    def only_requests(self) -> bool:
        return not any(count for name, count in self.counts.items() if name not in IN_INBOX)

    @property
    def summary(self) -> str:
        """2 requests, 1 date without anybody who leads."""
        words = {
            "requests": lambda n: ngettext("%(n)d request", "%(n)d requests", n),
            "inquiries": lambda n: ngettext("%(n)d wish", "%(n)d wishes", n),
            "unanswered": lambda n: ngettext("%(n)d visit in doubt", "%(n)d visits in doubt", n),
            "explained": lambda n: ngettext("%(n)d missed visit explained", "%(n)d missed visits explained", n),
            "unrecorded": lambda n: ngettext("%(n)d visit without numbers", "%(n)d visits without numbers", n),
            "unstaffed": lambda n: ngettext("%(n)d date that nobody leads", "%(n)d dates that nobody leads", n),
            "failed": lambda n: ngettext("%(n)d mail that failed", "%(n)d mails that failed", n),
        }
        return ", ".join(words[name](n) % {"n": n} for name, n in self.counts.items() if n)


def read(user: User | None, at: datetime) -> OpenWork:
    """What is open for somebody, a bounded number of queries; nothing for who has left."""
    work = OpenWork()
    if user is None or not user.is_active:
        return work
    for name, rows in tasks_of(user, at).items():
        work.counts[name] = rows.count()
        if name == "requests":
            work.rows[name] = inbox.read(inbox.with_wishes(rows)[:MOST_REQUESTS], at)
        else:
            work.rows[name] = list(rows[:MOST_OTHERS])
    return work
