"""What a person could do with a booking right now: names of the API's actions, so that programs need not know rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from accounts.actor import Actor
from booking import access
from booking.models import LIVE, VISITING, Booking

State = Booking.State

# The name in the API, what `access` calls it, and the states it needs.
ACTIONS = (
    ("change", "amend", LIVE),
    ("cancel", "cancel", LIVE),
    ("accept", "accept", (State.OFFERED,)),
    ("reject", "reject", (State.OFFERED,)),
    ("confirm", "confirm", (State.REQUESTED,)),
    ("decline", "decline", (State.REQUESTED,)),
    ("attendance", "attend", VISITING),
)


def possible(booking: Booking, actor: Actor, now: datetime) -> Iterator[str]:
    for name, action, states in ACTIONS:
        if (
            booking.state in states
            and (role := access.role_for(actor, action, booking))
            and in_time(name, booking, role, now)
        ):
            yield name


def in_time(name: str, booking: Booking, role: str, now: datetime) -> bool:
    begun = now >= booking.slot.starts_at
    if name == "attendance":
        return begun
    if name == "accept":
        return booking.offer_expires_at is not None and now < booking.offer_expires_at
    return role == "organiser" or name == "reject" or not begun
