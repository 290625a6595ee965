"""Several classes by one form: a booking each, all or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from accounts.actor import Actor
from booking.errors import BookingError, FieldErrors
from booking.models import Booking
from booking.orders import Order
from booking.retry import retried
from booking.rules.placing import place
from workshops.models import Slot


@retried
def place_together(wishes: Sequence[tuple[Slot, Order]], *, by: Actor, now: datetime) -> list[Booking]:
    """Book each group into its slot, or none of them; several share a bundle. The bookings come in the given order.

    Takes the slots in the order of their keys. Raises what `place` raises; `which` then says for which group.
    """
    bundle = uuid4() if len(wishes) > 1 else None
    done: dict[int, Booking] = {}
    with transaction.atomic():  # also within a caller's transaction it is all or none
        for number in sorted(range(len(wishes)), key=lambda number: wishes[number][0].pk):
            slot, order = wishes[number]
            try:
                done[number] = place(slot, replace(order, bundle=bundle), by=by, now=now)
            except (BookingError, FieldErrors) as refusal:
                refusal.which = number
                raise
    return [done[number] for number in range(len(wishes))]
