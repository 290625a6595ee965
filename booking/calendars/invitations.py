"""Invitations that travel in mails: iTIP (RFC 5546) with one event, in the MIME parts of RFC 6047."""

from __future__ import annotations

from dataclasses import replace

from django.core.mail import EmailMultiAlternatives

from booking.calendars import events
from booking.calendars.text import parameter
from booking.models import Booking
from booking.told import team_of, visits_of
from workshops.models import Assignment, Partner, Slot

FILE_NAME = "termin.ics"
# What a trainer has answered. Who was assigned counts as a yes; who was only asked has no row any more.
ANSWERS: dict[str, str] = {
    Assignment.State.ACCEPTED: "ACCEPTED",
    Assignment.State.WITHDRAWN: "ACCEPTED",
    Assignment.State.DECLINED: "DECLINED",
}


def invitation(booking: Booking, method: str, *, url: str, to_address: str, to_name: str) -> bytes:
    """The calendar that asks `to_address` to enter (REQUEST) or to delete (CANCEL) the visit; its page is at `url`.

    The teacher has decided already, so nobody is asked for an answer. A contact who is replaced gets a CANCEL although
    the visit stands.
    """
    event = replace(events.of_booking(booking), url=url)
    if method == "CANCEL":
        event = replace(event, status=events.CANCELLED, description=str(booking.slot.workshop.title))
    people = people_of(booking.slot.workshop.partner, to_address, to_name)
    return events.calendar([replace(event, people=people)], f"METHOD:{method}")


def team_invitation(slot: Slot, method: str, *, stands: str | None, url: str, to_address: str, to_name: str) -> bytes:
    """The same for a trainer, who stands to the date as the state of the assignment says; None was only asked.

    Its page is at `url`. Who is asked may still answer, and reads of the groups but not whom to call; who is taken out
    reads that the date is gone, and nothing of who comes. The slot comes from told_slots."""
    asked = stands == Assignment.State.ASKED
    if method == "CANCEL":
        event = events.of_end(slot)
    else:
        level = events.Level.NO_CONTACT if asked else events.Level.FULL
        event = replace(events.of_slot(slot, visits_of(slot), team_of(slot), level), url=url)
    may_answer = asked and method != "CANCEL"
    if may_answer:
        event = replace(event, status=events.TENTATIVE, alarm=False)
    answer = ANSWERS.get(stands or "", "NEEDS-ACTION")
    people = people_of(slot.workshop.partner, to_address, to_name, answer=answer, may_answer=may_answer)
    return events.calendar([replace(event, people=people)], f"METHOD:{method}")


def people_of(
    partner: Partner, to_address: str, to_name: str, *, answer: str = "ACCEPTED", may_answer: bool = False
) -> tuple[str, str]:
    status = f"PARTSTAT={answer};RSVP={'TRUE' if may_answer else 'FALSE'}"
    return (
        f"ORGANIZER{named(partner.name)}:{mailto(partner.mailbox)}",
        f"ATTENDEE{named(to_name)};ROLE=REQ-PARTICIPANT;{status}:{mailto(to_address)}",
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
