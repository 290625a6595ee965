"""Writing a booking and the sums of its slot together, under the lock of the slot: what all rules share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from booking import access
from booking.errors import AlreadyBooked, FieldErrors
from booking.models import ENDED, Booking, HandOver
from booking.reports import facts
from booking.states import require_transition
from booking.wishes import watching
from workshops.models import Slot

State = Booking.State


def settle(
    slot: Slot, booking: Booking, now: datetime, /, *, places: int, state: str | None = None, **values: Any
) -> None:
    """Write a booking and the sums of its slot together; the slot is locked. The one place where both change.

    With the end of a booking the question to a colleague ends, and reports learn of it, whichever rule ends it.
    """
    state = state or booking.state
    was_counted = facts.counts(booking)
    require_transition(booking.state, state)
    count(
        slot,
        now,
        places=places - booking.places_held,
        groups=bool(places) - bool(booking.places_held),
        waiting=(state == State.WAITLISTED) - (booking.state == State.WAITLISTED),
    )
    booking.change(now, state=state, places_held=places, **values)
    if state in ENDED:
        HandOver.objects.open().filter(booking=booking).update(ended_at=now)
    if was_counted or facts.counts(booking):
        facts.keep([booking.pk])


def shift(
    here: Slot, there: Slot, booking: Booking, now: datetime, /, *, places: int, state: str, **values: Any
) -> None:
    """Take a booking out of one locked slot and into another, with the sums of both."""
    require_transition(booking.state, state)
    count(here, now, places=-booking.places_held, waiting=-(booking.state == State.WAITLISTED))
    count(there, now, places=places, waiting=int(state == State.WAITLISTED))
    booking.change(now, slot=there, state=state, places_held=places, **values)


def starts_of(*slots: Slot) -> list[str]:
    """When slots begin, as the history keeps it: before and after."""
    return [slot.starts_at.isoformat() for slot in slots]


def former_state(booking: Booking) -> dict[str, Any]:
    """What taking back needs to know of a booking that is about to end: kept in the facts of its change."""
    until = booking.offer_expires_at
    return {
        "state": booking.state,
        "held": bool(booking.places_held),
        "offer_until": until.isoformat() if until else None,
    }


def count(slot: Slot, now: datetime, *, places: int, groups: int | None = None, waiting: int = 0) -> None:
    """Add to the sums of a locked slot; its version rises, for feeds show the bookings. Who waits for a date of the
    workshop hears when a class fits again.

    Without `groups` all the places are those of one group.
    """
    groups = (places > 0) - (places < 0) if groups is None else groups
    was_free = watching.takes_a_class(slot, now)
    slot.change(
        now,
        places_taken=slot.places_taken + places,
        groups_taken=slot.groups_taken + groups,
        groups_waiting=slot.groups_waiting + waiting,
    )
    if not was_free and watching.takes_a_class(slot, now):
        watching.tell_opened([slot], now=now)


def make_room(slot: Slot, pupils: int, now: datetime, *, groups: int = 1) -> dict[str, list[int]]:
    """Add to a locked slot what is missing for `pupils` more in so many more groups; what grew, with [before, after].

    Who raises takes what was raised at once, before the queue is asked.
    """
    wanted = {"capacity": slot.places_taken + pupils, "max_groups": slot.groups_taken + groups}
    grown = {name: [before, value] for name, value in wanted.items() if value > (before := getattr(slot, name))}
    if grown:
        slot.change(now, **{name: after for name, (_before, after) in grown.items()})
    return grown


def lock_both(by: Actor, action: str, booking: Booking, slot: Slot) -> tuple[Slot, Slot, Booking]:
    """The booking's slot, another one, and the booking, all locked, slots by key. Both slots are one where it is
    there already. Raises NotAllowed, DoesNotExist."""
    Slot.objects.lock_many([booking.slot_id, slot.pk])
    here, booking = lock_for(by, action, booking)
    if here.pk == slot.pk:
        return here, here, booking
    return here, Slot.objects.select_related("workshop__partner", "venue").get(pk=slot.pk), booking


def lock_for(by: Actor, action: str, booking: Booking) -> tuple[Slot, Booking]:
    """The booking's slot and the booking, both locked; and `by` still may: a hand-over may have come between.

    Raises NotAllowed, DoesNotExist.
    """
    slot, booking = Booking.objects.locked(booking.pk)
    access.require(by, action, booking)
    return slot, booking


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
