"""What a certificate says of a visit: read once when it is given out, then kept. Numbers, and no names of people."""

from __future__ import annotations

from typing import Any

from booking.models import Booking
from booking.visits import minutes_of
from schools.schooldays import local_day
from workshops.models import FundingPot, Slot

Facts = dict[str, Any]


def certified(booking: Booking) -> Facts:
    """All that both certificates say, as JSON, texts in every language they have. The visit has been recorded."""
    slot, record = booking.slot, booking.attendance
    workshop, partner = slot.workshop, slot.workshop.partner
    return {
        "group": booking.group_name,
        "grades": booking.grades,
        "school": str(booking.school),
        "pupils": record.present,
        "adults": record.adults,
        "minutes": record.minutes or minutes_of(slot),
        "starts_at": slot.starts_at.isoformat(),
        "ends_at": slot.ends_at.isoformat(),
        "title": workshop.title,
        "cost": workshop.cost,
        "format": workshop.format,
        "place": slot.venue.address if slot.venue else "",
        "house": partner.name,
        "legal_name": partner.legal_name,
        "mailbox": partner.mailbox,
        "funders": [funder_of(pot) for pot in pots_of(slot)],
        "reference": booking.reference,
    }


def pots_of(slot: Slot) -> list[FundingPot]:
    """The pots of the offer that were valid on the day of the visit, and the one that pays for this date."""
    day = local_day(slot.starts_at)
    shown = FundingPot.objects.filter(workshops__in=slot.workshop.pots.valid_on(day))
    paying = FundingPot.objects.filter(slots=slot)
    return list((shown | paying).filter(valid__contains=day).select_related("funder").distinct().order_by("pk"))


def funder_of(pot: FundingPot) -> Facts:
    return {"funder": pot.funder.name, "pot": pot.name, "text": pot.acknowledgement}
