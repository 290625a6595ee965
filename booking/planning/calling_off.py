"""Calling a date off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from accounts.actor import Actor
from booking import access, rules
from booking.errors import NotActive, TookPlace
from booking.messages import outbox
from booking.messages.recipients import leading
from booking.models import Change
from booking.planning.locking import live_bookings, lock
from booking.planning.questions import withdraw_questions
from booking.reports.facts import keep_slot
from booking.retry import retried
from workshops.models import Assignment, Slot


@retried
def cancel_slot(slot: Slot, *, by: Actor, now: datetime, reason: str, suggest: Sequence[Slot] = ()) -> Slot:
    """Call a date off. Every group and every trainer hears of it, with the reason; groups also of the dates that the
    organiser suggests instead, of the same workshop.

    What was recorded took place and took its team the time, so the date stays. Locks the slot, then its bookings.
    Raises NotAllowed, FieldErrors, NotActive, TookPlace.
    """
    by = access.require(by, "cancel_slot", slot)
    rules.require_reason(reason)
    slot = lock(slot)
    if slot.state == Slot.State.CANCELLED or slot.ends_at <= now:
        raise NotActive
    if slot.bookings.recorded().exists():
        raise TookPlace
    instead = [other.pk for other in suggest if other.workshop_id == slot.workshop_id and other.pk != slot.pk]
    for booking in live_bookings(slot):
        rules.end_by_cancelling(slot, booking, by=by, now=now, reason=reason, instead=instead)
        outbox.announce("booking_cancelled", booking, now=now, due_at=now, instead=instead)  # it cannot be taken back
    slot.change(now, state=Slot.State.CANCELLED, cancel_reason=reason, sequence=slot.sequence + 1)
    Change.objects.write("slot_cancelled", slot=slot, by=by, at=now, reason=reason)
    trainers = [row.trainer for row in leading(slot)] + withdraw_questions(slot)
    # Feeds show for a while that it went.
    slot.assignments.accepted().update(state=Assignment.State.WITHDRAWN, ended_at=now)
    keep_slot(slot)
    outbox.announce_slot("slot_cancelled", slot, trainers, now=now, reason=reason)
    return slot
