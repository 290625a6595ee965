"""What a mail of the demo carries beside its words: files to take away, and calendars in words that people read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from schools.dates import day, span, when

CALENDARS = ("text/calendar", "application/ics")
METHODS = {
    "REQUEST": gettext_lazy("please enter this date, or what changed of it"),
    "CANCEL": gettext_lazy("please delete this date"),
    "PUBLISH": gettext_lazy("for your information"),
}
ANSWERS = {
    "ACCEPTED": gettext_lazy("comes"),
    "DECLINED": gettext_lazy("does not come"),
    "NEEDS-ACTION": gettext_lazy("has not answered yet"),
}
Fact = tuple[str, str, str, str]  # as parts/facts_tall.html shows them


@dataclass(frozen=True)
class Enclosure:
    """One part of a mail that is neither its text nor its HTML; `number` finds it again."""

    number: int
    name: str
    type: str
    content: bytes

    @property
    def is_calendar(self) -> bool:
        return self.type in CALENDARS


def enclosed(mail: EmailMessage) -> list[Enclosure]:
    bodies = [mail.get_body(preferencelist=(kind,)) for kind in ("plain", "html")]
    parts = [part for part in mail.walk() if not part.is_multipart() and all(part is not body for body in bodies)]
    return [
        Enclosure(number, part.get_filename() or "", part.get_content_type(), content_of(part))
        for number, part in enumerate(parts)
    ]


def content_of(part: Any) -> bytes:
    return part.get_payload(decode=True) or b""


@dataclass(frozen=True)
class Dates:
    """A calendar of a mail: its facts, or none where no calendar can be read, and its source."""

    events: list[list[Fact]]
    source: str


def calendars(enclosures: list[Enclosure]) -> list[Dates]:
    """Each once, for an invitation carries the same bytes twice."""
    contents = dict.fromkeys(one.content for one in enclosures if one.is_calendar)
    return [Dates(list(events_in(content)), content.decode(errors="replace")) for content in contents]


def events_in(content: bytes) -> Iterator[list[Fact]]:
    from icalendar import Calendar  # a tenth of a second of every start, and nothing else of the program reads them

    try:
        calendar = Calendar.from_ical(content)
        yield from [facts_of(event, str(calendar.get("METHOD", ""))) for event in calendar.walk("VEVENT")]
    except (ValueError, KeyError, AttributeError, TypeError):
        return


def facts_of(event: Any, method: str) -> list[Fact]:
    return [
        ("mail", _("Method"), method, str(METHODS.get(method, ""))),
        ("info", _("What"), str(event.get("SUMMARY", "")), str(event.get("STATUS", ""))),
        ("calendar", _("When"), *times(event["DTSTART"].dt, event["DTEND"].dt)),
        ("pin", _("Place"), str(event.get("LOCATION", "")), ""),
        ("list", "UID", str(event.get("UID", "")), ""),
        ("down", "SEQUENCE", str(event.get("SEQUENCE", 0)), ""),
        ("person", _("From"), person(event["ORGANIZER"]) if "ORGANIZER" in event else "", ""),
        ("people", _("To"), "\n".join(map(person, many(event.get("ATTENDEE")))), ""),
    ]


def times(starts: datetime, ends: datetime) -> tuple[str, str]:
    """On the local clock; and in what zone the calendar says it."""
    if starts.date() == ends.date():
        return f"{day(starts, 'full')}, {span(starts, ends)}", str(starts.tzinfo)
    return f"{when(starts, 'full')} – {when(ends, 'full')}", str(starts.tzinfo)


def many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def person(who: Any) -> str:
    name, address = who.params.get("CN", ""), str(who).removeprefix("mailto:")
    answer: str | Promise = ANSWERS.get(who.params.get("PARTSTAT", ""), "")
    return f"{name} <{address}>" + (f", {answer}" if answer else "")
