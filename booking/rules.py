"""The only place where a booking changes state. Each rule is one transaction: lock, look, refuse, write, tell.

`place`, the hot one, inserts first and takes the slot by its last statement (the gate); all others lock the slot first.
Locks have one order: slots by key, then trainers by key, then bookings.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.actor import SYSTEM, Actor
from booking import access, orders, policy
from booking.errors import AlreadyBooked, AlreadyDecided, FieldErrors, Full, NoRoom, NotActive, NotBookable
from booking.intake import draft, enter, redated
from booking.messages import outbox
from booking.models import LIVE, VISITING, Attendance, Booking
from booking.orders import Order
from booking.retry import retried
from workshops.models import Slot

State = Booking.State


class GateClosedError(Exception):
    """The gate refused: back to the savepoint, and look again under the lock."""


@retried
def place(slot: Slot, order: Order, *, by: Actor, now: datetime) -> Booking:
    """Book a group into a slot: confirmed, requested or on the waiting list, by the slot's mode and what is free.

    Takes the slot by the last statement. Raises NotAllowed, FieldErrors, AlreadyBooked, NotBookable, Full.
    """
    by = access.placing(by, slot)
    overriding = by.role == "organiser" and bool(order.override_reason)
    orders.check(slot, may_override=overriding, pupils=order.pupils, grades=order.grades, language=order.language)
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
    """Take `held` places of the slot if `pupils` fit and nobody waits. Locks the slot. Raises GateClosedError."""
    free = Slot.objects.bookable(now).filter(pk=slot.pk, places_taken__lte=F("capacity") - pupils)
    taken = free.update(
        places_taken=F("places_taken") + held,
        groups_taken=F("groups_taken") + (1 if held else 0),
        version=F("version") + 1,
        updated_at=now,
    )
    if not taken:
        raise GateClosedError


def place_under_the_lock(booking: Booking, order: Order, *, by: Actor, now: datetime) -> Booking:
    """Look again with the slot locked: it fits after all, or the group waits, or is refused."""
    slot = lock_slot_of(booking)
    if not slot.is_open_at(now):
        raise NotBookable
    fits = slot.has_room_for(booking.pupils) and slot.groups_waiting == 0
    if not fits and not order.waitlist:
        raise Full
    if not fits:
        booking.state, booking.places_held, booking.waiting_since = State.WAITLISTED, 0, now
        booking.confirmed_at = None
    enter(booking, order, by=by, now=now)
    count(slot, now, places=booking.places_held, waiting=booking.state == State.WAITLISTED)
    return booking


def place_over_the_rules(booking: Booking, order: Order, *, by: Actor, now: datetime) -> Booking:
    """An organiser books with a reason: what is missing is added to the slot, then taken, before the queue is asked."""
    slot = lock_slot_of(booking)
    if slot.state == Slot.State.CANCELLED:
        raise NotBookable
    booking.state, booking.places_held, booking.confirmed_at = State.CONFIRMED, booking.pupils, now
    capacity = max(slot.capacity, slot.places_taken + booking.pupils)
    slot.change(now, capacity=capacity, max_groups=max(slot.max_groups, slot.groups_taken + 1))
    enter(booking, order, by=by, now=now)
    count(slot, now, places=booking.places_held)
    booking.record("overridden", by=by, at=now, reason=order.override_reason, capacity=capacity)
    return booking


@retried
def confirm(booking: Booking, *, by: Actor, now: datetime, slot: Slot | None = None) -> Booking:
    """Say yes to a request, in its slot or in `slot`, one of its further wishes.

    Locks the slot (two, where the wish is another). Raises NotAllowed, AlreadyDecided, FieldErrors, NoRoom.
    """
    by = access.require(by, "confirm", booking)
    here, there, booking = lock_for_confirming(booking, slot)
    if booking.state != State.REQUESTED:
        raise AlreadyDecided
    if there != here:
        if there.state == Slot.State.CANCELLED or there.starts_at <= now:
            raise NotBookable
        settle(here, booking, now, places=0)
        booking.slot, booking.terms = there, redated(booking.terms, there, booking.school)
    if not booking.places_held and not there.has_room_for(booking.pupils):
        raise NoRoom(left=there.places_left)
    values: dict[str, Any] = {"slot": there, "terms": booking.terms, "confirmed_at": now}
    settle(there, booking, now, state=State.CONFIRMED, places=booking.pupils, **values)
    booking.record("confirmed", by=by, at=now)
    outbox.announce("booking_confirmed", booking, now=now, reminders=True)
    return booking


def lock_for_confirming(booking: Booking, slot: Slot | None) -> tuple[Slot, Slot, Booking]:
    """The request's slot, the wished one and the booking, all locked, slots by key."""
    if slot is None or slot.pk == booking.slot_id:
        here, booking = Booking.objects.locked(booking.pk)
        return here, here, booking
    if not booking.alternatives.filter(slot=slot).exists():
        raise FieldErrors({"slot": ("not_wished", _("The school has not named this date."))})
    Slot.objects.lock_many([booking.slot_id, slot.pk])
    here, booking = Booking.objects.locked(booking.pk)
    there = Slot.objects.select_related("workshop__partner", "venue").get(pk=slot.pk)
    return here, there, booking


@retried
def decline(booking: Booking, *, by: Actor, now: datetime, reason: str) -> Booking:
    """Say no to a request, with a reason that the school reads.

    Locks the slot. Raises NotAllowed, FieldErrors, AlreadyDecided.
    """
    by = access.require(by, "decline", booking)
    require_reason(reason)
    slot, booking = Booking.objects.locked(booking.pk)
    if booking.state != State.REQUESTED:
        raise AlreadyDecided
    settle(slot, booking, now, state=State.DECLINED, places=0, ended_by="provider", end_reason=reason)
    booking.record("declined", by=by, at=now, reason=reason)
    outbox.announce("booking_declined", booking, now=now)
    return booking


@retried
def resize(booking: Booking, pupils: int, *, by: Actor, now: datetime, adults: int | None = None) -> Booking:
    """Change how many come: the class fits as a whole, or nothing changes.

    Locks the slot. Raises NotAllowed, FieldErrors, NotActive, TooLate, NoRoom.
    """
    changes = {"pupils": pupils} if adults is None else {"pupils": pupils, "adults": adults}
    return amend(booking, changes, by=by, now=now)


@retried
def amend(booking: Booking, changes: dict[str, Any], *, by: Actor, now: datetime) -> Booking:
    """Change group, contact or note; `changes` are fields of Booking. More pupils must fit as a whole.

    Locks the slot. Raises NotAllowed, FieldErrors, NotActive, TooLate, NoRoom, AlreadyBooked.
    """
    by = access.require(by, "amend", booking)
    slot, booking = Booking.objects.locked(booking.pk)
    changes = {name: value for name, value in changes.items() if getattr(booking, name) != value}
    wanted = {name: value for name, value in changes.items() if name in {"pupils", "grades", "language"}}
    orders.check(slot, may_override=by.role == "organiser" and "pupils" not in wanted, **wanted)
    booking.must_be_in(*LIVE)
    if by.role != "organiser":
        policy.must_not_have_begun(slot, now)
    if changes:
        write_amendment(slot, booking, changes, by=by, now=now)
    return booking


def write_amendment(slot: Slot, booking: Booking, changes: dict[str, Any], *, by: Actor, now: datetime) -> None:
    pupils = changes.get("pupils", booking.pupils)
    more = pupils - booking.pupils if booking.places_held else 0
    if more > slot.places_left:
        raise NoRoom(left=slot.places_left)
    facts = {name: [getattr(booking, name), value] for name, value in changes.items() if not is_personal(name)}
    before = booking.contact_email
    if "contact_email" in changes:
        changes["link_version"] = booking.link_version + 1
    with twice_is_refused():
        settle(slot, booking, now, places=booking.places_held + more, **changes)
    booking.record("resized" if "pupils" in changes else "amended", by=by, at=now, **facts)
    outbox.tell_of_amendment(booking, changes, before=before, facts=facts, now=now)


def is_personal(field: str) -> bool:
    return field.startswith("contact_") or field in {"note", "needs"}


@retried
def cancel(booking: Booking, *, by: Actor, now: datetime, reason: str = "") -> Booking:
    """Call a visit off, by the school or by the provider (who must say why). Its places are free at once.

    Locks the slot. Raises NotAllowed, FieldErrors, NotActive, TooLate.
    """
    by = access.require(by, "cancel", booking)
    if by.role == "organiser":
        require_reason(reason)
    slot, booking = Booking.objects.locked(booking.pk)
    booking.must_be_in(*LIVE)
    if by.role != "organiser":
        policy.must_not_have_begun(slot, now)
    end_by_cancelling(slot, booking, by=by, now=now, reason=reason)
    outbox.announce("booking_cancelled", booking, now=now)
    outbox.announce("class_cancelled", booking, now=now)
    return booking


def end_by_cancelling(slot: Slot, booking: Booking, *, by: Actor, now: datetime, reason: str) -> None:
    """The part that a cancelled slot shares: counters, state, history, no more reminders. The slot is locked."""
    by_school = by.role != "organiser"
    late = by_school and booking.state == State.CONFIRMED and policy.is_late(booking.cancel_until, now)
    ended: dict[str, Any] = {"ended_by": "school" if by_school else "provider", "end_reason": reason, "late": late}
    settle(slot, booking, now, state=State.CANCELLED, places=0, offer_expires_at=None, **ended)
    booking.record("cancelled", by=by, at=now, reason=reason, late=late)
    outbox.forget(booking, why="cancelled", now=now)


@retried
def expire(booking: Booking, *, now: datetime) -> Booking:
    """End a request or a place on the waiting list that nobody decided before booking closed.

    Locks the slot. Raises NotActive.
    """
    slot, booking = Booking.objects.locked(booking.pk)
    if booking.state not in {State.REQUESTED, State.WAITLISTED} or now < slot.book_until:
        raise NotActive
    settle(slot, booking, now, state=State.EXPIRED, places=0)
    booking.record("expired", by=SYSTEM, at=now)
    outbox.announce("booking_expired", booking, now=now)
    return booking


@dataclass(frozen=True, slots=True)
class Counts:
    """Who came: girls, boys, diverse, not asked; adults; minutes. `no_show`: nobody came, all zero."""

    f: int = 0
    m: int = 0
    d: int = 0
    unknown: int = 0
    adults: int = 0
    minutes: int = 0
    no_show: bool = False

    @property
    def present(self) -> int:
        return self.f + self.m + self.d + self.unknown


@retried
def attend(booking: Booking, counts: Counts, *, by: Actor, now: datetime) -> Booking:
    """Record who came, from the slot's start on. Again with the same numbers changes nothing; others are a correction.

    Locks the slot. Raises NotAllowed, FieldErrors, NotActive.
    """
    by = access.require(by, "attend", booking)
    require_counts(counts)
    slot, booking = Booking.objects.locked(booking.pk)
    booking.must_be_in(*VISITING)
    if now < slot.starts_at:
        raise NotActive
    values = {name: getattr(counts, name) for name in Counts.__slots__}
    former = Attendance.objects.filter(booking=booking).first()
    if former and all(getattr(former, name) == value for name, value in values.items()):
        return booking
    revision = former.revision + 1 if former else 1
    record, _created = Attendance.objects.update_or_create(
        booking=booking, defaults={**values, "by": by.user, "at": now, "revision": revision}
    )
    booking.attendance = record
    settle(slot, booking, now, state=State.NO_SHOW if counts.no_show else State.ATTENDED, places=booking.places_held)
    booking.record(booking.state, by=by, at=now, present=counts.present, revision=revision)
    outbox.forget(booking, why="recorded", now=now)
    return booking


def require_counts(counts: Counts) -> None:
    numbers = [getattr(counts, name) for name in Counts.__slots__ if name != "no_show"]
    if counts.no_show and any(numbers):
        raise FieldErrors({"no_show": ("contradiction", _("If nobody came, all numbers are zero."))})
    if not counts.no_show and not counts.present:
        raise FieldErrors({"present": ("nobody", _("Nobody there? Then please choose “Nobody came”."))})


def require_reason(reason: str) -> None:
    if not reason.strip():
        raise FieldErrors({"reason": ("required", _("Please give a reason; the school reads it."))})


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
