"""Deadlines in school days, by hand: what a row says was counted on paper calendars of the school's country.

A deadline ends with its local day: 23:00 UTC in winter, 22:00 UTC in summer. Days left out of a count stand in
brackets in the reason.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import date, datetime
from typing import Any

import pytest
from django.utils.timezone import make_aware

from accounts.actor import Actor
from booking import policy, rules
from schools.models import Closure, School
from schools.schooldays import closed_days
from tests.factories import make_booking, make_school, make_slot, make_workshop
from workshops.models import Policy

pytestmark = pytest.mark.django_db

LOEBAU = {"city": "Löbau", "country": "DE", "region_code": "DE-SN", "district_code": "14626"}
ZGORZELEC = {"city": "Zgorzelec", "country": "PL", "region_code": "022504"}  # Lower Silesia, "02"
SLUBICE = {"city": "Słubice", "country": "PL", "region_code": "080504"}  # Lubuskie, "08"
LIBEREC = {"city": "Liberec", "country": "CZ", "district_code": "CZ0513"}
DECIN = {"city": "Děčín", "country": "CZ", "district_code": "CZ0421"}  # on holiday in another week


@pytest.fixture(autouse=True)
def _czech_holidays() -> None:
    """No package knows them: they are rows, for all of the country or for a district."""
    rows = [
        ("Vánoční prázdniny", date(2026, 12, 23), date(2027, 1, 3), {"country": "CZ"}),
        ("Jarní prázdniny", date(2027, 2, 1), date(2027, 2, 7), {"district_code": "CZ0513"}),
        ("Jarní prázdniny", date(2027, 2, 15), date(2027, 2, 21), {"district_code": "CZ0421"}),
    ]
    Closure.objects.bulk_create([Closure(name=name, first=first, last=last, **at) for name, first, last, at in rows])


def at(text: str) -> datetime:
    """An instant: what names no zone is read from the clock on the wall."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else make_aware(moment)


def lesson_on(day: str) -> datetime:
    return at(f"{day} 08:00")


def closed_for(school: School) -> Container[date]:
    return closed_days(school, date(2026, 8, 1), date(2028, 6, 30))


OFFERS = [
    # now, lesson, school, days, expected, why
    ("2027-05-24 10:00", "2027-06-30", LOEBAU, 3, "2027-05-27T22:00Z", "Tue 25, Wed 26, Thu 27"),
    ("2027-05-24 10:00", "2027-06-23", ZGORZELEC, 3, "2027-05-28T22:00Z", "25, 26 (Corpus Christi) 28"),
    ("2027-05-24 00:30", "2027-06-30", LOEBAU, 1, "2027-05-25T22:00Z", "just Monday here, yet Sunday in UTC"),
    ("2027-05-24 08:00", "2027-05-26", LOEBAU, 3, "2027-05-26T06:00Z", "never after the lesson begins"),
    # Christmas
    ("2026-12-22 09:00", "2027-02-24", LOEBAU, 3, "2027-01-06T23:00Z", "(23 Dec–2 Jan) Mon 4, 5, 6 Jan"),
    ("2026-12-22 09:00", "2027-02-24", ZGORZELEC, 3, "2027-01-07T23:00Z", "4, 5 (Epiphany) Thu 7 Jan"),
    ("2026-12-22 09:00", "2027-02-24", LIBEREC, 3, "2027-01-06T23:00Z", "(23 Dec–3 Jan) Mon 4, 5, 6 Jan"),
    ("2026-12-28 09:00", "2027-02-24", LOEBAU, 3, "2027-01-06T23:00Z", "offered in the holidays: the same"),
    ("2026-12-22 09:00", "2027-01-05", LOEBAU, 3, "2027-01-05T07:00Z", "the lesson is before the third day"),
    # Buß- und Bettag, a Wednesday, in Saxony alone; 17 November is a Czech holiday, 11 November a Polish one
    ("2026-11-16 10:00", "2027-02-24", LOEBAU, 3, "2026-11-20T23:00Z", "Tue 17 (18) Thu 19, Fri 20"),
    ("2026-11-16 10:00", "2027-02-24", ZGORZELEC, 3, "2026-11-19T23:00Z", "Tue 17, Wed 18, Thu 19"),
    ("2026-11-16 10:00", "2027-02-24", LIBEREC, 3, "2026-11-20T23:00Z", "(17) Wed 18, Thu 19, Fri 20"),
    ("2027-11-15 10:00", "2028-01-26", LOEBAU, 3, "2027-11-19T23:00Z", "Tue 16 (17) Thu 18, Fri 19"),
    ("2027-11-15 10:00", "2028-01-26", SLUBICE, 3, "2027-11-18T23:00Z", "Tue 16, Wed 17, Thu 18"),
    # winter holidays: Lower Silesia 18–31 January, Saxony 8–19 February, Lubuskie 15–28 February 2027
    ("2027-01-14 10:00", "2027-03-10", LOEBAU, 3, "2027-01-19T23:00Z", "Fri 15, Mon 18, Tue 19"),
    ("2027-01-14 10:00", "2027-03-10", ZGORZELEC, 3, "2027-02-02T23:00Z", "Fri 15 (18–31) Mon 1, Tue 2 Feb"),
    ("2027-01-14 10:00", "2027-03-10", SLUBICE, 3, "2027-01-19T23:00Z", "Poland, too, but no holidays yet"),
    ("2027-02-11 10:00", "2027-03-10", LOEBAU, 3, "2027-02-24T23:00Z", "(8–19) Mon 22, Tue 23, Wed 24"),
    ("2027-02-11 10:00", "2027-03-10", ZGORZELEC, 3, "2027-02-16T23:00Z", "Fri 12, Mon 15, Tue 16"),
    ("2027-02-11 10:00", "2027-03-10", SLUBICE, 3, "2027-03-02T23:00Z", "Fri 12 (15–28) Mon 1, Tue 2 Mar"),
    # Liberec 1–7 February, Děčín 15–21 February 2027
    ("2027-01-28 10:00", "2027-03-10", LIBEREC, 3, "2027-02-09T23:00Z", "Fri 29 (1–7) Mon 8, Tue 9"),
    ("2027-01-28 10:00", "2027-03-10", DECIN, 3, "2027-02-02T23:00Z", "Fri 29, Mon 1, Tue 2: not its week"),
    ("2027-02-11 10:00", "2027-03-10", DECIN, 3, "2027-02-23T23:00Z", "Fri 12 (15–21) Mon 22, Tue 23"),
    # the clock goes forward on 28 March and back on 31 October 2027
    ("2027-03-25 10:00", "2027-06-30", LOEBAU, 3, "2027-04-07T22:00Z", "(26 Mar–2 Apr) Mon 5, 6, 7 Apr"),
    ("2027-03-24 10:00", "2027-06-23", ZGORZELEC, 3, "2027-04-02T22:00Z", "(25–30) Wed 31, 1, Fri 2 Apr"),
    ("2027-03-24 10:00", "2027-06-23", LIBEREC, 3, "2027-03-31T22:00Z", "Thu 25 (26, 29) Tue 30, Wed 31"),
    ("2027-03-24 10:00", "2027-06-30", LOEBAU, 1, "2027-03-25T23:00Z", "still winter time"),
    ("2027-10-28 10:00", "2028-01-26", LOEBAU, 3, "2027-11-02T23:00Z", "Fri 29, Mon 1, Tue 2: winter time"),
    ("2027-10-28 10:00", "2028-01-26", ZGORZELEC, 3, "2027-11-03T23:00Z", "Fri 29 (All Saints) Tue 2, Wed 3"),
    ("2027-10-27 10:00", "2028-01-26", LIBEREC, 3, "2027-11-02T23:00Z", "(28) Fri 29, Mon 1, Tue 2"),
    ("2027-10-28 10:00", "2028-01-26", LOEBAU, 1, "2027-10-29T22:00Z", "still summer time"),
    # 29 February 2028, a Tuesday
    ("2028-02-25 10:00", "2028-04-05", LOEBAU, 2, "2028-02-29T23:00Z", "(14–26) Mon 28, Tue 29"),
    ("2028-02-25 10:00", "2028-04-05", ZGORZELEC, 3, "2028-03-01T23:00Z", "(14–27) Mon 28, Tue 29, Wed 1"),
    ("2028-02-29 10:00", "2028-04-05", LOEBAU, 1, "2028-03-01T23:00Z", "from the leap day on"),
]


@pytest.mark.parametrize(("now", "lesson", "where", "days", "expected", "_why"), OFFERS)
def test_an_offer_stands_for_so_many_school_days(now, lesson, where, days, expected, _why):
    until = policy.offer_until(at(now), Policy(offer_days=days), closed_for(make_school(**where)), lesson_on(lesson))

    assert until == at(expected)


@pytest.mark.parametrize(("now", "lesson", "where", "days", "expected", "_why"), OFFERS)
def test_a_request_is_answered_within_so_many_school_days(now, lesson, where, days, expected, _why):
    """The same arithmetic: a house that is asked has the days that a school has."""
    until = policy.answer_by(at(now), Policy(answer_days=days), closed_for(make_school(**where)), lesson_on(lesson))

    assert until == at(expected)


@pytest.mark.parametrize(
    ("lesson", "where", "days", "expected", "_why"),
    [
        ("2027-05-11", LOEBAU, 5, "2027-04-30T22:00Z", "10 (7 bridge, 6 Ascension) 5, 4, 3 May, Fri 30"),
        ("2027-05-11", ZGORZELEC, 5, "2027-05-04T22:00Z", "10, 7, 6, 5, 4 May: none of them in Poland"),
        ("2027-05-26", LOEBAU, 0, "2027-05-26T06:00Z", "until it begins, not until the evening"),
        # Christmas
        ("2027-01-07", LOEBAU, 5, "2026-12-21T23:00Z", "6, 5, 4 (2 Jan–23 Dec) Tue 22, Mon 21"),
        ("2027-01-07", ZGORZELEC, 5, "2026-12-18T23:00Z", "(Epiphany) 5, 4 (…) 22, 21, Fri 18"),
        ("2027-01-07", LIBEREC, 5, "2026-12-21T23:00Z", "6, 5, 4 (3 Jan–23 Dec) Tue 22, Mon 21"),
        # Buß- und Bettag
        ("2026-11-24", LOEBAU, 5, "2026-11-16T23:00Z", "Mon 23, 20, 19 (18) 17, Mon 16"),
        ("2026-11-24", ZGORZELEC, 5, "2026-11-17T23:00Z", "Mon 23, 20, 19, 18, Tue 17"),
        ("2027-11-23", LOEBAU, 5, "2027-11-15T23:00Z", "Mon 22, 19, 18 (17) 16, Mon 15"),
        ("2027-11-23", SLUBICE, 5, "2027-11-16T23:00Z", "Mon 22, 19, 18, 17, Tue 16"),
        # winter holidays in Poland and Czechia
        ("2027-02-03", ZGORZELEC, 5, "2027-01-13T23:00Z", "Tue 2, 1 (31–18 Jan) 15, 14, Wed 13"),
        ("2027-02-03", SLUBICE, 5, "2027-01-27T23:00Z", "Tue 2, 1, 29, 28, Wed 27"),
        ("2027-03-03", SLUBICE, 5, "2027-02-10T23:00Z", "Tue 2, 1 (28–15 Feb) 12, 11, Wed 10"),
        ("2027-02-10", LIBEREC, 5, "2027-01-27T23:00Z", "Tue 9, 8 (7–1 Feb) 29, 28, Wed 27"),
        ("2027-02-10", DECIN, 5, "2027-02-03T23:00Z", "Tue 9, 8, 5, 4, Wed 3"),
        # both changes of the clock: the visit is on the one side, the deadline on the other
        ("2027-04-08", LOEBAU, 5, "2027-03-24T23:00Z", "7, 6, 5 Apr (2 Apr–26 Mar) 25, Wed 24"),
        ("2027-04-01", LIBEREC, 5, "2027-03-23T23:00Z", "31, 30 (29, 26) 25, 24, Tue 23"),
        ("2027-11-04", LOEBAU, 5, "2027-10-28T22:00Z", "3, 2, 1 Nov, 29, Thu 28 Oct"),
        ("2027-11-04", ZGORZELEC, 5, "2027-10-27T22:00Z", "3, 2 (All Saints) 29, 28, Wed 27"),
        ("2027-11-04", LIBEREC, 5, "2027-10-27T22:00Z", "3, 2, 1, 29 (28 Oct) Wed 27"),
        # a leap day
        ("2028-03-02", LOEBAU, 2, "2028-02-29T23:00Z", "Wed 1 Mar, Tue 29 Feb"),
        ("2028-03-02", LOEBAU, 5, "2028-02-10T23:00Z", "1, 29, 28 (26–14 Feb) 11, Thu 10"),
        ("2028-03-02", SLUBICE, 5, "2028-02-24T23:00Z", "1, 29, 28, 25, Thu 24: theirs were in January"),
    ],
)
def test_cancelling_is_free_until_so_many_school_days_before(lesson, where, days, expected, _why):
    until = policy.cancel_until(lesson_on(lesson), Policy(free_cancel_days=days), closed_for(make_school(**where)))

    assert until == at(expected)


@pytest.mark.parametrize(
    ("lesson", "where", "ten", "two", "_why"),
    [
        # Christmas
        ("2027-01-12", LOEBAU, "2026-12-17T07:00Z", "2027-01-08T07:00Z", "6 days of January, 4 of December"),
        ("2027-01-12", ZGORZELEC, "2026-12-16T07:00Z", "2027-01-08T07:00Z", "one fewer: Epiphany"),
        # Buß- und Bettag
        ("2026-11-19", LOEBAU, "2026-11-04T07:00Z", "2026-11-16T07:00Z", "(18) 17, Mon 16 …"),
        ("2026-11-19", ZGORZELEC, "2026-11-04T07:00Z", "2026-11-17T07:00Z", "18, Tue 17 … (11 Nov)"),
        ("2027-11-18", LOEBAU, "2027-11-03T07:00Z", "2027-11-15T07:00Z", "(17) 16, Mon 15 …"),
        # winter holidays in Poland and Czechia
        ("2027-02-04", ZGORZELEC, "2027-01-07T07:00Z", "2027-02-02T07:00Z", "3, 2, 1 (31–18 Jan) 7 more"),
        ("2027-03-02", SLUBICE, "2027-02-02T07:00Z", "2027-02-12T07:00Z", "1 Mar (28–15 Feb) Fri 12 …"),
        ("2027-02-09", LIBEREC, "2027-01-19T07:00Z", "2027-01-29T07:00Z", "8 (7–1 Feb) Fri 29 Jan …"),
        ("2027-02-09", DECIN, "2027-01-26T07:00Z", "2027-02-05T07:00Z", "8, Fri 5 … Tue 26: not its week"),
        # 8:00 on the wall is 7:00 UTC in winter and 6:00 in summer
        ("2027-04-13", LOEBAU, "2027-03-22T07:00Z", "2027-04-09T06:00Z", "6 days of April, 4 of March"),
        ("2027-11-03", LOEBAU, "2027-10-06T06:00Z", "2027-11-01T07:00Z", "2, 1, 29–25 (23–11 Oct) 8, 7, 6"),
        # a leap day
        ("2028-03-02", LOEBAU, "2028-02-03T07:00Z", "2028-02-29T07:00Z", "1, 29 Feb … (26–14) … Thu 3"),
    ],
)
def test_reminders_come_ten_and_two_school_days_before_at_eight(lesson, where, ten, two, _why):
    times = policy.reminder_times(lesson_on(lesson), Policy(), closed_for(make_school(**where)))

    assert times == {10: at(ten), 2: at(two)}


@pytest.mark.parametrize(
    ("lesson", "where", "expected", "_why"),
    [
        (
            "2027-01-07",
            LOEBAU,
            ["2026-12-21T23:00Z", "2027-01-05T23:00Z", "2027-01-07T07:00Z"],
            "6, 5, 4 (Christmas) 22, 21 Dec; 6, 5 Jan; the start",
        ),
        (
            "2026-11-19",
            LOEBAU,
            ["2026-11-11T23:00Z", "2026-11-16T23:00Z", "2026-11-19T07:00Z"],
            "(18) 17, 16, 13, 12, 11; 17, 16; the start",
        ),
        (
            "2027-11-04",
            LOEBAU,
            ["2027-10-28T22:00Z", "2027-11-02T23:00Z", "2027-11-04T07:00Z"],
            "free in summer time, the rest in winter time",
        ),
        (
            "2028-03-02",
            SLUBICE,
            ["2028-02-24T23:00Z", "2028-02-29T23:00Z", "2028-03-02T07:00Z"],
            "the middle step ends with the leap day",
        ),
    ],
)
def test_each_step_of_cancelling_ends_with_its_school_day_and_the_last_with_the_start(lesson, where, expected, _why):
    steps = ({"days": 2, "fee": "65"}, {"days": 0, "fee": "120"})
    rules_of_house, school = Policy(free_cancel_days=5, cancel_steps=steps), make_school(**where)

    terms = policy.cancelling_dates(lesson_on(lesson), rules_of_house, closed_for(school))

    found = policy.cancel_steps(terms, lesson_on(lesson))
    assert [step.until for step in found] == [*map(at, expected)]
    assert [step.fee for step in found] == ["", "65", "120"]


QUESTIONS = [
    # lesson, school, asked five weeks before at 8:00, to be answered within five school days, why
    ("2027-06-30", LOEBAU, "2027-05-26T06:00Z", "2027-06-02T22:00Z", "Thu 27, 28, 31, 1, Wed 2 Jun"),
    ("2027-06-23", ZGORZELEC, "2027-05-19T06:00Z", "2027-05-26T22:00Z", "20, 21, 24, 25, Wed 26"),
    # Christmas: asked in the holidays, answered after them
    ("2027-02-02", LOEBAU, "2026-12-29T07:00Z", "2027-01-08T23:00Z", "Mon 4, 5, 6, 7, Fri 8 Jan"),
    ("2027-02-02", ZGORZELEC, "2026-12-29T07:00Z", "2027-01-11T23:00Z", "4, 5 (Epiphany) 7, 8, Mon 11 Jan"),
    ("2027-02-02", LIBEREC, "2026-12-29T07:00Z", "2027-01-08T23:00Z", "(until 3 Jan) Mon 4, 5, 6, 7, Fri 8"),
    # Buß- und Bettag
    ("2026-12-22", LOEBAU, "2026-11-17T07:00Z", "2026-11-25T23:00Z", "(18) 19, 20, 23, 24, Wed 25"),
    ("2026-12-22", ZGORZELEC, "2026-11-17T07:00Z", "2026-11-24T23:00Z", "18, 19, 20, 23, Tue 24"),
    ("2027-12-21", LOEBAU, "2027-11-16T07:00Z", "2027-11-24T23:00Z", "(17) 18, 19, 22, 23, Wed 24"),
    ("2027-12-21", SLUBICE, "2027-11-16T07:00Z", "2027-11-23T23:00Z", "17, 18, 19, 22, Tue 23"),
    # winter holidays in Poland and Czechia
    ("2027-02-19", ZGORZELEC, "2027-01-15T07:00Z", "2027-02-05T23:00Z", "(18–31) Mon 1 Feb … Fri 5"),
    ("2027-02-19", SLUBICE, "2027-01-15T07:00Z", "2027-01-22T23:00Z", "Mon 18 … Fri 22: no holidays yet"),
    ("2027-03-18", SLUBICE, "2027-02-11T07:00Z", "2027-03-04T23:00Z", "Fri 12 (15–28) 1, 2, 3, Thu 4 Mar"),
    ("2027-03-04", LIBEREC, "2027-01-28T07:00Z", "2027-02-11T23:00Z", "Fri 29 (1–7) 8, 9, 10, Thu 11 Feb"),
    ("2027-03-04", DECIN, "2027-01-28T07:00Z", "2027-02-04T23:00Z", "29, 1, 2, 3, Thu 4 Feb: not its week"),
    # both changes of the clock: five weeks on the wall, at 8:00 on both sides
    ("2027-04-29", LOEBAU, "2027-03-25T07:00Z", "2027-04-09T22:00Z", "(26 Mar–2 Apr) Mon 5 … Fri 9 Apr"),
    ("2027-12-02", LOEBAU, "2027-10-28T06:00Z", "2027-11-04T23:00Z", "29, 1, 2, 3, Thu 4 Nov"),
    ("2027-12-02", ZGORZELEC, "2027-10-28T06:00Z", "2027-11-05T23:00Z", "29 (All Saints) 2, 3, 4, Fri 5"),
    # a leap day: within the five weeks, within the five days, and the day of the question itself
    ("2028-03-30", LOEBAU, "2028-02-24T07:00Z", "2028-03-03T23:00Z", "(until 26) 28, 29, 1, 2, Fri 3 Mar"),
    ("2028-04-04", LOEBAU, "2028-02-29T07:00Z", "2028-03-07T23:00Z", "1, 2, 3, 6, Tue 7 Mar"),
]


@pytest.mark.parametrize(("lesson", "where", "asked", "until", "_why"), QUESTIONS)
def test_whether_it_is_still_on_is_asked_by_the_wall_clock_and_answered_in_school_days(
    lesson, where, asked, until, _why
):
    starts_at, booked = lesson_on(lesson), at("2026-09-01 10:00")

    assert policy.reconfirm_at(starts_at, Policy(), booked) == at(asked)
    assert policy.reconfirm_until(at(asked), Policy(), closed_for(make_school(**where)), starts_at) == at(until)


def test_the_question_is_open_until_the_visit_at_most():
    starts_at = lesson_on("2027-01-07")
    asked = policy.reconfirm_at(starts_at, Policy(reconfirm_weeks=1), at("2026-09-01 10:00"))

    assert asked == at("2026-12-31T07:00Z")
    assert policy.reconfirm_until(asked, Policy(), closed_for(make_school()), starts_at) == starts_at


@pytest.mark.parametrize(
    ("now", "lesson", "where", "days", "expected", "_why"), [row for row in OFFERS if row[3] == policy.OFFICE_DAYS]
)
def test_the_office_has_three_school_days_more(now, lesson, where, days, expected, _why):
    assert policy.office_until(at(now), closed_for(make_school(**where)), lesson_on(lesson)) == at(expected)


@pytest.mark.parametrize(
    ("now", "lesson", "where", "promised", "_why"),
    [
        (
            "2026-12-22 09:00",
            "2027-01-12",
            LOEBAU,
            {
                "answer_by": "2027-01-06T23:00Z",
                "offered": "2027-01-06T23:00Z",
                "cancel_until": "2027-01-05T23:00Z",
                "reminders": ["2027-01-08T07:00Z"],  # the first would have been on 17 December
            },
            "three weeks before, over Christmas",
        ),
        (
            "2026-12-22 09:00",
            "2027-05-11",
            LOEBAU,
            {
                "answer_by": "2027-01-06T23:00Z",
                "offered": "2027-01-06T23:00Z",
                "cancel_until": "2027-04-30T22:00Z",
                "reminders": ["2027-04-23T06:00Z", "2027-05-05T06:00Z"],
            },
            "twenty weeks before: the days after the asking count as well as those before the lesson",
        ),
        (
            "2027-01-28 10:00",
            "2027-06-23",
            LIBEREC,
            {
                "answer_by": "2027-02-09T23:00Z",
                "offered": "2027-02-09T23:00Z",
                "cancel_until": "2027-06-16T22:00Z",
                "reminders": ["2027-06-09T06:00Z", "2027-06-21T06:00Z"],
            },
            "twenty-one weeks before, over holidays that are rows",
        ),
    ],
)
def test_a_booking_is_promised_what_the_calendar_says(now, lesson, where, promised, _why):
    slot, school = make_slot(make_workshop(), starts_at=lesson_on(lesson)), make_school(**where)
    booking = make_booking(slot, school=school, at=at(now))
    waiting = make_booking(slot, school=school, group_name="8a", at=at(now))

    rules.cancel(booking, by=Actor.person(booking.owner), now=at(now))
    waiting.refresh_from_db()

    assert {
        "answer_by": at(booking.terms["answer_by"]),
        "offered": waiting.offer_expires_at,
        "cancel_until": booking.cancel_until,
        "reminders": list(booking.messages.filter(kind="reminder").order_by("due_at").values_list("due_at", flat=True)),
    } == moments(promised)


def moments(promised: dict[str, Any]) -> dict[str, Any]:
    return {name: [*map(at, value)] if isinstance(value, list) else at(value) for name, value in promised.items()}
