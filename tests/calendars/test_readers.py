"""Four readers that share no code find the same in what we write, whatever people type and whenever it is."""

# ruff: noqa: DTZ001 (times on the local clock, as people type them; the zone is added)

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import ics
import pytest
import vobject
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar

from booking.calendars import events
from booking.calendars.events import Event
from booking.calendars.text import FORBIDDEN

BERLIN = ZoneInfo("Europe/Berlin")
CHANGES = (date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31), date(2028, 3, 26))
TRAPS = (
    "BEGIN:VEVENT\r\nSUMMARY:x",
    "a\\nb\\,c;d",
    "Źdźbło · Łódź · wšě kócki 🦋",
    "x" * 74 + "ü" * 40,
    "\x00\ud800\t",
    "^n ^' \"",
)


class Read(NamedTuple):
    """What a reader says of an event, times in UTC."""

    uid: str
    starts: datetime
    ends: datetime
    summary: str
    description: str
    location: str


def by_icalendar(written: bytes) -> Read:
    (event,) = Calendar.from_ical(written).walk("VEVENT")
    text = [str(event.get(name, "")) for name in ("SUMMARY", "DESCRIPTION", "LOCATION")]
    return Read(str(event["UID"]), utc(event["DTSTART"].dt), utc(event["DTEND"].dt), *text)


def by_vobject(written: bytes) -> Read:
    event = vobject.readOne(written.decode()).vevent
    text = [
        getattr(event, name).value if hasattr(event, name) else "" for name in ("summary", "description", "location")
    ]
    return Read(event.uid.value, utc(event.dtstart.value), utc(event.dtend.value), *text)


def by_ical(written: bytes) -> Read:
    (event,) = IcsCalendarStream.calendar_from_ics(written.decode()).events
    text = [event.summary or "", event.description or "", event.location or ""]
    return Read(str(event.uid), utc(event.dtstart), utc(event.dtend), *text)


def by_ics(written: bytes) -> Read:
    (event,) = ics.Calendar(written.decode()).events
    text = [event.name or "", event.description or "", event.location or ""]
    return Read(event.uid, utc(event.begin.datetime), utc(event.end.datetime), *text)


def utc(moment: Any) -> datetime:
    return moment.astimezone(UTC)


READERS = {"icalendar": by_icalendar, "vobject": by_vobject, "ical": by_ical, "ics": by_ics}


def cleaned(text: str) -> str:
    return FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def is_doubtful(moment: datetime) -> bool:
    """An hour that is there twice or never; no date is offered then."""
    there = moment.replace(tzinfo=BERLIN, fold=0)
    return there.utcoffset() != there.replace(fold=1).utcoffset()


texts = st.one_of(st.text(st.characters(exclude_categories=()), max_size=200), st.sampled_from(TRAPS))
near_a_change = st.builds(
    lambda day, minutes: datetime(day.year, day.month, day.day) + timedelta(minutes=minutes),
    st.sampled_from(CHANGES),
    st.integers(-2_000, 2_000),
)
moments = st.one_of(
    near_a_change, st.datetimes(datetime(2025, 1, 1), datetime(2035, 12, 31)).map(lambda at: at.replace(microsecond=0))
)


@settings(max_examples=120, deadline=None)
@given(texts, texts, texts, moments.filter(lambda at: not is_doubtful(at)), st.integers(5, 2_000))
@example(*TRAPS[:3], datetime(2027, 3, 28, 3, 0), 60)
@example(*TRAPS[3:], datetime(2026, 10, 24, 23, 0), 240)
def test_all_readers_find_the_same(summary, description, location, begins, minutes):
    starts = begins.replace(tzinfo=BERLIN)
    ends = (starts.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(BERLIN)
    if is_doubtful(ends.replace(tzinfo=None)):
        ends = (ends + timedelta(hours=2)).replace(fold=0)
    event = Event(
        uid="slot-1@lernort.invalid", starts=starts, ends=ends, summary=summary, status="CONFIRMED", sequence=3,
        created=starts, changed=starts, description=description, location=location,
    )  # fmt: skip

    written = events.calendar([event])

    expected = Read("slot-1@lernort.invalid", utc(starts), utc(ends), *map(cleaned, (summary, description, location)))
    for name, read in READERS.items():
        known = (
            3 if name == "ics" and "\\" in "".join(expected[3:]) else None
        )  # it takes `\\n` of a text for a line break
        assert read(written)[:known] == expected[:known], name
    assert written.count(b"BEGIN:VEVENT\r\n") == 1
    assert max(map(len, written.split(b"\r\n"))) <= 75


@settings(max_examples=60, deadline=None)
@given(texts, moments.filter(lambda at: not is_doubtful(at)))
def test_what_a_reader_writes_again_says_the_same(summary, begins):
    starts = begins.replace(tzinfo=BERLIN)
    event = Event(
        uid="booking-1@lernort.invalid", starts=starts, ends=starts + timedelta(hours=2), summary=summary,
        status="TENTATIVE", sequence=0, created=starts, changed=starts,
    )  # fmt: skip
    written = events.calendar([event])

    again = Calendar.from_ical(written).to_ical()

    assert by_icalendar(again) == by_icalendar(written)


@pytest.mark.parametrize("name", READERS)
def test_a_reader_would_see_another_hour(name):
    starts = datetime(2027, 7, 1, 8, tzinfo=BERLIN)
    event = Event("u", starts, starts + timedelta(hours=1), "x", "CONFIRMED", 0, starts, starts)

    moved = events.calendar([event]).replace(b"20270701T080000", b"20270701T090000")

    assert READERS[name](moved).starts == utc(starts) + timedelta(hours=1)
