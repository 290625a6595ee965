"""What messages are about, read for a whole batch in a few queries."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Prefetch, QuerySet

from booking.models import VISITING, Booking, Message
from workshops.models import Assignment, Slot


def load_subjects(messages: Sequence[Message]) -> None:
    """Fill in the bookings and slots of `messages` as they are now, with all that a mail says of them."""
    bookings = bookings_told().in_bulk({one.booking_id for one in messages if one.booking_id})
    slots = slots_told().in_bulk({one.slot_id for one in messages if one.slot_id})
    for message in messages:
        if message.booking_id:
            message.booking = bookings[message.booking_id]
        if message.slot_id:
            message.slot = slots[message.slot_id]


def bookings_told() -> QuerySet[Booking]:
    return Booking.objects.select_related("slot__workshop__partner", "slot__venue", "school").prefetch_related(
        Prefetch("slot__assignments", team(), to_attr="team")
    )


def slots_told() -> QuerySet[Slot]:
    visits = Booking.objects.filter(state__in=VISITING).select_related("school", "attendance").order_by("pk")
    return Slot.objects.select_related("workshop__partner", "venue").prefetch_related(
        Prefetch("assignments", team(), to_attr="team"), Prefetch("bookings", visits, to_attr="visits")
    )


def team() -> QuerySet[Assignment]:
    return Assignment.objects.accepted().select_related("trainer").order_by("-role", "pk")
