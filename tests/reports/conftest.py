"""Two houses with their visits, as bookings that are over."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from booking.models import Attendance, Booking
from booking.reports import facts
from booking.reports.question import Question
from tests.factories import make_cooperation, make_organiser, make_partner, make_school, make_slot, make_workshop
from workshops.models import Funder, FundingPot

BERLIN = ZoneInfo("Europe/Berlin")
YEAR = Question(date(2025, 8, 1), date(2026, 7, 31))
LATER = datetime(2026, 9, 1, 12, tzinfo=BERLIN)


class Houses:
    """`lab` with two workshops, one of which `maker` helps with; `maker` with one of its own; three schools."""

    def __init__(self) -> None:
        self.lab, self.maker = make_partner("lab"), make_partner("maker")
        self.workshops = [
            make_workshop(self.lab, slug="heat"),
            make_workshop(self.lab, slug="cold"),
            make_workshop(self.maker, slug="print"),
        ]
        make_cooperation(self.workshops[0], self.maker)
        self.schools = [
            make_school(),
            make_school("Gymnasium Zittau", "Zittau", kind="upper_sec", district_code="14625"),
            make_school("Szkoła", "Zgorzelec", kind="primary", country="PL", district_code="0225"),
        ]
        funder, valid = Funder.objects.create(name="Fonds"), (date(2025, 1, 1), date(2026, 12, 31))
        self.pots = [
            None,
            *(
                FundingPot.objects.create(
                    funder=funder, code=code, name=code.title(), valid=valid, acknowledgement={"de": f"Dank an {code}"}
                )
                for code in ("region", "esf")
            ),
        ]

    def organiser(self, name: str = "lab") -> User:
        return make_organiser(getattr(self, name), f"organiser-{name}")

    def visit(self, day: date = date(2025, 10, 7), counts: Any = (11, 9, 0, 2), **how: Any) -> Booking:
        """One group's booking as `state` says; its facts are written by `count`."""
        workshop = how.get("workshop", 0)
        starts = datetime.combine(day, datetime.min.time(), BERLIN) + timedelta(hours=9)
        slot = how.get("slot") or make_slot(
            self.workshops[workshop],
            starts_at=starts,
            ends_at=starts + timedelta(minutes=180),
            pot=self.pots[how.get("pot", 0)],
        )
        state = how.get("state", "attended")
        grades, pupils = how.get("grades", [7]), how.get("pupils", 24)
        booking = Booking.objects.create(
            slot=slot,
            school=self.schools[how.get("school", 0)],
            group_name=how.get("group", "7b"),
            grades=grades,
            pupils=pupils,
            state=state,
            places_held=pupils if state in {"attended", "no_show", "confirmed"} else 0,
            ended_by=how.get("ended_by", ""),
            late=how.get("late", False),
            confirmed_at=starts if state != "declined" else None,
            created_at=starts,
            updated_at=starts,
        )
        if state == "attended":
            f, m, d, unknown = counts
            Attendance.objects.create(
                booking=booking, f=f, m=m, d=d, unknown=unknown, adults=how.get("adults", 2), at=starts,
                minutes=how.get("minutes", 180),
            )  # fmt: skip
        if state == "no_show":
            Attendance.objects.create(booking=booking, no_show=True, at=starts)
        return booking

    def count(self) -> None:
        facts.keep_all()


@pytest.fixture
def houses(db: None) -> Houses:
    return Houses()
