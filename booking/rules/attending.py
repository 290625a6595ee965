"""Counting who came, without names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from booking import access
from booking.errors import FieldErrors
from booking.messages import outbox
from booking.models import Attendance, Booking
from booking.policy import link_ends_at
from booking.reports.freezing import frozen_over
from booking.retry import retried
from booking.rules.settling import lock_for, settle
from booking.states import require_possible
from workshops.models import Slot

State = Booking.State


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
def attend(booking: Booking, counts: Counts, *, by: Actor, now: datetime, reason: str = "") -> Booking:
    """Record who came, from the slot's start on. Again with the same numbers changes nothing; others are a correction.

    `reason` says why they are corrected; both sides read it. A visit that a frozen report counts needs
    one. Locks the slot. Raises NotAllowed, FieldErrors, NotActive.
    """
    by = access.require(by, "attend", booking)
    require_counts(counts)
    slot, booking = lock_for(by, "attend", booking)
    require_possible("attendance", booking, by.role, now)
    values = {name: getattr(counts, name) for name in Counts.__slots__}
    former = Attendance.objects.filter(booking=booking).first()
    if former and all(getattr(former, name) == value for name, value in values.items()):
        return booking
    require_reason(former, slot, reason)
    revision = former.revision + 1 if former else 1
    record, _created = Attendance.objects.update_or_create(
        booking=booking, defaults={**values, "by": by.user, "at": now, "revision": revision}
    )
    booking.attendance = record
    settle(slot, booking, now, state=State.NO_SHOW if counts.no_show else State.ATTENDED, places=booking.places_held)
    booking.record(booking.state, by=by, at=now, reason=reason, present=counts.present, revision=revision)
    outbox.forget(booking, why="recorded", now=now)
    if booking.state == State.ATTENDED and now < link_ends_at(slot):
        outbox.thank(booking, now=now)
    return booking


def require_reason(former: Attendance | None, slot: Slot, reason: str) -> None:
    """What stands in a frozen report is corrected only with a word why."""
    if former and not reason.strip() and frozen_over(slot):
        text = _("A frozen report counts this visit. Please say why the numbers change; the history keeps it.")
        raise FieldErrors({"reason": ("required", text)})


def require_counts(counts: Counts) -> None:
    numbers = [getattr(counts, name) for name in Counts.__slots__ if name != "no_show"]
    if counts.no_show and any(numbers):
        raise FieldErrors({"no_show": ("contradiction", _("If nobody came, all numbers are zero."))})
    if not counts.no_show and not counts.present:
        raise FieldErrors({"present": ("nobody", _("Nobody there? Then please choose “Nobody came”."))})
