"""One booking or slot → one VEVENT. Feeds and invitations write the same event, so that calendars know it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.calendars.text import escape, local, utc, write
from booking.models import Booking, Feed
from booking.wording import meeting_place, short_title, size_of
from workshops.models import Assignment, Slot

PRODUCT = "-//Booking of workshops//EN"
CONFIRMED, TENTATIVE, CANCELLED = "CONFIRMED", "TENTATIVE", "CANCELLED"
Level = Feed.Level
State = Booking.State
STATUS = {
    State.REQUESTED: TENTATIVE,
    State.WAITLISTED: TENTATIVE,
    State.OFFERED: TENTATIVE,
    State.CONFIRMED: CONFIRMED,
    State.ATTENDED: CONFIRMED,
    State.NO_SHOW: CONFIRMED,
    State.DECLINED: CANCELLED,
    State.EXPIRED: CANCELLED,
    State.CANCELLED: CANCELLED,
}


class Dated(Protocol):
    """A row that knows when it last changed."""

    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """A VEVENT as data. `changed` is when the data changed, never when somebody asked: same data, same bytes."""

    uid: str
    starts: datetime
    ends: datetime
    summary: str
    status: str
    sequence: int
    created: datetime
    changed: datetime
    description: str = ""
    location: str = ""
    geo: tuple[float, float] | None = None
    url: str = ""
    categories: tuple[str, ...] = ()
    transparent: bool = False
    private: bool = False
    alarm: bool = False
    people: tuple[str, ...] = ()  # ORGANIZER and ATTENDEE, of invitations only

    def lines(self) -> Iterator[str]:
        yield "BEGIN:VEVENT"
        yield f"SUMMARY:{escape(self.summary)}"
        yield f"DTSTART{local(self.starts)}"
        yield f"DTEND{local(self.ends)}"
        yield f"DTSTAMP:{utc(self.changed)}"
        yield f"UID:{self.uid}"
        yield f"SEQUENCE:{self.sequence}"
        yield f"STATUS:{self.status}"
        yield f"TRANSP:{'TRANSPARENT' if self.transparent else 'OPAQUE'}"
        yield f"CREATED:{utc(self.created)}"
        yield f"LAST-MODIFIED:{utc(self.changed)}"
        yield from self.details()
        yield from self.people
        if self.alarm:
            yield from (
                "BEGIN:VALARM",
                "ACTION:DISPLAY",
                f"DESCRIPTION:{escape(self.summary)}",
                "TRIGGER:-PT1H",
                "END:VALARM",
            )
        yield "END:VEVENT"

    def details(self) -> Iterator[str]:
        if self.private:
            yield "CLASS:PRIVATE"
        if self.location:
            yield f"LOCATION:{escape(self.location)}"
        if self.geo:
            yield f"GEO:{self.geo[0]};{self.geo[1]}"
        if self.categories:
            yield f"CATEGORIES:{','.join(map(escape, self.categories))}"
        if self.description:
            yield f"DESCRIPTION:{escape(self.description)}"
        if self.url:
            yield f"URL:{self.url}"

    def busy(self) -> Event:
        """Only when, not what."""
        return Event(
            uid=self.uid,
            starts=self.starts,
            ends=self.ends,
            summary="Busy",
            status=self.status,
            sequence=self.sequence,
            created=self.created,
            changed=self.changed,
            transparent=self.transparent,
            private=True,
        )


def uid(kind: str, uuid: object, part: str = "") -> str:
    """For the life of the thing; its host part is set once an installation, whatever its address becomes."""
    return f"{kind}-{uuid}{part}@{settings.UID_HOST}"


def of_booking(booking: Booking, level: str = Level.FULL) -> Event:
    """A visit as the school sees it."""
    slot, workshop = booking.slot, booking.slot.workshop
    event = Event(
        uid=uid("booking", booking.uuid),
        starts=slot.starts_at,
        ends=slot.ends_at,
        summary=summary_of(booking),
        status=STATUS[State(booking.state)],
        sequence=booking.sequence,
        created=booking.created_at,
        changed=newest(booking, slot, workshop, workshop.partner, slot.venue, booking.school),
        description="\n".join(told_of(booking, level)),
        location=meeting_place(slot, booking),
        geo=geo_of(slot, [booking]),
        url=settings.SITE_URL + booking.get_absolute_url(),
        categories=tuple(workshop.discipline_names),
        transparent=booking.state == State.WAITLISTED,
    )
    return event.busy() if level == Level.BUSY else event


def summary_of(booking: Booking) -> str:
    words = " · ".join([short_title(booking.slot.workshop), *groups_of([booking])])
    unsure = {
        State.REQUESTED: _("Requested"),
        State.WAITLISTED: _("Waiting list"),
        State.OFFERED: _("Please answer"),
    }.get(State(booking.state))
    return f"{unsure}: {words}" if unsure else words


def told_of(booking: Booking, level: str) -> Iterator[str]:
    slot, workshop = booking.slot, booking.slot.workshop
    yield str(workshop.title)
    yield f"{booking.group_name}, {booking.school}"
    yield size_of(booking)
    if workshop.bring and STATUS[State(booking.state)] != CANCELLED:
        yield _("Please bring: %(what)s") % {"what": workshop.bring}
    if slot.venue and slot.venue.directions:
        yield slot.venue.directions
    if level == Level.FULL and workshop.partner.phone:
        yield _("%(name)s, telephone %(phone)s") % {"name": workshop.partner.name, "phone": workshop.partner.phone}
    yield _("Booking %(reference)s") % {"reference": booking.reference}


def of_slot(slot: Slot, visits: Sequence[Booking], team: Sequence[Assignment], level: str = Level.FULL) -> Event:
    """A date as trainers and organisers see it: who comes, and at level `full` whom to call."""
    is_on = slot.state != Slot.State.CANCELLED
    event = Event(
        uid=uid("slot", slot.uuid),
        starts=slot.starts_at,
        ends=slot.ends_at,
        summary=" · ".join([short_title(slot.workshop), *(groups_of(visits) if is_on or visits else [])]),
        status=status_of(slot),
        sequence=sequence_of(slot),
        created=slot.created_at,
        changed=newest(*shown_with(slot), *visits, *(visit.school for visit in visits), *(one.trainer for one in team)),
        description="\n".join(told_of_slot(slot, visits, team, level)),
        location=meeting_place(slot, *visits),
        geo=geo_of(slot, visits),
        url=settings.SITE_URL + reverse("trainer_slot", args=[slot.pk]),
        categories=tuple(slot.workshop.discipline_names),
        alarm=is_on,
    )
    return event.busy() if level == Level.BUSY else event


def of_end(slot: Slot, level: str = Level.FULL) -> Event:
    """A date for who does not lead it any more: that it is gone, and nothing of who comes."""
    event = of_slot(slot, [], [], Level.NO_CONTACT)
    end = replace(event, summary=short_title(slot.workshop), description=str(slot.workshop.title))
    end = replace(end, status=CANCELLED, url="", alarm=False)
    return end.busy() if level == Level.BUSY else end


def shown_with(slot: Slot) -> tuple[Dated | None, ...]:
    return slot, slot.workshop, slot.workshop.partner, slot.venue


def newest(*things: Dated | None) -> datetime:
    """When the last of what an event shows was changed, a name of somebody else's row included."""
    return max(thing.updated_at for thing in things if thing)


def status_of(slot: Slot) -> str:
    return CANCELLED if slot.state == Slot.State.CANCELLED else CONFIRMED


def sequence_of(slot: Slot) -> int:
    """What comes to the school is wherever its class is: there every change of the slot may be one of the place."""
    return slot.version if slot.workshop.is_mobile else slot.sequence


def groups_of(visits: Sequence[Booking]) -> list[str]:
    """“7b Oberschule Löbau” and 24; several groups as their names and the sum."""
    if not visits:
        return [_("nobody yet")]
    total = str(sum(visit.pupils for visit in visits))
    if len(visits) == 1:
        return [f"{visits[0].group_name} {visits[0].school.name}", total]
    return [", ".join(visit.group_name for visit in visits), total]


def told_of_slot(slot: Slot, visits: Iterable[Booking], team: Iterable[Assignment], level: str) -> Iterator[str]:
    yield str(slot.workshop.title)
    for visit in visits:
        yield f"{visit.group_name}, {visit.school}: {size_of(visit)}"
        if level == Level.FULL:
            yield from map(str, filter(None, [contact_of(visit), visit.needs, visit.note]))
    if kit := ", ".join(filter(None, map(str.strip, str(slot.workshop.kit).splitlines()))):
        yield _("Take along: %(what)s") % {"what": kit}
    if level == Level.FULL and (names := ", ".join(one.trainer.name for one in team)):
        yield _("Team: %(names)s") % {"names": names}
    if slot.venue and slot.venue.directions:
        yield slot.venue.directions


def contact_of(booking: Booking) -> str:
    known = " ".join(filter(None, [booking.contact_name, booking.contact_phone]))
    return _("Contact: %(who)s") % {"who": known} if known else ""


def of_public_slot(slot: Slot, at: datetime) -> Event:
    """A date as everybody sees it: what, when, where, and whether there is room, while booking is open `at` then."""
    workshop = slot.workshop
    room = room_in(slot) if slot.is_open_at(max(at, slot.book_from)) else ""
    return Event(
        uid=uid("slot", slot.uuid),
        starts=slot.starts_at,
        ends=slot.ends_at,
        summary=str(workshop.title),
        status=status_of(slot),
        sequence=sequence_of(slot),
        created=slot.created_at,
        changed=newest(*shown_with(slot)),
        description="\n".join(filter(None, [str(workshop.summary), workshop.partner.name, room])),
        location=meeting_place(slot),
        geo=geo_of(slot, []),
        url=settings.SITE_URL + slot.get_absolute_url(),
        categories=tuple(workshop.discipline_names),
        transparent=True,
    )


def room_in(slot: Slot) -> str:
    if slot.state != Slot.State.OPEN:
        return ""
    if slot.is_full:
        return _("Fully booked; there is a waiting list.")
    return ngettext("%(count)d place is free", "%(count)d places are free", slot.places_left) % {
        "count": slot.places_left
    }


def around(slot: Slot, event: Event) -> Iterator[Event]:
    """The way there, set-up, tear-down and the way back, where they take time, as events of their own that block
    nothing else."""
    begins, ends = slot.during
    way = one_way(slot)
    for part, minutes, starts, word in (
        ("-there", way, begins - timedelta(minutes=way), _("Way there")),
        ("-setup", slot.setup_minutes, begins, _("Set-up")),
        ("-teardown", slot.teardown_minutes, slot.ends_at, _("Tear-down")),
        ("-back", way, ends, _("Way back")),
    ):
        if minutes:
            yield replace(
                event,
                uid=uid("slot", slot.uuid, part),
                starts=starts,
                ends=starts + timedelta(minutes=minutes),
                summary=event.summary if event.private else f"{word}: {event.summary}",
                description="",
                alarm=False,
                transparent=True,
            )


def one_way(slot: Slot) -> int:
    """Minutes to the school, where the team drives to one: half of what the house's rules say for both ways."""
    if not slot.workshop.is_mobile:
        return 0
    both = slot.workshop.policy.travel_minutes if slot.travel_minutes is None else slot.travel_minutes
    return both // 2


def geo_of(slot: Slot, visits: Sequence[Booking]) -> tuple[float, float] | None:
    """Where, as latitude and longitude: the venue, or the school to which a workshop comes."""
    places = [slot.venue] if slot.venue else [visit.school for visit in visits[:1] if slot.workshop.is_mobile]
    for place in places:
        if place.lat is not None and place.lon is not None:
            return place.lat, place.lon
    return None


def calendar(events: Iterable[Event], *heading: str) -> bytes:
    """A whole calendar; `heading` are further lines of its head."""
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", *heading)
    body = (line for event in events for line in event.lines())
    return write((*head, *zone(), *body, "END:VCALENDAR"))


def zone() -> tuple[str, ...]:
    """The clock of Berlin, Warsaw and Prague as rules for every year: lists of dates some readers cut short.

    All houses and schools of a network share this clock. The zone is no setting of the environment; whoever writes
    another TIME_ZONE into the settings gives its rules here.
    """
    return (
        "BEGIN:VTIMEZONE",
        f"TZID:{settings.TIME_ZONE}",
        "BEGIN:DAYLIGHT",
        "TZNAME:CEST",
        "DTSTART:19810329T020000",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "TZNAME:CET",
        "DTSTART:19961027T030000",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        "END:STANDARD",
        "END:VTIMEZONE",
    )
