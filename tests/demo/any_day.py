"""Days on which a demo may be loaded: what it tells may not hang on the weekday, the hour or the holidays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

BERLIN = ZoneInfo("Europe/Berlin")
DAYS = {
    "today": "",
    "a Sunday between the years, just after midnight": "2026-12-27 00:03",
    "a Friday": "2026-11-27 18:30",
    "a Saturday, just after midnight": "2026-11-28 00:25",
    "a Sunday": "2026-11-29 11:00",
    "a Monday before school": "2026-11-30 06:00",
    "in the winter holidays": "2027-02-15 12:00",
    "in the night of the clock change": "2027-03-28 03:30",
    "late on a school day": "2027-05-11 23:50",
    "in the summer holidays": "2027-07-20 10:00",
    "on a leap day": "2028-02-29 08:00",
}


def any_day(*, always: int) -> list[Any]:
    """All of them as parameters, all but the first ones only in the long run."""
    later = pytest.mark.soak
    return [
        pytest.param(day, id=name, marks=() if number < always else later)
        for number, (name, day) in enumerate(DAYS.items())
    ]


@contextmanager
def on(day: str) -> Iterator[None]:
    """As if it were that moment in Berlin; the clock goes on."""
    if not day:
        yield
        return
    with time_machine.travel(datetime.fromisoformat(day).replace(tzinfo=BERLIN), tick=True):
        yield
