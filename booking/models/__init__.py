from booking.models.attendance import Attendance
from booking.models.booking import HOLDING, LIVE, VISITING, Alternative, Booking, Need
from booking.models.change import Change
from booking.models.feed import Feed
from booking.models.idempotency import IdempotencyKey
from booking.models.message import Message

__all__ = [
    "HOLDING",
    "LIVE",
    "VISITING",
    "Alternative",
    "Attendance",
    "Booking",
    "Change",
    "Feed",
    "IdempotencyKey",
    "Message",
    "Need",
]
