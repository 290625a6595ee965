"""The waiting list: freed places go to the first group that fits as a whole, as an offer with a deadline."""

from __future__ import annotations

from datetime import datetime

from accounts.actor import SYSTEM, Actor
from booking import access, policy
from booking.errors import NotActive
from booking.messages import news, outbox
from booking.models import Booking
from booking.retry import retried
from booking.rules.intake import planned_question, promised_to
from booking.rules.settling import former_state, lock_for, settle
from booking.states import require_possible
from schools.schooldays import closed_days, local_day
from workshops.models import Slot

State = Booking.State


def offer_freed(slot: Slot, *, now: datetime) -> None:
    """Offer what is free in a locked slot to those who wait, in their order.

    Strictly in order: who does not fit holds up the others, unless the house said when it joined that the next that
    fits may pass; each group that is passed over finds the reason in its history. An offer holds its places, so two
    freed places never go to one group twice.
    """
    if not slot.groups_waiting or slot.state == Slot.State.CANCELLED or now >= slot.starts_at:
        return
    passed: list[Booking] = []
    for booking in queue_of(slot):
        if slot.has_room_for(booking.pupils):
            for larger in passed:
                larger.record("skipped", by=SYSTEM, at=now, pupils=larger.pupils, left=slot.places_left)
            passed.clear()
            offer(slot, booking, now=now)
        elif promised_to(booking).skip_ahead and slot.groups_left > 0:
            passed.append(booking)
        else:
            return


def queue_of(slot: Slot) -> list[Booking]:
    """Who waits, locked, in order; they share the locked slot."""
    waiting = Booking.objects.waiting().filter(slot=slot).select_related("school")
    bookings = list(waiting.select_for_update(of=("self",), no_key=True))
    for booking in bookings:
        booking.slot = slot
    return bookings


def offer(slot: Slot, booking: Booking, *, now: datetime) -> None:
    """Hold places for a group that waits, until it answers or the deadline passes. The slot is locked."""
    closed = closed_days(booking.school, local_day(now), local_day(slot.starts_at))
    expires = policy.offer_until(now, promised_to(booking), closed, slot.starts_at)
    settle(slot, booking, now, state=State.OFFERED, places=booking.pupils, offer_expires_at=expires)
    booking.record("offered", by=SYSTEM, at=now, until=expires.isoformat())
    outbox.announce("booking_offered", booking, now=now)


@retried
def accept(booking: Booking, *, by: Actor, now: datetime) -> Booking:
    """Take an offer. Booking time does not end it, its deadline does.

    Locks the slot. Raises NotAllowed, NotActive, TooLate.
    """
    by = access.require(by, "accept", booking)
    slot, booking = lock_for(by, "accept", booking)
    require_possible("accept", booking, by.role, now)
    values = {"offer_expires_at": None, "confirmed_at": now, **planned_question(slot, now, promised_to(booking))}
    settle(slot, booking, now, state=State.CONFIRMED, places=booking.places_held, **values)
    booking.record("confirmed", by=by, at=now)
    outbox.announce("booking_confirmed", booking, now=now, reminders=True)
    return booking


@retried
def reject(booking: Booking, *, by: Actor, now: datetime) -> Booking:
    """Leave an offer to the next group: a cancellation by the school, never late.

    Locks the slot. Raises NotAllowed, NotActive.
    """
    by = access.require(by, "reject", booking)
    slot, booking = lock_for(by, "reject", booking)
    require_possible("reject", booking, by.role, now)
    former = former_state(booking)
    settle(slot, booking, now, state=State.CANCELLED, places=0, offer_expires_at=None, ended_by="school")
    booking.record("cancelled", by=by, at=now, former=former)
    news.tell_of_cancelling(booking, by=by, now=now)
    offer_freed(slot, now=now)
    return booking


@retried
def withdraw_offer(booking: Booking, *, now: datetime) -> Booking:
    """End an offer whose deadline has passed, and offer its places to the next group.

    Locks the slot. Raises NotActive.
    """
    slot, booking = Booking.objects.locked(booking.pk)
    if booking.state != State.OFFERED or booking.offer_expires_at is None or now < booking.offer_expires_at:
        raise NotActive
    settle(slot, booking, now, state=State.EXPIRED, places=0, offer_expires_at=None)
    booking.record("expired", by=SYSTEM, at=now, was=State.OFFERED)
    outbox.announce("booking_offer_expired", booking, now=now)
    offer_freed(slot, now=now)
    return booking
