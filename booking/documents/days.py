"""All that a trainer takes along for one day: where, when, with whom, for whom, and what to pack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time
from typing import Any

from django.utils.translation import gettext as _

from booking.documents import words
from booking.documents.paper import Facts, Note, Paper, Part, Row, Title, facts
from booking.documents.text import named
from booking.documents.words import group_of, lines_of, school_of, title_of
from booking.models import Booking
from booking.orders import as_range
from booking.told import team_of, told_slots, visits_of
from booking.wording import meeting_place, needs_of, size_of
from schools import dates
from schools.schooldays import ONE_DAY, at_local
from workshops.models import Slot, Venue
from workshops.vocabulary import SpokenLanguage


def dates_of(slots: Any, day: date) -> list[Slot]:
    """Those of the slots that take place on the day, as `told_slots`: three queries, however many there are."""
    start, end = at_local(day, time.min), at_local(day + ONE_DAY, time.min)
    there = told_slots().filter(pk__in=slots.values("pk"), starts_at__gte=start, starts_at__lt=end)
    return list(there.exclude(state=Slot.State.CANCELLED).order_by("starts_at", "pk"))


def day_of(day: date, slots: Sequence[Slot], *, trainer: str) -> Paper:
    """The sheet of a trainer for a day, over slots from `dates_of`."""
    who = named(trainer, _("Trainer"))
    houses = sorted({words.house_of(slot) for slot in slots})
    return Paper(
        form="sheet",
        title=_("Day sheet: %(who)s, %(day)s") % {"who": who, "day": dates.day(day, "full")},
        heading=dates.day(day, "full"),
        subtitle=_("Day sheet for %(who)s") % {"who": who},
        at=at_local(day, time.min),
        house=", ".join(houses) or _("Workshops"),
        foot=_("Names and telephone numbers are for this day only. Please do not keep this sheet."),
        parts=list(parts_of(slots)),
    )


def parts_of(slots: Sequence[Slot]) -> Iterator[Part]:
    for slot in slots:
        yield Title(
            f"{dates.span(slot.starts_at, slot.ends_at)} · {title_of(slot)}",
            language=slot.workshop.title.other_language,
        )
        yield facts_of(slot)
        for visit in visits_of(slot):
            yield Title(f"{group_of(visit)}, {school_of(visit)}", level=3)
            yield class_facts(visit)
        if not visits_of(slot):
            yield Note("", _("No group has booked yet."))
    if not slots:
        yield Note("", _("Nothing is planned on this day."))


def facts_of(slot: Slot) -> Facts:
    visits = visits_of(slot)
    return facts(
        [
            (_("Times"), list(times_of(slot))),
            (_("Where"), meeting_place(slot, *visits)),
            way_to(slot.venue),
            (_("Team"), ", ".join(f"{one.trainer.name} ({one.get_role_display()})" for one in team_of(slot))),
            Row(_("To pack"), list(lines_of(slot.workshop.kit)), slot.workshop.kit.other_language),
        ]
    )


def way_to(venue: Venue | None) -> Row:
    directions, language = (venue.directions, venue.other_language) if venue else ("", "")
    return Row(_("How to get there"), [directions], language)


def times_of(slot: Slot) -> Iterable[str]:
    """With set-up and tear-down, where there are any."""
    first, last = slot.during
    if first < slot.starts_at:
        yield _("%(time)s set-up begins") % {"time": dates.clock(first)}
    yield _("%(time)s the class comes") % {"time": dates.clock(slot.starts_at)}
    yield _("%(time)s the class leaves") % {"time": dates.clock(slot.ends_at)}
    if last > slot.ends_at:
        yield _("%(time)s all is packed") % {"time": dates.clock(last)}


def class_facts(booking: Booking) -> Facts:
    """What was agreed with the class. Telephone numbers are gone a week after the visit."""
    needs = [needs_of(booking), *lines_of(booking.needs)]
    grades = _("Grade %(grades)s") % {"grades": as_range(booking.grades)}
    contact = ", ".join(filter(None, [booking.contact_name, booking.contact_phone]))
    return facts(
        [
            (_("Who"), f"{size_of(booking)} · {grades}"),
            (_("Contact"), contact or _("No contact is stored (any more).")),
            (_("Language"), str(SpokenLanguage(booking.language).label)),
            (_("Needed"), list(filter(None, needs))),
            (_("Arrival"), booking.get_arrival_display() if booking.arrival else ""),
            (_("Photos"), booking.get_photos_display()),
            (_("Note"), list(lines_of(booking.note))),
        ]
    )
