"""Another number, another contact, another name: the class fits as a whole, or nothing changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.actor import Actor
from booking import access, orders, policy
from booking.errors import NoRoom
from booking.messages import outbox
from booking.models import LIVE, Booking
from booking.retry import retried
from booking.rules.settling import settle, twice_is_refused
from booking.rules.waiting import offer_freed
from workshops.models import Slot


@retried
def resize(booking: Booking, pupils: int, *, by: Actor, now: datetime, adults: int | None = None) -> Booking:
    """Change how many come: the class fits as a whole, or nothing changes.

    Locks the slot. Raises NotAllowed, FieldErrors, NotActive, TooLate, NoRoom.
    """
    changes = {"pupils": pupils} if adults is None else {"pupils": pupils, "adults": adults}
    return amend(booking, changes, by=by, now=now)


@retried
def amend(booking: Booking, changes: dict[str, Any], *, by: Actor, now: datetime) -> Booking:
    """Change group, contact, note, arrival or photos; `changes` are fields of Booking. More pupils must fit as a whole.

    Locks the slot. Raises NotAllowed, FieldErrors, NotActive, TooLate, NoRoom, AlreadyBooked.
    """
    by = access.require(by, "amend", booking)
    slot, booking = Booking.objects.locked(booking.pk)
    changes = {name: value for name, value in changes.items() if getattr(booking, name) != value}
    wanted = {name: value for name, value in changes.items() if name in {"pupils", "grades", "language"}}
    orders.check(slot, may_override=by.role == "organiser" and "pupils" not in wanted, **wanted)
    booking.must_be_in(*LIVE)
    if by.role != "organiser":
        policy.must_not_have_begun(slot, now)
    if changes:
        write_amendment(slot, booking, changes, by=by, now=now)
    return booking


def write_amendment(slot: Slot, booking: Booking, changes: dict[str, Any], *, by: Actor, now: datetime) -> None:
    pupils = changes.get("pupils", booking.pupils)
    more = pupils - booking.pupils if booking.places_held else 0
    if more > slot.places_left:
        raise NoRoom(left=slot.places_left)
    facts: dict[str, Any] = {
        name: [getattr(booking, name), value] for name, value in changes.items() if not is_personal(name)
    }
    before = booking.contact_email
    if "contact_email" in changes:
        changes["link_version"] = booking.link_version + 1
    with twice_is_refused():
        settle(slot, booking, now, places=booking.places_held + more, **changes)
    booking.record("resized" if "pupils" in changes else "amended", by=by, at=now, **facts)
    outbox.tell_of_amendment(booking, changes, before=before, facts=facts, now=now)
    if "pupils" in changes:
        offer_freed(slot, now=now)


def is_personal(field: str) -> bool:
    return field.startswith("contact_") or field in {"note", "needs"}
