"""What everybody hears when a date moves, and the reminders for its new day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from booking.messages.catalogue import KINDS
from booking.messages.outbox import compose, contact_address, leading, reminders_of, trainer_address
from booking.models import Booking, Message
from workshops.models import Slot

OWED, DROPPED = Message.State.OWED, Message.State.DROPPED


def tell(slot: Slot, bookings: Sequence[Booking], former: dict[str, str], *, now: datetime, reason: str) -> None:
    """Owe contacts and trainers the news, and new reminders. The slot is locked.

    Who has not yet heard of an earlier move hears of both as one: from where it was known to be, to where it is now.
    """
    unheard = take_back(slot)
    Message.objects.bulk_create(
        [
            *to_contacts(bookings, former, unheard, now=now, reason=reason),
            *to_team(slot, former, unheard, now=now, reason=reason),
            *(row for one in bookings if one.state == Booking.State.CONFIRMED for row in reminders_of(one, now=now)),
        ]
    )


def take_back(slot: Slot) -> dict[str, dict[str, str]]:
    """Drop reminders of the former day and news that nobody got yet; by address, what was known before those."""
    of_bookings = Message.objects.filter(booking__slot=slot, state=OWED)
    of_bookings.filter(kind="reminder").update(state=DROPPED, last_error="moved")
    news = of_bookings.filter(kind="slot_moved") | Message.objects.filter(slot=slot, state=OWED, kind="slot_moved_team")
    rows = list(news.select_for_update(of=("self",)).order_by("-pk"))
    Message.objects.filter(pk__in=[row.pk for row in rows]).update(state=DROPPED, last_error="moved again")
    return {key_of(row): row.context["former"] for row in rows}


def key_of(message: Message) -> str:
    return f"{message.booking_id or 'team'} {message.to_address}"


def to_contacts(
    bookings: Iterable[Booking], former: dict[str, str], unheard: dict[str, Any], *, now: datetime, reason: str
) -> Iterable[Message]:
    for booking in bookings:
        if booking.contact_email:
            row = compose(KINDS["slot_moved"], contact_address(booking), now=now, booking=booking, reason=reason)
            row.context["former"] = unheard.get(key_of(row), former)
            yield row


def to_team(
    slot: Slot, former: dict[str, str], unheard: dict[str, Any], *, now: datetime, reason: str
) -> Iterable[Message]:
    for one in leading(slot):
        if one.trainer.email:
            row = compose(KINDS["slot_moved_team"], trainer_address(one.trainer), now=now, slot=slot, reason=reason)
            row.context["former"] = unheard.get(key_of(row), former)
            yield row
