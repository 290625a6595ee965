from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from booking import policy
from schools.models import Closure
from schools.schooldays import (
    at_local,
    closed_days,
    day_end,
    school_days_after,
    school_days_before,
    school_days_between,
)
from tests.factories import make_school
from workshops.models import Policy

pytestmark = pytest.mark.django_db


def before(day: date, count: int, school: object = None) -> date:
    return school_days_before(day, count, closed_days(school, day - timedelta(days=120), day))


@pytest.mark.parametrize(
    ("lesson", "count", "expected"),
    [
        (date(2027, 5, 11), 5, date(2027, 4, 30)),  # Ascension and the bridge day lie between
        (date(2026, 11, 19), 1, date(2026, 11, 17)),  # Buß- und Bettag, only in Saxony
        (date(2027, 1, 4), 2, date(2026, 12, 21)),  # Christmas holidays
        (date(2028, 3, 1), 2, date(2028, 2, 28)),  # over the leap day
    ],
)
def test_school_days_before_a_lesson_in_saxony(lesson, count, expected):
    assert before(lesson, count) == expected


def test_polish_winter_holidays_are_those_of_the_voivodeship():
    school = make_school("Szkoła Podstawowa", "Zgorzelec", country="PL", region_code="022504")

    assert before(date(2027, 2, 1), 1, school) == date(2027, 1, 15)


def test_czech_school_holidays_come_from_closures_of_the_district():
    school = make_school("Základní škola", "Liberec", country="CZ", district_code="CZ0513")
    Closure.objects.create(
        district_code="CZ0513", first=date(2027, 2, 1), last=date(2027, 2, 7), name="Jarní prázdniny"
    )

    assert before(date(2027, 2, 8), 1, school) == date(2027, 1, 29)
    assert before(date(2027, 2, 8), 1) == date(2027, 2, 5)


def test_a_schools_own_day_off_counts_for_it_alone():
    school, other = make_school(), make_school()
    Closure.objects.create(school=school, first=date(2027, 3, 10), last=date(2027, 3, 10), name="Pädagogischer Tag")

    assert before(date(2027, 3, 11), 1, school) == date(2027, 3, 9)
    assert before(date(2027, 3, 11), 1, other) == date(2027, 3, 10)


def test_school_days_after_skip_the_weekend():
    assert school_days_after(date(2027, 4, 16), 3, frozenset()) == date(2027, 4, 21)
    assert school_days_between(date(2027, 4, 15), date(2027, 4, 20), frozenset()) == 3


@pytest.mark.parametrize("day", [date(2027, 3, 27), date(2027, 10, 30)])
def test_a_day_ends_at_midnight_of_the_wall_clock_also_before_the_clock_changes(day):
    end = timezone.localtime(day_end(day))

    assert (end.date(), end.hour) == (day + timedelta(days=1), 0)


def test_cancelling_is_free_until_midnight_of_that_day():
    starts = at_local(date(2027, 5, 11), time(8))
    closed = closed_days(None, date(2027, 1, 1), date(2027, 5, 11))

    assert timezone.localtime(policy.cancel_until(starts, Policy(), closed)) == at_local(date(2027, 5, 1), time())


def test_reminders_are_due_at_eight_on_the_wall_clock_on_both_sides_of_the_change():
    starts = at_local(date(2027, 4, 13), time(8))
    closed = closed_days(None, date(2027, 1, 1), date(2027, 4, 13))

    times = policy.reminder_times(starts, Policy(), closed)

    assert [timezone.localtime(due).hour for due in times.values()] == [8, 8]
    assert {due.utcoffset() for due in map(timezone.localtime, times.values())} == {
        timedelta(hours=1),
        timedelta(hours=2),
    }


@pytest.mark.parametrize(("pupils", "adults"), [(1, 1), (15, 1), (16, 2), (24, 2), (30, 2), (31, 3)])
def test_one_adult_for_fifteen_pupils(pupils, adults):
    assert policy.adults_wanted(pupils, 15) == adults


@pytest.mark.parametrize(
    ("scope", "closed"),
    [
        ({"country": "DE"}, True),
        ({"country": "PL"}, False),
        ({"region_code": "DE-SN"}, True),
        ({"district_code": "14626"}, True),
        ({"district_code": "14625"}, False),
        ({"municipality_code": "DE-SN"}, True),
    ],
    ids=str,
)
def test_a_closure_concerns_the_schools_of_its_one_scope(scope, closed):
    day = date(2027, 3, 10)
    here = make_school(district_code="14626", region_code="DE-SN")
    nowhere = make_school(district_code="", region_code="", country="CZ")
    Closure.objects.create(first=day, last=day, name="Zu", **scope)

    assert (day in closed_days(here, day, day)) is closed
    assert day not in closed_days(nowhere, day, day)
