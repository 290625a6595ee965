"""Many new dates at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.models import User
from booking.forms.fields import number, text
from booking.forms.organise.slots_open import MOST_MINUTES, NewDateForm, clock, near
from booking.planning import Opening
from booking.planning.opening import refusals_of_many
from schools import dates
from schools.schooldays import at_local

TIMES = 3
WAYS_TO_WRITE = ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y")
LONGEST = 3000


class ManyForm(NewDateForm):
    """Dates as one types them: a day a line, one or more times of day."""

    field_order = ("workshop", "starts_1", "starts_2", "starts_3", "minutes", "days")
    starts_1 = clock(gettext_lazy("Begins"))
    starts_2 = clock(gettext_lazy("and"), required=False)
    starts_3 = clock(gettext_lazy("and again"), required=False)
    minutes = number(
        gettext_lazy("Minutes"),
        least=1,
        most=MOST_MINUTES,
        required=False,
        help_text=gettext_lazy("Empty: as long as the workshop takes."),
    )
    days = text(
        gettext_lazy("Days"),
        longest=LONGEST,
        rows=8,
        help_text=gettext_lazy("One a line, for example 11.05.2027 or Tue 2027-05-11."),
    )

    def __init__(self, user: User, now: datetime, data: Any = None, **options: Any) -> None:
        super().__init__(user, data, **options)
        self.now = now

    def clean_days(self) -> list[date]:
        """Every day once, in the order of time. Raises ValidationError that names each line that cannot be."""
        lines = enumerate(self.cleaned_data["days"].splitlines(), 1)
        read = [(number, line, day_in(line)) for number, line in lines if line.strip()]
        if errors := [error for each in read if (error := wrong_in(*each))]:
            raise forms.ValidationError(errors)
        return sorted({near(day) for _number, _line, day in read if day})

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not self.errors:
            for error in self.impossible():
                self.add_error("days", error)
        return values

    def impossible(self) -> Iterator[str]:
        """What the rule will refuse, each with its date; of many the first ten."""
        openings = self.openings
        for name, (_code, words) in list(refusals_of_many(openings, self.now))[:10]:
            place = name.removeprefix("dates.")
            yield f"{named(openings[int(place)].starts_at)}: {words}" if place.isdigit() else str(words)

    @property
    def times(self) -> list[Any]:
        return sorted({self.cleaned_data[f"starts_{n}"] for n in range(1, TIMES + 1)} - {None})

    @property
    def openings(self) -> list[Opening]:
        """What to open, in the order of time. Only of a valid form."""
        workshop, room = self.cleaned_data["workshop"], self.room
        length = timedelta(minutes=self.cleaned_data["minutes"] or workshop.minutes)
        starts = [at_local(day, clock) for day in self.cleaned_data["days"] for clock in self.times]
        return [Opening(workshop=workshop, starts_at=at, ends_at=at + length, **room) for at in starts]


def day_in(line: str) -> date | None:
    """The day that somebody wrote, with or without the name of its weekday; None for what is none."""
    written = re.sub(r"^\D*", "", line).replace(" ", "")
    for way in WAYS_TO_WRITE:
        try:
            return datetime.strptime(written, way).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    return None


def wrong_in(number: int, line: str, day: date | None) -> forms.ValidationError | None:
    if day is None:
        words, more = _("Line %(number)d: “%(line)s” is no day that we can read."), {"line": line.strip()[:40]}
    elif is_another_weekday(line, day):
        words, more = _("Line %(number)d: that day is a %(weekday)s."), {"weekday": WEEKDAYS[day.weekday()]}
    else:
        return None
    return forms.ValidationError(words, params={"number": number, **more})


def is_another_weekday(line: str, day: date) -> bool:
    """Whether the line begins with the name, or a short form, of a weekday that the day is not."""
    name = re.match(r"[^\W\d]*", line.strip())
    typed = name.group().casefold() if name else ""
    called = {number for number in WEEKDAYS for full in names_of(number) if typed and full.startswith(typed)}
    return bool(called) and day.weekday() not in called


def names_of(weekday: int) -> set[str]:
    """The weekday in the language of the page and in German."""
    with override("de"):
        german = str(WEEKDAYS[weekday]).casefold()
    return {german, str(WEEKDAYS[weekday]).casefold()}


def named(moment: datetime) -> str:
    return f"{dates.day(moment, 'full')}, {timezone.localtime(moment):%H:%M}"


def typed(data: QueryDict) -> dict[str, Any]:
    """What was typed, as the initial of the same form, to go on with."""
    return {name: data.getlist(name) if name == "languages" else data[name] for name in data}
