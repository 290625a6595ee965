"""What the house forgets by itself, and when. Asked each hour, it finds what an outage left behind; any number may
run at once.

Names and e-mail addresses of contacts, accounts and notes on schools are not forgotten by the clock: how long they stay
is for the network to decide. Keys of repeated requests end in `booking.clock.due`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import F, Q, QuerySet

from booking.models import (
    Attendance,
    Booking,
    Bounce,
    Explanation,
    Feedback,
    HandOver,
    Inquiry,
    Message,
    Note,
    changed_at,
)
from booking.retry import retried
from booking.wishes import watching
from schools.schooldays import ONE_DAY, at_local, local_day, school_year_of
from workshops.models import Slot

NOTES_LIFE = timedelta(days=14)  # of what was noted for a visit, by the school or beside the numbers
BATCH = 100  # dates at a time, each with up to thirty groups


@dataclass(frozen=True, slots=True)
class Rule:
    """What a school told us for its visit becomes `empty` when the date is over for `after`, whatever came of it."""

    what: str
    after: timedelta
    empty: dict[str, Any]

    def due(self, now: datetime) -> QuerySet[Booking]:
        return Booking.objects.exclude(**self.empty).filter(slot__ends_at__lte=now - self.after)


WORDS: dict[str, Any] = {"needs": "", "needs_list": [], "note": ""}
RULES = (
    Rule("telephone numbers", timedelta(days=7), {"contact_phone": ""}),
    Rule("needs and notes of schools", NOTES_LIFE, WORDS | {"further_email": ""}),
)


def notes_on_old_visits(now: datetime) -> QuerySet[Note]:
    """What organisers noted on a booking stays in the school year of the visit and in the one after."""
    return Note.objects.filter(booking__slot__ends_at__lt=start_of_last_school_year(now))


def old_sentences(now: datetime) -> QuerySet[Feedback]:
    """What pupils and teachers wrote of a visit stays as long; their answers stay."""
    return Feedback.objects.exclude(text="").filter(booking__slot__ends_at__lt=start_of_last_school_year(now))


def start_of_last_school_year(now: datetime) -> datetime:
    this_year = school_year_of(local_day(now))
    return at_local(school_year_of(this_year - ONE_DAY), time.min)


def answered_questions(now: datetime) -> QuerySet[HandOver]:
    """Addresses of colleagues who were asked to take a booking over: two weeks after the answer, or the last moment for
    it."""
    past = now - timedelta(days=14)
    return HandOver.objects.filter(Q(accepted_at__lt=past) | Q(ended_at__lt=past) | Q(expires_at__lt=past))


def old_explanations(now: datetime) -> QuerySet[Explanation]:
    """Why a class did not come: until well after the house had to answer it."""
    return Explanation.objects.filter(booking__slot__ends_at__lte=now - timedelta(days=90))


def notes_of_trainers(now: datetime) -> QuerySet[Attendance]:
    """What was noted beside the numbers of a visit: two weeks after it, as what the school noted."""
    return Attendance.objects.exclude(note="").filter(booking__slot__ends_at__lte=now - NOTES_LIFE)


def old_marks(now: datetime) -> QuerySet[Bounce]:
    """Addresses that took no mails, and to which none went since a year."""
    return Bounce.objects.filter(at__lt=now - timedelta(days=365))


def old_barriers(now: datetime) -> QuerySet[Message]:
    """Reports of barriers, with the address for the answer."""
    return Message.objects.filter(kind="barrier_reported", created_at__lte=now - timedelta(days=90))


def ended_sessions(now: datetime) -> QuerySet[Session]:
    """They also hold what was typed before signing in."""
    return Session.objects.filter(expire_date__lt=now)


def old_inquiries(now: datetime) -> QuerySet[Inquiry]:
    """Wishes without a date: two weeks after they ended; one that nobody answered after two school years."""
    ended = Q(ended_at__lte=now - timedelta(days=14))
    forgotten = Q(created_at__lt=start_of_last_school_year(now))
    return Inquiry.objects.filter(ended | forgotten, erased_at=None)


@retried
def empty_inquiries(now: datetime) -> int:
    """Empty text, answer and contact, also in the mails that told of them; who asked, of which school, stays."""
    due = list(old_inquiries(now).select_for_update(skip_locked=True).order_by("pk").values_list("pk", flat=True))
    Inquiry.objects.filter(pk__in=due, state=Inquiry.State.OPEN).update(state=Inquiry.State.CLOSED, ended_at=now)
    Message.objects.filter(inquiry__in=due).update(to_address="", to_name="")
    return Inquiry.objects.filter(pk__in=due).update(**Inquiry.emptied(now), owner=None)


def ended_watches(now: datetime) -> QuerySet[Any]:
    """Who waited for a date, and booked one or waited for a year."""
    return watching.ended(now)


ROWS: dict[str, Callable[[datetime], QuerySet[Any]]] = {
    "notes of organisers": notes_on_old_visits,
    "colleagues who were asked": answered_questions,
    "explanations of missed visits": old_explanations,
    "addresses that took no mails": old_marks,
    "reports of barriers": old_barriers,
    "ended sessions": ended_sessions,
    "waiting for a date": ended_watches,
}


def erase_expired(now: datetime) -> Counter[str]:
    """Forget what is due; returns how many of each: bookings, notes, sessions, sentences, copies."""
    done = Counter({rule.what: empty_all(rule, now) for rule in RULES})
    done.update({what: rows(now).delete()[0] for what, rows in ROWS.items()})
    done["notes of trainers"] = empty_notes(now)
    done["texts of feedback"] = old_sentences(now).update(text="")
    done["wishes without a date"] = empty_inquiries(now)
    done["old copies of calendars"] = ask_cache("DELETE FROM cache WHERE expires < %s", now)
    return done


def expired(now: datetime) -> Counter[str]:
    """How many of each `erase_expired` would forget. Changes nothing."""
    found = Counter({rule.what: rule.due(now).count() for rule in RULES})
    found.update({what: rows(now).count() for what, rows in ROWS.items()})
    found["notes of trainers"] = notes_of_trainers(now).count()
    found["texts of feedback"] = old_sentences(now).count()
    found["wishes without a date"] = old_inquiries(now).count()
    found["old copies of calendars"] = ask_cache("SELECT FROM cache WHERE expires < %s", now)
    return found


def ask_cache(sql: str, now: datetime) -> int:
    """How many rows it concerns. The cache throws away only what somebody asks for again, or when it is full."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [now])
        return int(cursor.rowcount)


@retried
def empty_notes(now: datetime) -> int:
    """A record on which somebody works just now waits for the next hour."""
    due = notes_of_trainers(now).select_for_update(of=("self",), no_key=True, skip_locked=True)
    return Attendance.objects.filter(pk__in=list(due.values_list("pk", flat=True))).update(note="")


def empty_all(rule: Rule, now: datetime) -> int:
    """Empty the fields of a rule in all bookings that are due, date by date in the order of their keys."""
    done, last = 0, 0
    while dates := due_dates(rule, now, last):
        done += empty(rule, dates, now)
        last = dates[-1]
    return done


def due_dates(rule: Rule, now: datetime, last: int) -> list[int]:
    """The next dates after `last`."""
    due = rule.due(now).filter(slot__gt=last).order_by("slot").values_list("slot", flat=True)
    return list(due.distinct()[:BATCH])


@retried
def empty(rule: Rule, dates: list[int], now: datetime) -> int:
    """Empty the fields in the bookings of these dates; versions rise, so calendars are fetched again.

    Locks the slots; one on which somebody works just now waits for the next hour.
    """
    free = Slot.objects.filter(pk__in=dates).select_for_update(no_key=True, skip_locked=True).order_by("pk")
    held = list(free.values_list("pk", flat=True))
    mine = rule.due(now).filter(slot__in=held)
    done = mine.update(version=F("version") + 1, updated_at=changed_at(now), **rule.empty)
    Slot.objects.filter(pk__in=held).update(version=F("version") + 1)
    return done
