"""The two papers that a school gets after a visit, written from what was kept when they were given out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from booking.documents import words
from booking.documents.certified import Facts
from booking.documents.paper import Award, AwardLine, Note, Paper, Paragraph, Part, Signatures, big, facts
from booking.documents.text import named
from booking.models import Document
from booking.orders import as_range
from booking.wording import class_named, pupils_and_adults
from schools import dates
from workshops.texts import Texts
from workshops.vocabulary import Format


@dataclass
class Said:
    """What was kept, in words of the language that is active."""

    document: Document

    @property
    def facts(self) -> Facts:
        return dict(self.document.facts)

    @cached_property
    def title(self) -> str:
        return named(Texts(self.facts["title"]), _("Workshop"))

    @property
    def group(self) -> str:
        return named(class_named(self.facts["group"]), _("one class"))

    @property
    def group_and_grades(self) -> str:
        names = {"group": self.group, "grades": as_range(self.facts["grades"])}
        return _("%(group)s (years of schooling: %(grades)s)") % names

    @property
    def school(self) -> str:
        return named(self.facts["school"], _("a school"))

    @property
    def house(self) -> str:
        return named(self.facts["house"], _("Workshops"))

    @property
    def responsible(self) -> str:
        """In law, where that is another name."""
        return named(self.facts["legal_name"], self.house)

    @property
    def starts_at(self) -> datetime:
        return datetime.fromisoformat(self.facts["starts_at"])

    @property
    def when(self) -> str:
        return words.from_until(self.starts_at, datetime.fromisoformat(self.facts["ends_at"]))

    @property
    def day(self) -> str:
        return dates.day(self.starts_at, "full")

    @property
    def size(self) -> str:
        return pupils_and_adults(self.facts["pupils"], self.facts["adults"])

    @property
    def lessons(self) -> str:
        words_of = {"lessons": words.lessons(self.facts["minutes"]), "minutes": self.facts["minutes"]}
        return _("%(lessons)s of 45 minutes (%(minutes)d minutes)") % words_of

    @property
    def place(self) -> str:
        elsewhere = {Format.MOBILE: _("at the school"), Format.ONLINE: _("online")}
        return self.facts["place"] or elsewhere.get(Format(self.facts["format"]), "")

    @property
    def issued(self) -> str:
        return dates.day(self.document.issued_at, "full")

    def funders(self) -> Iterator[str]:
        """Each in its own words, which its funder wants; else with its name."""
        for one in self.facts["funders"]:
            text = " ".join(words.lines_of(Texts(one["text"])))
            yield text or _("Funded by %(name)s.") % {"name": f"{one['funder']} ({one['pot']})"}


def participation(document: Document) -> Paper:
    """For the class, to hang it up."""
    said = Said(document)
    lines = [
        big(said.group),
        AwardLine(said.school),
        AwardLine(_("took part on %(day)s in the workshop") % {"day": said.day}),
        big(said.title),
        AwardLine(_("%(size)s, %(lessons)s") % {"size": said.size, "lessons": said.lessons}),
    ]
    return paper_of(document, _("Certificate of participation"), "certificate", lambda: around(Award(lines), said))


def around(award: Award, said: Said) -> Iterator[Part]:
    yield award
    yield Signatures([_("Place, date"), _("For %(house)s") % {"house": said.house}])
    yield from (Paragraph(text, soft=True) for text in said.funders())


def service(document: Document) -> Paper:
    """For the files of the school: all-day offers, travel claims, the office."""
    return paper_of(document, _("Service confirmation"), "sheet", lambda: service_parts(Said(document)))


def service_parts(said: Said) -> Iterator[Part]:
    kept, document = said.facts, said.document
    yield Paragraph(_("We confirm that the following took place as an offer out of school:"))
    yield facts(
        [
            (_("Topic"), said.title),
            (pgettext("certificate", "Date"), said.when),
            (_("Extent"), said.lessons),
            (_("Where"), said.place),
            (_("School"), said.school),
            (_("Group"), said.group_and_grades),
            (_("Who came"), said.size),
            (_("Fee"), list(words.lines_of(Texts(kept["cost"]))) or _("no fee was stated")),
            (_("Provider"), [said.responsible, *([said.house] if said.house != said.responsible else [])]),
            (_("Questions to"), kept["mailbox"]),
            (_("Booking"), kept["reference"]),
            (_("Number"), _("%(number)s of %(day)s") % {"number": document.name, "day": said.issued}),
        ]
    )
    if document.replaces:
        yield replaced(document.replaces)
    yield from (Paragraph(text, soft=True) for text in said.funders())
    yield Paragraph(_("Written by a program and valid without a signature. It names no pupils."), soft=True)


def replaced(former: Document) -> Note:
    text = _("It replaces number %(number)s, for the attendance was corrected.") % {"number": former.name}
    return Note(_("Corrected."), text)


def paper_of(document: Document, heading: str, form: str, parts: Callable[[], Iterator[Part]]) -> Paper:
    said = Said(document)
    names = {"what": heading, "number": document.name, "group": said.group, "title": said.title}
    origin = _("No. %(number)s, %(day)s") % {"number": document.name, "day": said.issued}
    if document.replaces and form == "certificate":
        origin = _("%(origin)s, replaces no. %(former)s") % {"origin": origin, "former": document.replaces.name}
    return Paper(
        form=form,
        title=_("%(what)s %(number)s: %(group)s, %(title)s") % names,
        heading=heading,
        subtitle=origin if form == "certificate" else "",
        aside=_("No. %(number)s") % {"number": document.name},
        at=document.issued_at,
        house=said.house,
        foot=f"{said.responsible} · {document.facts['mailbox']}",
        parts=list(parts()),
    )


PAPERS: dict[str, Callable[[Document], Paper]] = {
    Document.Kind.PARTICIPATION: participation,
    Document.Kind.SERVICE: service,
}
