"""Taking back a decline or a cancellation, for a minute, by whoever did it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.actor import Actor
from booking import access
from booking.errors import NoRoom, NotAllowed, UndoOver
from booking.messages import outbox
from booking.messages.catalogue import SECOND_THOUGHTS
from booking.models import Booking, Change
from booking.retry import retried
from booking.rules.settling import lock_for, settle, twice_is_refused
from booking.rules.waiting import offer_freed
from workshops.models import Slot

State = Booking.State
ENDINGS = (Change.Kind.DECLINED, Change.Kind.CANCELLED)


@retried
def undo(booking: Booking, *, by: Actor, now: datetime) -> Booking:
    """Back to the state before the decline or cancellation, if its places are still free.

    Who was offered a place meanwhile keeps it. The mail that waits is dropped; one that is out already is followed by
    another. Locks the slot. Raises NotAllowed, UndoOver, NoRoom, AlreadyBooked.
    """
    by = access.require(by, "undo", booking)
    slot, booking = lock_for(by, "undo", booking)
    ending = ending_of(booking)
    if ending and not is_by(ending, by):
        raise NotAllowed("undo")
    if ending is None or not is_fresh(ending, now) or slot.state == Slot.State.CANCELLED or has_moved(slot, ending):
        raise UndoOver
    former = ending.facts["former"]
    places = booking.pupils if former["held"] else 0
    if places and not slot.has_room_for(places):
        raise NoRoom(left=slot.room)
    with twice_is_refused():
        settle(slot, booking, now, state=former["state"], places=places, **as_before(former))
    booking.record("undone", by=by, at=now, state=[ending.kind, former["state"]])
    outbox.tell_of_undoing(booking, ending.at, now=now)
    offer_freed(slot, now=now)
    return booking


def as_before(former: dict[str, Any]) -> dict[str, Any]:
    """What ending the booking has overwritten."""
    until = former["offer_until"]
    return {
        "offer_expires_at": datetime.fromisoformat(until) if until else None,
        "ended_by": "",
        "end_reason": "",
        "late": False,
    }


def ending_of(booking: Booking) -> Change | None:
    """The decline or cancellation that stands, if that is the last thing that happened."""
    last = booking.changes.select_related("actor").first()
    return last if last and last.kind in ENDINGS and "former" in last.facts else None


def still_fits(booking: Booking, ending: Change) -> bool:
    """Whether the places that it held are free, as its slot was read: the queue may have got them at once."""
    held = ending.facts.get("former", {}).get("held")
    return not held or booking.slot.has_room_for(booking.pupils)


def is_fresh(ending: Change, now: datetime) -> bool:
    return now - ending.at < SECOND_THOUGHTS


def has_moved(slot: Slot, ending: Change) -> bool:
    """Whether the date moved since: promises and reminders were for the former one."""
    return slot.changes.filter(kind=Change.Kind.SLOT_MOVED, at__gte=ending.at).exists()


def is_by(ending: Change, by: Actor) -> bool:
    """Whether `by` is the person, or holds the link, that ended the booking."""
    if by.kind == "link":
        return ending.actor_kind == "link"
    return by.user is not None and ending.actor_id == by.user.pk


def may_undo(booking: Booking, last: Change, *, by: Actor, now: datetime) -> bool:
    """Whether a page shows the way back; `last` is what happened last to the booking."""
    return (
        last.kind in ENDINGS
        and booking.state in {State.DECLINED, State.CANCELLED}
        and is_fresh(last, now)
        and is_by(last, by)
        and still_fits(booking, last)
        and booking.slot.state != Slot.State.CANCELLED
    )
