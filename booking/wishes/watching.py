"""Who waits for a date hears when one opens: one mail a day and watch, owed in the transaction that opens it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from accounts.actor import Actor
from booking import policy
from booking.errors import NotAllowed
from booking.messages.catalogue import KINDS
from booking.messages.owed import message_to
from booking.messages.recipients import person_address
from booking.models import Message, Watch
from booking.retry import retried
from booking.wishes.inquiring import hold_to_limit
from schools.schooldays import at_local, local_day
from workshops.models import Slot, Workshop
from workshops.vocabulary import BookingMode

LASTS = timedelta(days=365)
A_CLASS = 15  # fewer places are none for a class
A_BULK = 1_000
KIND = KINDS["slot_opened"]
# Adds dates to mails that still wait; what is on its way or out is left alone. The rows that took them come back.
ADD = """
    UPDATE booking_message m
    SET context = jsonb_set(m.context, '{slots}', (m.context -> 'slots') || new.slots::jsonb),
        due_at = greatest(m.due_at, new.due_at), next_try_at = greatest(m.next_try_at, new.due_at)
    FROM unnest(%s::text[], %s::text[], %s::timestamptz[]) AS new (key, slots, due_at)
    WHERE m.dedupe_key = new.key AND m.state = 'owed'
    RETURNING m.dedupe_key
"""
Wanted = dict[tuple[int, date], list[Slot]]


@retried
def watch(workshop: Workshop, *, grade: int | None, month: str, language: str, by: Actor, now: datetime) -> Watch:
    """Wait for a date for a year; the same wish again begins its year anew. Raises NotAllowed, TooManyWishes."""
    if by.user is None:
        raise NotAllowed("watch")
    hold_to_limit("watch", by.user, now)
    facts: dict[str, Any] = {"language": language, "created_at": now, "ends_at": now + LASTS}
    wish: dict[str, Any] = {"user": by.user, "workshop": workshop, "grade": grade, "month": month}
    found, _made = Watch.objects.update_or_create(**wish, defaults=facts)
    return found


def takes_a_class(slot: Slot, at: datetime) -> bool:
    """Whether everybody finds the date in the catalogue and a class may book it at `at`."""
    return slot.listed and slot.is_bookable(at) and slot.has_room_for(min(slot.capacity, A_CLASS))


def opens_at(slot: Slot, now: datetime) -> datetime | None:
    """When a class may book the date: now, or once booking opens; None where it cannot as things stand."""
    at = max(now, slot.book_from)
    return at if takes_a_class(slot, at) and slot.booking_mode != BookingMode.WISH else None


def tell_opened(slots: Sequence[Slot], *, now: datetime) -> None:
    """Owe those who wait for such dates a mail, or add the dates to the one that they are owed already.

    At most six queries, however many dates and watches there are; one where nobody waits.
    """
    opening = [(slot, at) for slot in slots if (at := opens_at(slot, now))]
    if not opening:
        return
    waiting = Watch.objects.live(now).filter(workshop__in={slot.workshop_id for slot, _at in opening})
    watches = {one.pk: one for one in waiting.select_related("user").order_by("pk") if one.user.is_active}
    wanted: Wanted = defaultdict(list)
    for one in watches.values():
        for slot, at in opening:
            if slot.workshop_id == one.workshop_id and one.fits(slot):
                wanted[one.pk, local_day(at + KIND.delay)].append(slot)
    told = owe(watches, wanted, now)
    late = {(pk, day + timedelta(days=1)): slots for (pk, day), slots in wanted.items() if key_of(pk, day) not in told}
    owe(watches, late, now)


def key_of(pk: int, day: date) -> str:
    return f"slot_opened:watch:{pk}:{day}"


def owe(watches: dict[int, Watch], wanted: Wanted, now: datetime) -> set[str]:
    """One mail a watch and day; returns the keys of those that tell of the dates. Three queries at most."""
    if not wanted:
        return set()
    rows = [mail_for(watches[pk], day, slots, now) for (pk, day), slots in wanted.items()]
    Message.objects.bulk_create(rows, batch_size=A_BULK, ignore_conflicts=True)
    keys, times = [key_of(pk, day) for pk, day in wanted], [row.due_at for row in rows]
    lists = [str([slot.pk for slot in slots]) for slots in wanted.values()]
    with connection.cursor() as cursor:
        cursor.execute(ADD, [keys, lists, times])
        return {key for (key,) in cursor.fetchall()}


def mail_for(one: Watch, day: date, slots: Sequence[Slot], now: datetime) -> Message:
    """Soon, so that several dates are one mail; on a later day in the morning, or once booking has opened."""
    opened = max(now, *(slot.book_from for slot in slots)) + KIND.delay
    due_at = max(opened, at_local(day, policy.MORNING)) if day > local_day(opened) else opened
    to = person_address(one.user) | {"language": one.language}
    return message_to(KIND, to, now=now, due_at=due_at, dedupe_key=key_of(one.pk, day), watch=one.pk, slots=[])


def ended(now: datetime) -> QuerySet[Watch]:
    """Watches that are over, or came true."""
    return Watch.objects.exclude(pk__in=Watch.objects.live(now).values("pk"))
