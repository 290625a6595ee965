"""What staff say about a visit: who comes, where it is and how to get there. Pure answers, no queries of their own."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from booking.models import Booking
from booking.rules import Counts, counts_of
from workshops.models import Slot
from workshops.vocabulary import Format

MAP = "https://www.openstreetmap.org/search"
MINUTE = timedelta(minutes=1)


def as_planned(booking: Booking) -> Counts:
    """The visit as it was booked: nobody was asked for a gender, and it took as long as the slot."""
    return Counts(unknown=booking.pupils, adults=booking.adults, minutes=minutes_of(booking.slot))


def minutes_of(slot: Slot) -> int:
    return (slot.ends_at - slot.starts_at) // MINUTE


def as_recorded(booking: Booking) -> Counts | None:
    """What stands in the record; None means "not recorded", which is not zero. Reads `attendance`."""
    record = getattr(booking, "attendance", None)
    return counts_of(record) if record else None


def place_of(slot: Slot, booking: Booking | None = None) -> str:
    """Where the visit is: the venue, or the school that it drives to."""
    if slot.workshop.format == Format.ONLINE:
        return _("online")
    if slot.venue:
        return str(slot.venue)
    return str(booking.school) if booking else _("at the school")


def way_to(slot: Slot, booking: Booking | None = None) -> str:
    """A link to a map that shows the place; nothing is loaded from there unless somebody follows it."""
    place = slot.venue or (booking.school if booking else None)
    if place is None or slot.workshop.format == Format.ONLINE:
        return ""
    address = ", ".join(filter(None, [place.street, f"{place.postcode} {place.city}".strip()]))
    return f"{MAP}?{urlencode({'query': address})}"


def has_begun(slot: Slot, now: datetime) -> bool:
    return now >= slot.starts_at
