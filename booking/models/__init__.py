"""The rows of bookings and of all that tells of them, one file a thing; what must hold is a constraint with a name."""

from booking.models.alternative import Alternative
from booking.models.attendance import Attendance
from booking.models.booking import Booking
from booking.models.broadcast import Broadcast
from booking.models.change import Change
from booking.models.document import Document
from booking.models.explanation import Explanation
from booking.models.fact import VisitFact
from booking.models.feed import Feed
from booking.models.feedback import Feedback, FeedbackCode
from booking.models.frozen import FrozenReport
from booking.models.hand_over import HandOver
from booking.models.idempotency import IdempotencyKey
from booking.models.inquiry import Inquiry
from booking.models.message import Bounce, Message, MessageChoice, Pause
from booking.models.note import Note
from booking.models.vocabulary import ENDED, HOLDING, LIVE, VISITING, Need, changed_at
from booking.models.watch import Watch

__all__ = [
    "ENDED",
    "HOLDING",
    "LIVE",
    "VISITING",
    "Alternative",
    "Attendance",
    "Booking",
    "Bounce",
    "Broadcast",
    "Change",
    "Document",
    "Explanation",
    "Feed",
    "Feedback",
    "FeedbackCode",
    "FrozenReport",
    "HandOver",
    "IdempotencyKey",
    "Inquiry",
    "Message",
    "MessageChoice",
    "Need",
    "Note",
    "Pause",
    "VisitFact",
    "Watch",
    "changed_at",
]
