"""Counting who came, without names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from booking import access
from booking.errors import FieldErrors
from booking.messages import outbox
from booking.models import Attendance, Booking, Explanation
from booking.policy import link_ends_at
from booking.reports import freezing
from booking.retry import retried
from booking.rules.settling import lock_for, settle
from booking.states import require_possible

State = Booking.State


@dataclass(frozen=True, slots=True)
class Counts:
    """Who came: girls, boys, diverse, not asked; adults; minutes, and how many of them the class came late.

    `no_show`: nobody came, all zero.
    """

    f: int = 0
    m: int = 0
    d: int = 0
    unknown: int = 0
    adults: int = 0
    minutes: int = 0
    late_minutes: int = 0
    no_show: bool = False

    @property
    def present(self) -> int:
        return self.f + self.m + self.d + self.unknown


@retried
def attend(
    booking: Booking,
    counts: Counts,
    *,
    by: Actor,
    now: datetime,
    reason: str = "",
    note: str | None = None,
    seen: int | None = None,
) -> Booking:
    """Record who came, from the slot's start on. Again with the same numbers changes nothing; others are a correction.

    `reason` says why they are corrected; both sides read it. A visit that a frozen report counts needs one. `note` is
    for the team alone, None leaves it as it is. `seen` is the revision that `by` had before their eyes, 0 for none:
    what a colleague recorded since is not overwritten. Locks the slot. Raises NotAllowed, FieldErrors, NotActive.
    """
    by = access.require(by, "attend", booking)
    require_counts(counts)
    slot, booking = lock_for(by, "attend", booking)
    require_possible("attendance", booking, by.role, now)
    former = Attendance.objects.filter(booking=booking).first()
    if former and counts_of(former) == counts:
        keep_note(former, note)
        return booking
    require_seen(former, seen)
    if former:
        freezing.require_reason(slot, reason)
        forget_answered(booking)
    booking.attendance = write(booking, counts, by=by, now=now, note=note)
    settle(slot, booking, now, state=State.NO_SHOW if counts.no_show else State.ATTENDED, places=booking.places_held)
    facts = before_and_after(former, counts) | {"revision": booking.attendance.revision}
    booking.record(booking.state, by=by, at=now, reason=reason, present=counts.present, **facts)
    outbox.forget(booking, why="recorded", now=now)
    tell(booking, now)
    return booking


def require_counts(counts: Counts) -> None:
    numbers = [getattr(counts, name) for name in Counts.__slots__ if name != "no_show"]
    if counts.no_show and any(numbers):
        raise FieldErrors({"no_show": ("contradiction", _("If nobody came, all numbers are zero."))})
    if not counts.no_show and not counts.present:
        raise FieldErrors({"present": ("nobody", _("Nobody there? Then please choose “Nobody came”."))})


def require_seen(former: Attendance | None, seen: int | None) -> None:
    """What stands there may be replaced only by who has seen it. All conditions of a correction stand here."""
    if seen is not None and seen != (former.revision if former else 0):
        raise FieldErrors({"seen": ("overtaken", _("Somebody else has recorded other numbers meanwhile."))})


def counts_of(record: Attendance) -> Counts:
    return Counts(**{name: getattr(record, name) for name in Counts.__slots__})


def before_and_after(former: Attendance | None, counts: Counts) -> dict[str, list[int | bool | None]]:
    """Each number as the history keeps it; before the first record there was none."""
    return {name: [getattr(former, name, None), getattr(counts, name)] for name in Counts.__slots__}


def write(booking: Booking, counts: Counts, *, by: Actor, now: datetime, note: str | None) -> Attendance:
    """The record with these numbers, one revision on. Whatever is corrected, an excuse was for what stood before."""
    values: dict[str, Any] = {name: getattr(counts, name) for name in Counts.__slots__}
    values |= {"by": by.user, "at": now, "excused_at": None, "excused_by": None}
    if note is not None:
        values["note"] = note
    record, is_new = Attendance.objects.get_or_create(booking=booking, defaults=values)
    if not is_new:
        values["revision"] = record.revision + 1
        for name, value in values.items():
            setattr(record, name, value)
        record.save(update_fields=list(values))
    return record


def keep_note(record: Attendance, note: str | None) -> None:
    if note is not None and note != record.note:
        record.note = note
        record.save(update_fields=["note"])


def forget_answered(booking: Booking) -> None:
    """What the school wrote and the house answered was about what stood before: the school may explain anew."""
    Explanation.objects.filter(booking=booking, answered_at__isnull=False).delete()


def tell(booking: Booking, now: datetime) -> None:
    """Thanks, with the numbers; or that the visit stands as missed, with the chance to explain, unless the school has
    done so. What was corrected before it went out is not told."""
    if booking.state == State.NO_SHOW:
        if not Explanation.objects.filter(booking=booking).exists():
            outbox.tell_missed(booking, now=now)
        return
    outbox.take_back(booking, "booking_missed")
    if now < link_ends_at(booking.slot):
        outbox.thank(booking, now=now)
