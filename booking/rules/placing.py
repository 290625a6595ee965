"""Booking a group into a slot: insert first, take the slot by the last statement."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from accounts.actor import Actor
from booking import access, orders
from booking.errors import Full, NotAllowed, NotBookable, OthersFirst
from booking.models import Booking, Change
from booking.orders import Order
from booking.retry import retried
from booking.rules import brake
from booking.rules.intake import draft, enter, planned_question, terms_of
from booking.rules.settling import count, lock_slot_of, make_room, twice_is_refused
from booking.rules.waiting import offer_freed
from workshops.models import Slot

State = Booking.State

# `Slot.objects.bookable` as one statement, for a slot that was not moved since it was read; built by the
# query language it costs more than running it.
GATE = """
    UPDATE workshops_slot
    SET places_taken = places_taken + %(held)s, groups_taken = groups_taken + sign(%(held)s)::int,
        version = version + 1, updated_at = %(now)s
    WHERE id = %(slot)s AND state = 'open' AND booking_mode <> 'wish'
      AND book_from <= %(now)s AND book_until > %(now)s
      AND sequence = %(sequence)s
      AND places_taken + %(pupils)s <= capacity AND groups_taken < max_groups AND groups_waiting = 0
"""


class GateClosedError(Exception):
    """The gate refused: back to the savepoint, and look again under the lock."""


@retried
def place(slot: Slot, order: Order, *, by: Actor, now: datetime) -> Booking:
    """Book a group into a slot: confirmed, requested or on the waiting list, by the slot's mode and what is free.

    Takes the slot by the last statement. Raises NotAllowed, FieldErrors, Limit, AlreadyBooked,
    NotBookable, Full.
    """
    by = access.placing(by, slot)
    overriding = bool(order.override_reason.strip())
    if overriding and by.role != "organiser":
        raise NotAllowed("override")
    orders.check(slot, may_override=overriding, **order.limits, **said_by(by, order))
    brake.hold_to_limit(slot, order.school, by=by, now=now)
    booking = draft(slot, order, by=by, now=now)
    if overriding:
        with twice_is_refused():
            return place_over_the_rules(booking, order, by=by, now=now)
    try:
        with twice_is_refused():
            return place_through_the_gate(booking, order, by=by, now=now)
    except GateClosedError:
        with twice_is_refused():
            return place_under_the_lock(not_yet_saved(booking), order, by=by, now=now)


def said_by(by: Actor, order: Order) -> dict[str, Any]:
    """What a school has agreed to; an organiser has heard it on the telephone."""
    return {} if by.role == "organiser" else {"consents": order.consents}


def place_through_the_gate(booking: Booking, order: Order, *, by: Actor, now: datetime) -> Booking:
    """Insert everything, then let one conditional UPDATE decide. Raises GateClosedError."""
    if not booking.slot.is_bookable(now):  # as it was read: saves the inserts where the answer is known
        raise GateClosedError
    enter(booking, order, by=by, now=now)
    pass_gate(booking.slot, booking.pupils, held=booking.places_held, now=now)
    return booking


def not_yet_saved(booking: Booking) -> Booking:
    """The booking as it was before its insert was rolled back."""
    booking.pk, booking._state.adding = None, True
    return booking


def pass_gate(slot: Slot, pupils: int, *, held: int, now: datetime) -> None:
    """Take `held` places of the slot if `pupils` fit, nobody waits and it was not moved since it was read.

    Locks the slot. Raises GateClosedError.
    """
    with connection.cursor() as cursor:
        cursor.execute(GATE, {"slot": slot.pk, "sequence": slot.sequence, "pupils": pupils, "held": held, "now": now})
        taken = cursor.rowcount
    if not taken:
        raise GateClosedError


def lock_slot_as_it_is(booking: Booking, now: datetime) -> Slot:
    """The slot under its lock; if it was moved since it was read, the promises are those for its new date."""
    read = booking.slot.sequence
    slot = lock_slot_of(booking)
    if slot.sequence != read:
        booking.terms = terms_of(slot, booking.school, now)
    return slot


def place_under_the_lock(booking: Booking, order: Order, *, by: Actor, now: datetime) -> Booking:
    """Look again with the slot locked: it fits after all, or the group waits, or is refused."""
    slot = lock_slot_as_it_is(booking, now)
    if not slot.is_open_at(now):
        raise NotBookable
    has_room = slot.has_room_for(booking.pupils)
    fits = has_room and slot.groups_waiting == 0
    if not fits and not order.waitlist:
        raise OthersFirst if has_room else Full
    if not fits:
        booking.state, booking.places_held, booking.waiting_since = State.WAITLISTED, 0, now
        booking.confirmed_at, booking.reconfirm_step, booking.reconfirm_due_at = None, "", None
    enter(booking, order, by=by, now=now)
    count(slot, now, places=booking.places_held, waiting=booking.state == State.WAITLISTED)
    if not fits:
        offer_freed(slot, now=now)
        reread(booking)
    return booking


def reread(booking: Booking) -> None:
    """What the waiting list may have made of it."""
    booking.refresh_from_db(fields=["state", "places_held", "offer_expires_at", "version", "sequence", "updated_at"])


def place_over_the_rules(booking: Booking, order: Order, *, by: Actor, now: datetime) -> Booking:
    """An organiser books with a reason: what is missing is added to the slot, then taken, before the queue is asked.

    Into a slot that has begun it is a group that was there, or is: it is added later, and nobody gets a mail.
    """
    slot = lock_slot_as_it_is(booking, now)
    if slot.state == Slot.State.CANCELLED:
        raise NotBookable
    booking.state, booking.places_held, booking.confirmed_at = State.CONFIRMED, booking.pupils, now
    for name, value in planned_question(slot, now).items():
        setattr(booking, name, value)
    aside = orders.set_aside(slot, now, **order.limits)
    grown = make_room(slot, booking.pupils, now)
    enter(booking, order, by=by, now=now)
    count(slot, now, places=booking.places_held)
    kind = "overridden" if now < slot.starts_at else "added_later"
    record_override(slot, booking, kind, grown, aside, by=by, now=now, reason=order.override_reason)
    return booking


def record_override(
    slot: Slot,
    booking: Booking,
    kind: str,
    grown: dict[str, list[int]],
    aside: list[str],
    *,
    by: Actor,
    now: datetime,
    reason: str,
) -> None:
    """Which rules were set aside and why, in the history of the booking; of the slot, too, where it grew."""
    booking.record(kind, by=by, at=now, reason=reason, set_aside=aside, **grown)
    if grown:
        Change.objects.write("slot_changed", slot=slot, by=by, at=now, reason=reason, facts=grown)
