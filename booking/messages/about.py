"""What messages are about, read for a whole batch in a few queries."""

from __future__ import annotations

from collections.abc import Sequence

from booking.models import Message
from booking.told import told_bookings, told_slots


def load_subjects(messages: Sequence[Message]) -> None:
    """Fill in the bookings and slots of `messages` as they are now, with all that a mail says of them."""
    bookings = told_bookings().in_bulk({one.booking_id for one in messages if one.booking_id})
    slots = told_slots().in_bulk({one.slot_id for one in messages if one.slot_id})
    for message in messages:
        if message.booking_id:
            message.booking = bookings[message.booking_id]
        if message.slot_id:
            message.slot = slots[message.slot_id]
