"""Internal notes: written and deleted here. They leave no trace in the history, for schools read that."""

from __future__ import annotations

from datetime import datetime

from accounts.actor import Actor
from booking import access
from booking.errors import NotAllowed
from booking.models import Booking, Note
from booking.retry import retried
from schools.models import School
from workshops.models import Partner


@retried
def write_note(
    text: str,
    *,
    partner: Partner,
    by: Actor,
    now: datetime,
    booking: Booking | None = None,
    school: School | None = None,
) -> Note:
    """Note something on a booking or a school, for the colleagues of `partner` alone. Raises NotAllowed."""
    by = access.organising(by, partner.pk)
    return Note.objects.create(partner=partner, booking=booking, school=school, text=text, by=by.user, at=now)


@retried
def delete_note(note: Note, *, by: Actor) -> None:
    """Take back what one wrote oneself. A second time changes nothing. Raises NotAllowed."""
    if by.user is None or note.by_id != by.user.pk:
        raise NotAllowed("delete_note")
    Note.objects.filter(pk=note.pk).delete()
