"""The only place where a booking changes state. Each rule is one transaction: lock, look, refuse, write, tell.

`place`, the hot one, inserts first and takes the slot by its last statement (the gate); all others lock the slot first.
Locks have one order: the person (where a stranger's bookings are counted) and a school that is only proposed, then
slots by key, then trainers by key, then bookings.
"""

from booking.rules.attending import Counts, attend, counts_of
from booking.rules.bundling import place_together
from booking.rules.changing import amend, resize
from booking.rules.deciding import confirm, decline, expire, wait
from booking.rules.ending import cancel, end_by_cancelling
from booking.rules.excusing import answer_missed, explain_missed, standing_of
from booking.rules.handing_over import asked_by_mail, hand_over, take_over
from booking.rules.moving import move
from booking.rules.placing import place
from booking.rules.reconfirming import advance_reconfirmation, reconfirm
from booking.rules.settling import require_reason
from booking.rules.undoing import undo
from booking.rules.waiting import accept, offer_freed, reject, withdraw_offer

__all__ = [
    "Counts",
    "accept",
    "advance_reconfirmation",
    "amend",
    "answer_missed",
    "asked_by_mail",
    "attend",
    "cancel",
    "confirm",
    "counts_of",
    "decline",
    "end_by_cancelling",
    "expire",
    "explain_missed",
    "hand_over",
    "move",
    "offer_freed",
    "place",
    "place_together",
    "reconfirm",
    "reject",
    "require_reason",
    "resize",
    "standing_of",
    "take_over",
    "undo",
    "wait",
    "withdraw_offer",
]
