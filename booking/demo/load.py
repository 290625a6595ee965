"""The small demo, in one transaction: all of it or nothing."""

from __future__ import annotations

from datetime import datetime
from random import Random

from django.db import transaction

from booking.demo.life import answer_questions, sent
from booking.demo.offers import offers
from booking.demo.scenes import open_special_dates, play
from booking.demo.stage import Stage, set_stage
from booking.demo.year import fill_year, open_year
from booking.models import Booking, Message
from booking.models.booking import REFERENCE_LETTERS
from workshops.models import Partner, Slot


def is_loaded() -> bool:
    return Partner.objects.filter(slug="zuklos-demo").exists()


@transaction.atomic
def load(*, seed: int, now: datetime) -> Stage:
    """People, offers and five months of visits around `now`. The same seed on the same day gives the same data."""
    stage = set_stage(now, Random(seed))  # noqa: S311 (the same every time, and no secret)
    open_special_dates(stage)
    open_year(stage)
    play(stage)
    fill_year(stage)
    answer_questions(stage)
    charge(stage)
    name_bookings(stage)
    sent(Message.objects.filter(due_at__lte=now))
    return stage


def charge(stage: Stage) -> None:
    """Each date is paid by one pot."""
    for slug, offer in offers().items():
        Slot.objects.filter(workshop=stage.workshops[slug]).update(pot=stage.pots[offer["charged_to"]])


def name_bookings(stage: Stage) -> None:
    """References that are the same each time; nobody has seen the others."""
    bookings = list(Booking.objects.filter(school__in=stage.schools.values()).order_by("created_at", "pk"))
    for booking in bookings:
        signs = "".join(stage.rng.choices(REFERENCE_LETTERS, k=7))
        booking.reference = f"{signs[:3]}-{signs[3:]}"
    Booking.objects.bulk_update(bookings, ["reference"])
