"""Writing a booking and the sums of its slot together, under the lock of the slot: what all rules share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from booking.errors import AlreadyBooked, FieldErrors
from booking.models import Booking
from workshops.models import Slot

State = Booking.State


def settle(
    slot: Slot, booking: Booking, now: datetime, /, *, places: int, state: str | None = None, **values: Any
) -> None:
    """Write a booking and the sums of its slot together; the slot is locked. The one place where both change."""
    state = state or booking.state
    count(
        slot,
        now,
        places=places - booking.places_held,
        groups=bool(places) - bool(booking.places_held),
        waiting=(state == State.WAITLISTED) - (booking.state == State.WAITLISTED),
    )
    booking.change(now, state=state, places_held=places, **values)


def former_state(booking: Booking) -> dict[str, Any]:
    """What taking back needs to know of a booking that is about to end: kept in the facts of its change."""
    until = booking.offer_expires_at
    return {
        "state": booking.state,
        "held": bool(booking.places_held),
        "offer_until": until.isoformat() if until else None,
    }


def count(slot: Slot, now: datetime, *, places: int, groups: int | None = None, waiting: int = 0) -> None:
    """Add to the sums of a locked slot; its version rises, for feeds show the bookings."""
    groups = bool(places) if groups is None else groups
    slot.change(
        now,
        places_taken=slot.places_taken + places,
        groups_taken=slot.groups_taken + groups,
        groups_waiting=slot.groups_waiting + waiting,
    )


def lock_slot_of(booking: Booking) -> Slot:
    slot = Slot.objects.lock(booking.slot_id)
    slot.workshop = booking.slot.workshop
    booking.slot = slot
    return slot


@contextmanager
def twice_is_refused() -> Iterator[None]:
    """Turns the database's word on a second live booking of a group into AlreadyBooked."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "booking_once_a_group" in str(error):
            raise AlreadyBooked from error
        raise


def require_reason(reason: str) -> None:
    if not reason.strip():
        raise FieldErrors({"reason": ("required", _("Please give a reason; the school reads it."))})
