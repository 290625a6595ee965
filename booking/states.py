"""Which states follow which, and what is possible in each: the one table that rules, pages, API and docs speak from."""

from __future__ import annotations

from datetime import datetime

from booking.errors import AlreadyDecided, BookingError, NotActive, TooLate
from booking.models import LIVE, VISITING, Booking

State = Booking.State
Reconfirm = Booking.Reconfirm

# From a state to the next, and by which rules. A booking begins as requested, waitlisted or confirmed.
TRANSITIONS: dict[tuple[str, str], tuple[str, ...]] = {
    (State.REQUESTED, State.CONFIRMED): ("confirm",),
    (State.REQUESTED, State.DECLINED): ("decline",),
    (State.REQUESTED, State.WAITLISTED): ("wait",),
    (State.REQUESTED, State.EXPIRED): ("expire",),
    (State.REQUESTED, State.CANCELLED): ("cancel",),
    (State.WAITLISTED, State.OFFERED): ("offer",),
    (State.WAITLISTED, State.CONFIRMED): ("move",),
    (State.WAITLISTED, State.REQUESTED): ("move",),
    (State.WAITLISTED, State.EXPIRED): ("expire",),
    (State.WAITLISTED, State.CANCELLED): ("cancel",),
    (State.OFFERED, State.CONFIRMED): ("accept",),
    (State.OFFERED, State.EXPIRED): ("withdraw",),
    (State.OFFERED, State.CANCELLED): ("cancel", "reject"),
    (State.CONFIRMED, State.ATTENDED): ("attend",),
    (State.CONFIRMED, State.NO_SHOW): ("attend",),
    (State.CONFIRMED, State.CANCELLED): ("cancel", "release"),
    (State.ATTENDED, State.NO_SHOW): ("attend",),
    (State.NO_SHOW, State.ATTENDED): ("attend",),
    (State.DECLINED, State.REQUESTED): ("undo",),
    (State.CANCELLED, State.REQUESTED): ("undo",),
    (State.CANCELLED, State.WAITLISTED): ("undo",),
    (State.CANCELLED, State.OFFERED): ("undo",),
    (State.CANCELLED, State.CONFIRMED): ("undo",),
}

# What somebody may ask for, and in which states; the names are those of the API.
POSSIBLE: dict[str, tuple[str, ...]] = {
    "change": LIVE,
    "move": (State.REQUESTED, State.WAITLISTED, State.CONFIRMED),
    "cancel": LIVE,
    "hand_over": LIVE,
    "reconfirm": (State.CONFIRMED,),
    "accept": (State.OFFERED,),
    "reject": (State.OFFERED,),
    "confirm": (State.REQUESTED,),
    "decline": (State.REQUESTED,),
    "wait": (State.REQUESTED,),
    "attendance": VISITING,
}
BEFORE_THE_START = {"change", "move", "cancel", "hand_over", "reconfirm"}  # for the school; organisers may later, too
DECISIONS = {"confirm", "decline", "wait"}
ASKED = (Reconfirm.ASKED, Reconfirm.REMINDED, Reconfirm.OVERDUE)


def refusal(action: str, booking: Booking, role: str, now: datetime) -> BookingError | None:
    """Why `action` is not possible as things stand, for somebody in `role`; None where it is. Asks nothing of slots
    but their start: what fits is known under the lock only."""
    if booking.state not in POSSIBLE[action]:
        return AlreadyDecided() if action in DECISIONS else NotActive()
    begun = now >= booking.slot.starts_at
    if action in BEFORE_THE_START and role != "organiser" and begun:
        return TooLate()
    if action == "accept" and (booking.offer_expires_at is None or now >= booking.offer_expires_at):
        return TooLate()
    if action == "attendance" and not begun:
        return NotActive()
    if action == "reconfirm" and booking.reconfirm_step not in ASKED:
        return NotActive()
    return None


def require_possible(action: str, booking: Booking, role: str, now: datetime) -> None:
    """Raises NotActive, AlreadyDecided or TooLate."""
    refused = refusal(action, booking, role, now)
    if refused:
        raise refused


def require_transition(before: str, after: str) -> None:
    """A last look before a state is written: no rule leads another way than the table says."""
    assert before == after or (before, after) in TRANSITIONS, (before, after)
