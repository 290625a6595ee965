"""What classes and teachers of the demo said of their visits: written as rows, for hundreds of phones take too long."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any
from uuid import UUID

from booking.demo.stage import Stage
from booking.feedback.codes import OPEN_FOR, most_answers
from booking.models import Booking, Feedback, FeedbackCode
from booking.models.feedback import CODE_LENGTH, CODE_LETTERS, LEVELS
from schools.schooldays import local_day

Side = Feedback.Side
MOODS = ((1, 2, 6, 15), (1, 4, 9, 10), (2, 5, 9, 8))  # weights of no … yes, of one class and another
OF_PUPILS = (
    "Das war cool!", "Mehr Zeit zum Ausprobieren bitte.", "Am besten war der Laser.", "Es war ein bisschen laut.",
    "Ich will das zu Hause auch bauen.", "Zu kurz :-(", "Die Pause war zu spät.", "Alle waren nett.",
)  # fmt: skip
OF_TEACHERS = (
    "Die Gruppe hat noch am nächsten Tag davon gesprochen. Gern wieder.",
    "Sehr gut vorbereitet. Ein Arbeitsblatt für die Stunde danach wäre schön.",
    "Für die Schwächeren war das Tempo am Ende etwas hoch.",
    "",
)


def speak(stage: Stage, seed: int) -> None:
    """Of each visit that took place: two in three classes answer, and half of the teachers."""
    rng = Random(seed)  # noqa: S311 (the same every time, and no secret)
    visits = Booking.objects.filter(state="attended").select_related("slot", "attendance").order_by("slot", "pk")
    heard = [visit for visit in visits if visit.slot.ends_at + OPEN_FOR < stage.days.now]
    asked = [visit for visit in heard if rng.random() < 2 / 3]
    FeedbackCode.objects.bulk_create(
        FeedbackCode(booking=visit, code="".join(rng.choices(CODE_LETTERS, k=CODE_LENGTH)), closes_at=closes_at(visit))
        for visit in asked
    )
    pupils = [said for visit in asked for said in class_of(visit, rng)]
    teachers = [teacher_of(visit, rng) for visit in heard if rng.random() < 1 / 2]
    Feedback.objects.bulk_create([*pupils, *teachers])


def closes_at(visit: Booking) -> Any:
    return visit.slot.ends_at + OPEN_FOR


def class_of(visit: Booking, rng: Random) -> Iterator[Feedback]:
    """Now and then only three find the time."""
    mood = rng.choice(MOODS)
    number = 3 if rng.random() < 0.1 else min(most_answers(visit), rng.randint(visit.pupils // 3, visit.pupils))
    for _pupil in range(number):
        yield said(visit, Side.PUPIL, rng, mood, rng.choice(OF_PUPILS) if rng.random() < 0.15 else "")


def teacher_of(visit: Booking, rng: Random) -> Feedback:
    return said(visit, Side.TEACHER, rng, MOODS[0], rng.choice(OF_TEACHERS))


def said(visit: Booking, side: str, rng: Random, mood: tuple[int, ...], text: str) -> Feedback:
    answers, key = rng.choices(LEVELS, mood, k=5), UUID(int=rng.getrandbits(128), version=4)
    return Feedback(pk=key, booking=visit, said_by=side, answers=answers, text=text, day=local_day(visit.slot.ends_at))
