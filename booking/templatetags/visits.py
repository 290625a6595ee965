"""Words for groups and visits, as staff read them."""

from datetime import datetime

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext

from booking.models import Attendance, Booking
from booking.rules import Counts
from booking.visits import place_of
from booking.wording import class_named, needs_of, pupils_and_adults, short_title, size_of
from schools.dates import clock, day
from schools.schooldays import local_day
from workshops.models import Slot
from workshops.vocabulary import SpokenLanguage

register = template.Library()
register.filter("place", place_of)
register.filter("short_title", short_title)
register.filter("size", size_of)


@register.filter
def group(booking: Booking) -> str:
    return class_named(booking.group_name)


@register.filter
def counted(counts: Counts | Attendance) -> str:
    """24 pupils, 2 adults, 180 min; or that nobody came."""
    if counts.no_show:
        return _("nobody came")
    minutes = _("%(minutes)d min") % {"minutes": counts.minutes}
    return f"{pupils_and_adults(counts.present, counts.adults)}, {minutes}"


@register.filter
def genders(counts: Counts | Attendance) -> str:
    """11 girls, 9 boys, 2 not stated: only what was counted."""
    parts = (
        (counts.f, npgettext("counted", "%(number)d girl", "%(number)d girls", counts.f)),
        (counts.m, npgettext("counted", "%(number)d boy", "%(number)d boys", counts.m)),
        (counts.d, npgettext("counted", "%(number)d diverse", "%(number)d diverse", counts.d)),
        (counts.unknown, npgettext("counted", "%(number)d not stated", "%(number)d not stated", counts.unknown)),
    )
    return ", ".join(words % {"number": number} for number, words in parts if number)


@register.filter
def in_detail(counts: Counts | Attendance) -> str:
    """The genders, and how late the class was: for the team, for no school has to read the latter in a mail."""
    late = _("%(minutes)d min late") % {"minutes": counts.late_minutes} if counts.late_minutes else ""
    return ", ".join(filter(None, [genders(counts), late]))


@register.filter
def in_full(counts: Counts | Attendance) -> str:
    """Everything that is recorded, in one line."""
    return counted(counts) if counts.no_show else f"{counted(counts)} ({in_detail(counts)})"


@register.filter
def needs(booking: Booking) -> str:
    """What the group needs, as the bold sentence of a note; its own text stands beside it."""
    what = needs_of(booking)
    return _("Needed: %(what)s.") % {"what": what} if what else ""


@register.filter
def spoken(code: str) -> str:
    """In Polish."""
    return _("in %(language)s") % {"language": SpokenLanguage(code).label}


@register.filter
def team(slot: Slot) -> str:
    """Who leads; needs the slot `with_trainers`."""
    return ", ".join(assignment.trainer.name for assignment in slot.assignments.all())


@register.filter
def tel(number: str) -> str:
    """A number as a link dials it."""
    return "".join(sign for sign in number if sign.isdigit() or sign == "+")


@register.filter
def moment(at: datetime, now: datetime) -> str:
    """When something happened: at 9:38, where it was today; else with its day."""
    words = {"time": clock(at), "day": day(at, "bare")}
    return (_("at %(time)s") if local_day(at) == local_day(now) else _("on %(day)s at %(time)s")) % words


@register.filter
def ago(at: datetime, now: datetime) -> str:
    """How many days ago something was, by the local calendar."""
    days = (local_day(now) - local_day(at)).days
    return ngettext("%(number)d day ago", "%(number)d days ago", days) % {"number": days} if days else _("today")
