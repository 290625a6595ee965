"""Calling a visit off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.actor import Actor
from booking import access, policy
from booking.messages import news, outbox
from booking.models import Booking
from booking.retry import retried
from booking.rules.settling import former_state, lock_for, require_reason, settle
from booking.rules.waiting import offer_freed
from booking.states import require_possible
from workshops.models import Slot

State = Booking.State


@retried
def cancel(booking: Booking, *, by: Actor, now: datetime, reason: str = "") -> Booking:
    """Call a visit off, by the school or by the provider (who must say why). Its places are free at once.

    Locks the slot. Raises NotAllowed, FieldErrors, NotActive, TooLate.
    """
    by = access.require(by, "cancel", booking)
    if by.role == "organiser":
        require_reason(reason)
    slot, booking = lock_for(by, "cancel", booking)
    require_possible("cancel", booking, by.role, now)
    end_by_cancelling(slot, booking, by=by, now=now, reason=reason)
    news.tell_of_cancelling(booking, by=by, now=now)
    outbox.announce("class_cancelled", booking, now=now)
    offer_freed(slot, now=now)
    return booking


def end_by_cancelling(
    slot: Slot, booking: Booking, *, by: Actor, now: datetime, reason: str, instead: Sequence[int] = ()
) -> None:
    """The part that a cancelled slot shares: counters, state, history, no more reminders. The slot is locked.

    `instead` are keys of the dates that the house suggests.
    """
    by_school = by.role not in {"organiser", "system"}
    late = by_school and booking.state == State.CONFIRMED and policy.is_late(booking.cancel_until, now)
    ended: dict[str, Any] = {"ended_by": "school" if by_school else "provider", "end_reason": reason, "late": late}
    former, fee = former_state(booking), fee_of(booking, now) if late else {}
    settle(slot, booking, now, state=State.CANCELLED, places=0, offer_expires_at=None, **ended)
    more = fee | ({"instead": list(instead)} if instead else {})
    booking.record("cancelled", by=by, at=now, reason=reason, late=late, former=former, **more)
    outbox.forget(booking, why="cancelled", now=now)


def fee_of(booking: Booking, now: datetime) -> dict[str, str]:
    """What the house asks for cancelling now, as agreed; nothing where it asks nothing."""
    step = policy.step_at(booking.terms, booking.slot.starts_at, now)
    return {"fee": step.fee} if step and step.fee else {}
