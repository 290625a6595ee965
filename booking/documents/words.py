"""Words that several papers share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from booking.documents.text import named
from booking.models import Booking
from booking.wording import class_named
from schools.dates import day, span
from workshops.models import Slot


def from_until(starts: datetime, ends: datetime) -> str:
    """Tuesday, 11 May 2027, 8:00–11:00."""
    return f"{day(starts, 'full')}, {span(starts, ends)}"


def title_of(slot: Slot) -> str:
    return named(slot.workshop.title, _("Workshop"))


def house_of(slot: Slot) -> str:
    return named(slot.workshop.partner, _("Workshops"))


def group_of(booking: Booking) -> str:
    return named(class_named(booking.group_name), _("one class"))


def school_of(booking: Booking) -> str:
    return named(booking.school, _("a school"))


def lessons(minutes: int) -> str:
    """Lessons of 45 minutes, with two decimals at most: 4 lessons; 3.78 lessons."""
    exact = round(minutes / 45, 2)
    if exact % 1:
        return pgettext("a fraction", "%(number)s lessons") % {"number": number_format(f"{exact:.2f}".rstrip("0"))}
    return ngettext("%(number)s lesson", "%(number)s lessons", int(exact)) % {"number": int(exact)}


def lines_of(text: object) -> Iterator[str]:
    """The lines of a text that say something."""
    yield from filter(None, map(str.strip, str(text).splitlines()))
