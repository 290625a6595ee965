"""A booking in each of its nine states, brought there by the rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from accounts.actor import Actor
from accounts.models import User
from booking import rules
from booking.models import Booking
from booking.rules import Counts
from tests.factories import make_booking, make_slot
from workshops.models import Slot, Workshop

ASKED = {"requested", "declined", "expired"}  # these begin as a request
QUEUED = {"waitlisted", "offered"}  # these come into a date that is full
OVER = {"attended", "no_show"}  # these are only once the visit has begun


def slot_for(state: str, workshop: Workshop, **extra: Any) -> Slot:
    """A date on which a booking can come into `state`."""
    return make_slot(workshop, booking_mode="request" if state in ASKED else "instant", **extra)


def booking_in(state: str, slot: Slot, owner: User, *, by: Actor, **order: Any) -> Booking:
    """A booking of `owner` in `state`; `by` organises, where the way there needs it. Others take what must be full."""
    others = make_booking(slot, group_name="first", pupils=slot.capacity) if state in QUEUED else None
    booking = make_booking(slot, owner, **order)
    if state == "offered" and others:
        rules.cancel(others, by=Actor.person(others.owner), now=timezone.now())
    if state in ENDINGS:
        ENDINGS[state](booking, by)
    booking.refresh_from_db()
    assert booking.state == state
    return booking


def decline(booking: Booking, by: Actor) -> None:
    rules.decline(booking, by=by, now=timezone.now(), reason="Kein Raum")


def expire(booking: Booking, _by: Actor) -> None:
    rules.expire(booking, now=booking.slot.book_until)


def cancel(booking: Booking, _by: Actor) -> None:
    rules.cancel(booking, by=Actor.person(booking.owner), now=timezone.now())


def come(booking: Booking, by: Actor) -> None:
    rules.attend(booking, Counts(unknown=22, minutes=180), by=by, now=booking.slot.starts_at)


def stay_away(booking: Booking, by: Actor) -> None:
    rules.attend(booking, Counts(no_show=True), by=by, now=booking.slot.starts_at)


ENDINGS: dict[str, Callable[[Booking, Actor], None]] = {
    "declined": decline,
    "expired": expire,
    "cancelled": cancel,
    "attended": come,
    "no_show": stay_away,
}
