"""The sheet on which a trainer counts who came: no names of pupils, a way to the page where it is recorded, and for
each class the code to say how it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from booking.documents import words
from booking.documents.paper import (
    Code,
    Column,
    Counts,
    Facts,
    Line,
    Note,
    Paper,
    Paragraph,
    Part,
    Poster,
    Signatures,
    Title,
    facts,
)
from booking.documents.words import group_of, school_of, title_of
from booking.feedback.codes import address_of, start_of
from booking.models import Booking, FeedbackCode
from booking.told import team_of, visits_of
from booking.visits import minutes_of
from booking.wording import meeting_place, size_of
from workshops.models import Slot

Codes = Mapping[int, FeedbackCode]  # by the key of the booking


def sheet_of(slot: Slot, codes: Codes) -> Paper:
    """The sheet of a slot from `told_slots`, with a line for each group that comes or came, and their `codes`."""
    title, when = title_of(slot), words.from_until(slot.starts_at, slot.ends_at)
    return Paper(
        form="sheet",
        title=_("Attendance sheet: %(title)s, %(when)s") % {"title": title, "when": when},
        heading=_("Attendance sheet"),
        subtitle=title,
        at=slot.starts_at,
        house=words.house_of(slot),
        foot=_("Only numbers, no names of pupils. Once they are recorded, this sheet is no longer needed."),
        parts=[*parts_of(slot), *posters_of(slot, codes)],
    )


def parts_of(slot: Slot) -> Iterator[Part]:
    yield facts_of(slot)
    if visits := visits_of(slot):
        yield Counts(pgettext("column", "Class"), columns(), [line_of(visit) for visit in visits])
        yield Note("", _("If nobody came, please cross out the line. Empty means “not recorded”, not zero."))
    else:
        yield Note("", _("No group has booked yet."))
    yield Signatures([pgettext("signature", "Date"), _("Signature of whoever led")])
    address = settings.SITE_URL + reverse("trainer_slot", args=[slot.pk])
    yield Code.of(
        address,
        alt=_("QR code of the page for recording: %(address)s") % {"address": address},
        text=_("Record the numbers with your phone: in two taps if all went as planned."),
    )


def posters_of(slot: Slot, codes: Codes) -> Iterator[Part]:
    """What is held up to the classes at the end, as long as they can answer."""
    if codes:
        yield Title(_("Ask the class"))
        yield Paragraph(_("A code for their phones: five questions, no names. Show it at the end."), leads=True)
    for visit in visits_of(slot):
        if code := codes.get(visit.pk):
            yield poster_of(visit, code)


def poster_of(visit: Booking, code: FeedbackCode) -> Poster:
    return Poster.of(
        address_of(code),
        alt=_("QR code with this address"),
        whose=f"{group_of(visit)}, {school_of(visit)}",
        title=pgettext("pupil", "How was it?"),
        text=_("Scan it, or type %(address)s and this code:") % {"address": start_of()},
        typed=str(code),
    )


def facts_of(slot: Slot) -> Facts:
    team = ", ".join(one.trainer.name for one in team_of(slot))
    visits = visits_of(slot)
    planned = _("%(minutes)d min") % {"minutes": minutes_of(slot)}
    return facts(
        [
            (_("When"), f"{words.from_until(slot.starts_at, slot.ends_at)} ({planned})"),
            (_("Where"), meeting_place(slot, *visits)),
            (_("Who leads"), team),
        ]
    )


def columns() -> list[Column]:
    return [
        Column(_("Girls"), 15),
        Column(_("Boys"), 15),
        Column(_("Diverse"), 15),
        Column(_("Not stated"), 15),
        Column(_("Adults"), 20),
        Column(_("Minutes"), 17),
        Column(_("Signature of the school"), 34),
    ]


def line_of(booking: Booking) -> Line:
    booked = _("booked: %(size)s") % {"size": size_of(booking)}
    return Line(f"{group_of(booking)}, {school_of(booking)}", booked)
