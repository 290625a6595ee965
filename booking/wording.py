"""Words that pages, mails, calendars and papers share."""

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


def meeting_place(slot: Slot, *visits: Booking) -> str:
    """The address where people meet: the venue, the school to which we come, or nowhere."""
    if slot.venue:
        return slot.venue.address
    if slot.workshop.format == Format.ONLINE:
        return _("online")
    return "; ".join(address_of(visit) for visit in visits)


def address_of(booking: Booking) -> str:
    school = booking.school
    return ", ".join(filter(None, [school.name, school.street, f"{school.postcode} {school.city}".strip()]))


def class_named(name: str) -> str:
    """Class 7b; what is no class keeps its own name."""
    return _("Class %(name)s") % {"name": name} if name[:1].isdigit() else name


def size_of(booking: Booking) -> str:
    """24 pupils, 2 adults."""
    return pupils_and_adults(booking.pupils, booking.adults)


def pupils_and_adults(pupils: int, adults: int) -> str:
    words = ngettext("%(count)d pupil", "%(count)d pupils", pupils) % {"count": pupils}
    if not adults:
        return words
    return f"{words}, " + ngettext("%(count)d adult", "%(count)d adults", adults) % {"count": adults}


def needs_of(booking: Booking) -> str:
    """What was ticked, in the language of the reader."""
    return ", ".join(str(Booking.Need(code).label) for code in booking.needs_list)


def unanswered_in(language: str) -> str:
    """Why a visit was ended of which nobody said whether it was still on, in the language of its contact."""
    with override(language):
        return _("Nobody answered whether the class is still coming, so the date is free for others again.")


def fee_in_words(fee: str) -> str:
    """Euros as the reader writes them: 65, and 100,50 in German."""
    return number_format(Decimal(fee))
