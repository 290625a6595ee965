"""Words that mails and calendars share."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from booking.models import Booking
from workshops.models import Slot, Workshop
from workshops.vocabulary import Format


def short_title(workshop: Workshop) -> str:
    """What a phone's month view has room for: “3D-Druck” of “3D-Druck: vom CAD zum Schlüsselanhänger”."""
    return str(workshop.title).partition(":")[0].strip()


def place_of(slot: Slot, *visits: Booking) -> str:
    """The address where people meet: the venue, the school to which we come, or nowhere."""
    if slot.venue:
        return slot.venue.address
    if slot.workshop.format == Format.ONLINE:
        return _("online")
    return "; ".join(address_of(visit) for visit in visits)


def address_of(booking: Booking) -> str:
    school = booking.school
    return ", ".join(filter(None, [school.name, school.street, f"{school.postcode} {school.city}".strip()]))


def size_of(booking: Booking) -> str:
    pupils = ngettext("%(count)d pupil", "%(count)d pupils", booking.pupils) % {"count": booking.pupils}
    adults = ngettext("%(count)d adult", "%(count)d adults", booking.adults) % {"count": booking.adults}
    return f"{pupils}, {adults}" if booking.adults else pupils


def unanswered_in(language: str) -> str:
    """Why a visit was ended of which nobody said whether it was still on, in the language of its contact."""
    with override(language):
        return _("Nobody answered whether the class is still coming, so the date is free for others again.")


def fee_in_words(fee: str) -> str:
    """Euros as the reader writes them: 65, and 100,50 in German."""
    return number_format(Decimal(fee))
