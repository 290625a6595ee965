"""The reminders of a visit: rows that rules make when it is confirmed, and make anew when it moves."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from django.db.models import QuerySet

from booking import policy
from booking.messages.catalogue import KINDS
from booking.messages.owed import copies, message_to
from booking.messages.recipients import contact_address
from booking.models import Booking, Message
from schools.schooldays import closed_days, local_day


def reminders_of(booking: Booking, *, now: datetime) -> list[Message]:
    """The reminders still to come: at 8:00 local time, so many school days before, each of use until the visit; also
    for who reads along."""
    slot, lesson = booking.slot, local_day(booking.slot.starts_at)
    closed = closed_days(booking.school, lesson - policy.LONGEST_LOOK_BACK, lesson)
    times = policy.reminder_times(slot.starts_at, slot.workshop.policy, closed)
    rows = []
    for days, due in times.items():
        if due <= now or not booking.contact_email:
            continue
        key = f"reminder:{days}:booking:{booking.pk}:{booking.sequence}"
        to = contact_address(booking)
        row = message_to(KINDS["reminder"], to, now=now, due_at=due, booking=booking, dedupe_key=key)
        row.useful_until = slot.starts_at
        rows += [row, *along_with(row, booking, now=now)]
    return rows


def along_with(reminder: Message, booking: Booking, *, now: datetime) -> list[Message]:
    """The same reminder for who reads along now, once for each address."""
    rows = copies(KINDS["reminder"], booking, now=now, due_at=reminder.due_at)
    for row in rows:
        reader = sha256(row.to_address.lower().encode()).hexdigest()[:16]
        row.useful_until, row.dedupe_key = reminder.useful_until, f"{reminder.dedupe_key}:{reader}"
    return rows


def remind_along(bookings: QuerySet[Booking], *, now: datetime) -> None:
    """Owe who reads along since a moment the reminders of these bookings that are still to come. Two queries."""
    owed = Message.objects.filter(booking__in=bookings, kind="reminder", state=Message.State.OWED, due_at__gt=now)
    mine = owed.exclude(context__has_key="copy").select_related("booking__school")
    rows = [row for one in mine if one.booking for row in along_with(one, one.booking, now=now)]
    Message.objects.bulk_create(rows, ignore_conflicts=True)
