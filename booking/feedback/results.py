"""What pupils and teachers said, as numbers.

Of pupils, nobody ever reads less than `FEWEST` answers, neither on a page nor as the difference of two:

- a visit counts once no answer can follow any more, so that nobody sees what one answer added;
- a visit with fewer answers counts nowhere, not in its month and not in its workshop; so each sum is a sum of whole
  visits of `FEWEST` answers or more, and so is each difference of sums;
- every answer answers all questions, so there is no question with fewer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth

from booking.feedback.questions import FACES, Face, Question, questions_for
from booking.models import Booking, Feedback, FeedbackCode
from booking.models.booking import BookingQuerySet
from booking.models.feedback import LEVELS, QUESTIONS

FEWEST = 5
AGREE = 3  # from here on, a level is a yes
Side = Feedback.Side
CELLS = [(number, level) for number in range(QUESTIONS) for level in LEVELS]
COUNTS: dict[str, Any] = {
    f"said_{number}_{level}": Count("pk", filter=Q(**{f"answers__{number}": level})) for number, level in CELLS
}


@dataclass(frozen=True, slots=True)
class Spread:
    """How often each level was chosen for one question; `counts` from yes to no."""

    question: Question
    counts: tuple[int, ...]

    @property
    def all(self) -> int:
        return sum(self.counts)

    @property
    def named(self) -> list[tuple[Face, int]]:
        return list(zip(FACES, self.counts, strict=True))

    @property
    def percent(self) -> int:
        """How many of a hundred said yes or rather yes."""
        agreed = sum(number for face, number in self.named if face.value >= AGREE)
        return round(100 * agreed / self.all)


@dataclass(slots=True)
class Result:
    """What one side said of some visits: a Counter for each question."""

    side: str
    answers: int = 0
    visits: int = 0
    said: dict[tuple[int, int], int] = field(default_factory=lambda: dict.fromkeys(CELLS, 0))

    def add(self, row: dict[str, Any]) -> None:
        self.answers += row["number"]
        self.visits += row["visits"]
        for number, level in CELLS:
            self.said[number, level] += row[f"said_{number}_{level}"]

    @property
    def spreads(self) -> list[Spread]:
        return [
            Spread(question, tuple(self.said[number, face.value] for face in FACES))
            for number, question in enumerate(questions_for(self.side))
        ]


def told(visits: BookingQuerySet, now: datetime) -> BookingQuerySet:
    """Those of the visits whose pupils' answers may be read."""
    closed = FeedbackCode.objects.closed(now).values("booking")
    said = Feedback.objects.of_pupils().filter(booking__in=visits.values("pk")).filter(booking__in=closed)
    enough = said.values("booking").annotate(number=Count("pk")).filter(number__gte=FEWEST).values("booking")
    return Booking.objects.filter(pk__in=enough, state__in=[Booking.State.CONFIRMED, Booking.State.ATTENDED])


def readable(visits: BookingQuerySet, side: str, now: datetime) -> QuerySet[Feedback]:
    """The answers of one side that may be read, of these visits."""
    if side == Side.PUPIL:
        return Feedback.objects.of_pupils().filter(booking__in=told(visits, now))
    return Feedback.objects.of_teachers().filter(booking__in=visits.values("pk"))


def summary(visits: BookingQuerySet, side: str, now: datetime) -> Result:
    """All visits together. One query."""
    result = Result(side)
    result.add(
        readable(visits, side, now).aggregate(number=Count("pk"), visits=Count("booking", distinct=True), **COUNTS)
    )
    return result


def by_month(visits: BookingQuerySet, side: str, now: datetime) -> dict[date, Result]:
    """A result for the first day of each month with answers, the oldest first. One query, whatever the number."""
    months = readable(visits, side, now).annotate(month=TruncMonth("booking__slot__starts_at"))
    return {key.date(): result for key, result in grouped(months, "month", side).items()}


def by_workshop(visits: BookingQuerySet, side: str, now: datetime) -> dict[int, Result]:
    """The same by key of the workshop. One query."""
    return grouped(readable(visits, side, now), "booking__slot__workshop", side)


def by_half_year(visits: BookingQuerySet, side: str, now: datetime) -> dict[date, Result]:
    """The same by halves of school years, which begin in August and February."""
    return merged(by_month(visits, side, now), side)


def merged(months: dict[date, Result], side: str) -> dict[date, Result]:
    halves: dict[date, Result] = {}
    for month, result in months.items():
        half = halves.setdefault(half_of(month), Result(side))
        half.answers += result.answers
        half.visits += result.visits
        half.said = {cell: number + result.said[cell] for cell, number in half.said.items()}
    return halves


def half_of(day: date) -> date:
    if day.month >= 8:
        return date(day.year, 8, 1)
    return date(day.year, 2, 1) if day.month >= 2 else date(day.year - 1, 8, 1)


def grouped(said: QuerySet[Feedback], key: str, side: str) -> dict[Any, Result]:
    """A result for each value of `key`, in its order."""
    rows: Any = said.values(key).order_by(key)
    found: dict[Any, Result] = {}
    for row in rows.annotate(number=Count("pk"), visits=Count("booking", distinct=True), **COUNTS):
        found.setdefault(row[key], Result(side)).add(row)
    return found


def texts(visits: BookingQuerySet, side: str, now: datetime) -> QuerySet[Feedback]:
    """What was written, in no order that says who wrote when; the reader leaves out hidden ones where they must be."""
    return readable(visits, side, now).exclude(text="").order_by("text", "pk")


def numbers(visits: BookingQuerySet, now: datetime) -> QuerySet[Feedback, tuple[int, int]]:
    """Each visit whose answers may be read, with how many they are."""
    rows = readable(visits, Side.PUPIL, now).values("booking").order_by().annotate(number=Count("pk"))
    return rows.values_list("booking", "number")
