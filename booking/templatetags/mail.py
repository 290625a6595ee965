"""The parts of a letter, for the templates in booking/mail/. A template tells all words of a mail in one text;
`booking.messages.letters` takes it apart, and the two layouts, HTML and text, show the same parts."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from accounts.text import one_line
from booking.models import Booking
from booking.wording import meeting_place, needs_of, short_title, size_of
from workshops.models import Slot
from workshops.vocabulary import SpokenLanguage

register = template.Library()

PART, CELL = "\f", "\t"  # nobody can type them: texts are cleaned of both


@register.simple_tag
def part(name: str) -> str:
    """`{% part "headline" %}`: what follows, up to the next part, is the headline."""
    return f"{PART}{name}\n"


@register.simple_tag
def fact(label: str, value: object, further: object = "") -> str:
    """`{% fact _("Where") address directions %}`: a row of the table; without a value no row."""
    cells = [one_line(label), one_line(value), one_line(further)]
    return f"{PART}fact\n{CELL.join(cells)}" if cells[1] else ""


@register.simple_tag
def step(when: str) -> str:
    """`{% step "Fri, 23 April" %}We send the way.`: what happens next; what follows says it."""
    return f"{PART}step\n{one_line(when)}{CELL}"


@register.filter
def in_a_row(lines: object) -> str:
    """What somebody wrote as a list, a thing a line, as one sentence's worth."""
    return ", ".join(part for line in str(lines).splitlines() if (part := line.strip(" -*•,;")))


register.filter("short_title", short_title)
register.filter("size_of", size_of)
register.filter("needs_of", needs_of)


@register.filter
def language_of(booking: Booking) -> str:
    """The language of the visit; nothing where a German reader expects it to be German."""
    return "" if booking.language == "de" == get_language() else str(SpokenLanguage(booking.language).label)


@register.filter("meeting_place")
def meeting_place_of(slot: Slot, booking: Booking) -> str:
    return meeting_place(slot, booking)
