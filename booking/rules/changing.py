"""Another number, another contact, another name: the class fits as a whole, or nothing changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.actor import Actor
from booking import access, orders
from booking.errors import NoRoomForMore
from booking.messages import news
from booking.messages.recipients import contact_address
from booking.models import Booking, Change
from booking.retry import retried
from booking.rules.settling import lock_for, make_room, settle, twice_is_refused
from booking.rules.waiting import offer_freed
from booking.states import require_possible
from workshops.models import Slot


@retried
def resize(booking: Booking, pupils: int, *, by: Actor, now: datetime, adults: int | None = None) -> Booking:
    """Change how many come: the class fits as a whole, or nothing changes.

    Locks the slot. Raises NotAllowed, FieldErrors, NotActive, TooLate, NoRoom.
    """
    changes = {"pupils": pupils} if adults is None else {"pupils": pupils, "adults": adults}
    return amend(booking, changes, by=by, now=now)


@retried
def amend(booking: Booking, changes: dict[str, Any], *, by: Actor, now: datetime, override_reason: str = "") -> Booking:
    """Change group, contact, note, arrival or photos; `changes` are fields of Booking. More pupils must fit as a whole.

    An organiser with an `override_reason` sets the limits of the offer aside; what is missing is added to the slot.
    Locks the slot. Raises NotAllowed, FieldErrors, NotActive, TooLate, NoRoom, AlreadyBooked.
    """
    overriding = bool(override_reason.strip())
    by = access.require(by, "override" if overriding else "amend", booking)
    slot, booking = lock_for(by, "override" if overriding else "amend", booking)
    changes = {name: value for name, value in changes.items() if getattr(booking, name) != value}
    orders.check(slot, may_override=overriding, **wanted(booking, changes))
    require_possible("change", booking, by.role, now)
    if changes:
        aside = orders.set_aside(slot, now, **wanted(booking, changes)) if overriding else []
        write_amendment(slot, booking, changes, aside, by=by, now=now, override_reason=override_reason.strip())
    return booking


def wanted(booking: Booking, changes: dict[str, Any]) -> dict[str, Any]:
    """What of the changes is held against the offer; adults count with the pupils they look after."""
    found = {name: value for name, value in changes.items() if name in {"pupils", "adults", "grades", "language"}}
    return {"pupils": booking.pupils, **found} if "adults" in found else found


def write_amendment(
    slot: Slot,
    booking: Booking,
    changes: dict[str, Any],
    aside: list[str],
    *,
    by: Actor,
    now: datetime,
    override_reason: str = "",
) -> None:
    more = changes.get("pupils", booking.pupils) - booking.pupils if booking.places_held else 0
    grown: dict[str, list[int]] = {}
    if more > slot.places_left:
        if not override_reason:
            raise NoRoomForMore(left=slot.places_left, most=booking.places_held + slot.places_left)
        grown = make_room(slot, more, now, groups=0)
    facts: dict[str, Any] = {
        name: [getattr(booking, name), value] for name, value in changes.items() if not is_personal(name)
    }
    before = contact_address(booking)
    if "contact_email" in changes:
        changes["link_version"] = booking.link_version + 1
    with twice_is_refused():
        settle(slot, booking, now, places=booking.places_held + more, **changes)
    kind = "resized" if "pupils" in changes else "amended"
    more_facts: dict[str, Any] = grown | ({"set_aside": aside} if aside else {})
    booking.record(kind, by=by, at=now, reason=override_reason, **facts, **more_facts)
    if grown:
        Change.objects.write("slot_changed", slot=slot, by=by, at=now, reason=override_reason, facts=grown)
    news.tell_of_amendment(booking, changes, before=before, facts=facts, now=now, reason=override_reason)
    if "pupils" in changes:
        offer_freed(slot, now=now)


def is_personal(field: str) -> bool:
    return field.startswith("contact_") or field in {"note", "needs", "further_email"}
