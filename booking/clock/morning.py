"""The digest of a morning: what is open for an organiser, told once on a school day, and only if there is something."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Count, Min, QuerySet

from accounts.models import Tally, User
from booking.desk.open_work import tasks_of
from booking.messages.catalogue import KINDS
from booking.messages.owed import message_to
from booking.messages.recipients import person_address
from booking.models import Message, MessageChoice
from schools.schooldays import at_local, closed_days, day_end, is_school_day, local_day

CLOCK = time(7, 30)
USEFUL = KINDS["requests_digest"].useful_for or timedelta()


def send_digests(now: datetime) -> int:
    """Owe each organiser for whom something is open one mail, at 7:30 local time of a school day.

    It is decided once a morning: what turns up later, also by a second clock, waits for the next one.
    """
    today = local_day(now)
    due_at = at_local(today, CLOCK)
    if not due_at <= now < due_at + USEFUL or not is_school_day(today, closed_days(None, today, today)):
        return 0
    key = f"requests_digest:{today}"
    if Tally.objects.filter(key=key).exists():
        return 0
    open_for = [user for user in readers() if any(rows.exists() for rows in tasks_of(user, due_at).values())]
    with transaction.atomic():
        Message.objects.bulk_create(
            [digest(user, due_at, now, f"{key}:user:{user.pk}") for user in open_for], ignore_conflicts=True
        )
        Tally.objects.bulk_create([Tally(key=key, count=1, ends_at=day_end(today))], ignore_conflicts=True)
    return len(open_for)


def readers() -> QuerySet[User]:
    """Organisers who did not say that they want no such mail."""
    unwanted = MessageChoice.objects.filter(kind="requests_digest", how=MessageChoice.How.NEVER).values("user")
    organisers = User.objects.filter(is_active=True, partner_roles__isnull=False).exclude(pk__in=unwanted)
    return organisers.annotate(houses=Count("partner_roles"), house=Min("partner_roles__partner")).order_by("pk")


def digest(user: User, due_at: datetime, now: datetime, key: str) -> Message:
    """The mail for one of `readers`; where they organise one house alone, it is of that house."""
    house = {"partner_id": user.house} if user.houses == 1 else {}  # type: ignore[attr-defined]  # annotated there
    return message_to(KINDS["requests_digest"], person_address(user), now=now, due_at=due_at, dedupe_key=key, **house)
