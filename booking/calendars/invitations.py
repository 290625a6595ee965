"""Invitations that travel in mails: iTIP (RFC 5546) with one event, in the MIME parts of RFC 6047."""

from __future__ import annotations

from dataclasses import replace

from django.core.mail import EmailMultiAlternatives

from booking.calendars import events
from booking.calendars.text import parameter
from booking.models import Booking
from booking.told import team_of, visits_of
from workshops.models import Partner, Slot

FILE_NAME = "termin.ics"


def invitation(booking: Booking, method: str, *, to_address: str, to_name: str) -> bytes:
    """The calendar that asks `to_address` to enter (REQUEST) or to delete (CANCEL) the visit.

    The teacher has decided already, so nobody is asked for an answer. A contact who is replaced gets a CANCEL although
    the visit stands.
    """
    event = events.of_booking(booking)
    if method == "CANCEL":
        event = replace(event, status=events.CANCELLED)
    people = people_of(booking.slot.workshop.partner, to_address, to_name)
    return events.calendar([replace(event, people=people)], f"METHOD:{method}")


def team_invitation(slot: Slot, method: str, *, asked: bool, url: str, to_address: str, to_name: str) -> bytes:
    """The same for a trainer. Who is `asked` may still answer, at `url`, and reads of the groups but not whom to call;
    who is taken out reads that the date is gone, and nothing of who comes. The slot comes from told_slots."""
    if method == "CANCEL":
        event = events.of_end(slot)
    else:
        level = events.Level.NO_CONTACT if asked else events.Level.FULL
        event = events.of_slot(slot, visits_of(slot), team_of(slot), level)
    if asked and method != "CANCEL":
        event = replace(event, status=events.TENTATIVE, alarm=False, url=url)
    people = people_of(slot.workshop.partner, to_address, to_name, asked=asked)
    return events.calendar([replace(event, people=people)], f"METHOD:{method}")


def people_of(partner: Partner, to_address: str, to_name: str, *, asked: bool = False) -> tuple[str, str]:
    answer = "PARTSTAT=NEEDS-ACTION;RSVP=TRUE" if asked else "PARTSTAT=ACCEPTED;RSVP=FALSE"
    return (
        f"ORGANIZER{named(partner.name)}:{mailto(partner.mailbox)}",
        f"ATTENDEE{named(to_name)};ROLE=REQ-PARTICIPANT;{answer}:{mailto(to_address)}",
    )


def named(name: str) -> str:
    clean = parameter(name)
    return f";CN={clean}" if clean else ""


def mailto(address: str) -> str:
    return f"mailto:{''.join(address.split())}"


def enclose(email: EmailMultiAlternatives, calendar: bytes, method: str) -> None:
    """Put the invitation into a mail twice, with the same bytes: for mail programs that understand it, and as a file.

    The charset is Django's to add: two of them are invalid.
    """
    email.attach_alternative(calendar.decode(), f"text/calendar; method={method}; component=vevent")
    email.attach(FILE_NAME, calendar, "application/ics")
