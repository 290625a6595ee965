"""Giving certificates out: each has its number, and comes again as it was."""

from __future__ import annotations

from datetime import datetime

from accounts.actor import Actor
from booking import access
from booking.documents.certified import certified
from booking.models import Attendance, Booking, Document
from booking.retry import retried
from schools.schooldays import local_day


def issue(booking: Booking, kind: str, *, by: Actor, now: datetime) -> Document:
    """The certificate of a visit that took place, for its school and its house; the first who asks gives it a number.

    After a correction of the attendance it is a new one. Raises NotAllowed, NotActive.
    """
    access.require(by, "certify", booking)
    return valid(booking, kind) or number(booking, kind, by=by, now=now)


def valid(booking: Booking, kind: str) -> Document | None:
    """The one that certifies the attendance as it stands. Raises NotActive."""
    booking.must_be_in(Booking.State.ATTENDED)
    given = Document.objects.of_visit(booking, kind).select_related("replaces")
    return given.filter(revision=booking.attendance.revision).first()


@retried
def number(booking: Booking, kind: str, *, by: Actor, now: datetime) -> Document:
    """Locks the slot, then the numbers of the house, so that two who ask at once get the same."""
    _slot, booking = Booking.objects.locked(booking.pk)
    access.require(by, "certify", booking)
    booking.attendance = Attendance.objects.filter(booking=booking).first()
    if found := valid(booking, kind):
        return found
    partner, year = booking.slot.workshop.partner, local_day(now).year
    return Document.objects.create(
        kind=kind,
        booking=booking,
        partner=partner,
        year=year,
        number=Document.objects.next_number(partner, year),
        revision=booking.attendance.revision,
        replaces=Document.objects.of_visit(booking, kind).first(),
        facts=certified(booking),
        issued_at=now,
    )
