"""What a house promises on a date, asked a million times: the answers of `policy`, each worked out once."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from booking import policy
from booking.demo.crowd import REGIONS
from schools.models import Country, School
from schools.schooldays import closed_days, local_day, school_days_after
from workshops.models import Slot


class Promises:
    """Knows the closed days of each country from `first` to `last`; schools of the crowd have none of their own."""

    def __init__(self, first: date, last: date) -> None:
        self.closed = {
            country: closed_days(School(country=country, region_code=REGIONS[country]), first, last)
            for country in Country.values
        }
        self.answers: dict[tuple[date, int, str], str] = {}
        self.agreed: dict[tuple[datetime, int, str], dict[str, Any]] = {}

    def terms(self, slot: Slot, country: str, asked_at: datetime) -> dict[str, Any]:
        """As `policy.terms_for`, for a booking made at `asked_at`."""
        key = (slot.starts_at, slot.workshop_id, country)
        if key not in self.agreed:
            self.agreed[key] = policy.terms_for(slot, slot.workshop.policy, self.closed[country], asked_at)
        return self.agreed[key] | {"answer_by": self.answer_by(slot, country, asked_at)}

    def answer_by(self, slot: Slot, country: str, asked_at: datetime) -> str:
        """Until when a request is answered; by day, for the hour does not matter."""
        key = (local_day(asked_at), slot.workshop.policy.answer_days, country)
        if key not in self.answers:
            day = school_days_after(key[0], key[1], self.closed[country])
            self.answers[key] = policy.end_of(day, slot.starts_at).isoformat()
        return self.answers[key]

    def reminders(self, slot: Slot, country: str) -> dict[int, datetime]:
        return policy.reminder_times(slot.starts_at, slot.workshop.policy, self.closed[country])
