"""The small demo, in one transaction: all of it or nothing."""

from __future__ import annotations

from datetime import datetime
from random import Random

from django.db import connection, transaction

from booking.demo.life import answer_questions, sent
from booking.demo.offers import offers
from booking.demo.scenes import open_special_dates, play, wishes_without_a_date
from booking.demo.stage import Stage, set_stage
from booking.demo.voices import speak
from booking.demo.year import fill_year, open_year
from booking.models import Booking, Message
from booking.models.booking import REFERENCE_LETTERS
from booking.reports.facts import keep_all
from workshops.models import Partner, Slot


def is_loaded() -> bool:
    return Partner.objects.filter(slug="zuklos-demo").exists()


@transaction.atomic
def load(*, seed: int, now: datetime) -> Stage:
    """People, offers and five months of visits around `now`. The same seed on the same day gives the same data."""
    take_time()
    stage = set_stage(now, Random(seed))  # noqa: S311 (the same every time, and no secret)
    open_special_dates(stage)
    open_year(stage)
    play(stage)
    fill_year(stage)
    answer_questions(stage)
    wishes_without_a_date(stage)
    mark_first_visits()
    charge(stage)
    keep_all()  # reports know the pot and the first visits, too
    name_bookings(stage)
    speak(stage, seed)
    sent(Message.objects.filter(due_at__lte=now))
    analyze()
    return stage


def take_time() -> None:
    """A busy machine may take as long as it needs for the statements of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")


def analyze() -> None:
    """Let the planner see what was loaded, as the server itself would a minute later."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def charge(stage: Stage) -> None:
    """Each date is paid by one pot."""
    for slug, offer in offers().items():
        Slot.objects.filter(workshop=stage.workshops[slug]).update(pot=stage.pots[offer["charged_to"]])


def mark_first_visits() -> None:
    """By the day on which they were made: the scenes were not played in that order."""
    with connection.cursor() as cursor:
        cursor.execute(FIRST_VISITS)


FIRST_VISITS = """
    UPDATE booking_booking b SET first_visit = NOT EXISTS (
        SELECT FROM booking_booking o JOIN workshops_slot s ON s.id = o.slot_id
        JOIN workshops_workshop w ON w.id = s.workshop_id
        WHERE o.school_id = b.school_id AND o.state IN ('confirmed', 'attended') AND o.created_at < b.created_at
          AND w.partner_id = here.partner_id)
    FROM workshops_slot t JOIN workshops_workshop here ON here.id = t.workshop_id WHERE t.id = b.slot_id
"""


def name_bookings(stage: Stage) -> None:
    """References that are the same each time; nobody has seen the others."""
    bookings = list(Booking.objects.filter(school__in=stage.schools.values()).order_by("created_at", "pk"))
    for booking in bookings:
        signs = "".join(stage.rng.choices(REFERENCE_LETTERS, k=7))
        booking.reference = f"{signs[:3]}-{signs[3:]}"
        booking.version += 1  # or the database would say that all of them changed just now
    Booking.objects.bulk_update(bookings, ["reference", "version"])
