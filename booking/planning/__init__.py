"""Slots and who stands in them: open, change, move, close, staff, call off. Each rule is one transaction.

Locks have one order: the slot, then trainers by key, then bookings by key.
"""

from booking.planning.asking import answer, ask
from booking.planning.assigning import assign
from booking.planning.calling_off import cancel_slot
from booking.planning.changing import change_slot, close_slot, reopen_slot
from booking.planning.opening import MOST_AT_ONCE, Opening, end_of, open_many, open_slot

__all__ = [
    "MOST_AT_ONCE",
    "Opening",
    "answer",
    "ask",
    "assign",
    "cancel_slot",
    "change_slot",
    "close_slot",
    "end_of",
    "open_many",
    "open_slot",
    "reopen_slot",
]
