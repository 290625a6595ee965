"""Dates as people say them, on the clock of the lesson."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.utils import timezone, translation

from schools.dates import clock, day, days, from_to, last_day, leaf, span, when

ROOT = Path(__file__).resolve().parents[2]

# 8:00 in Zittau on 11 May 2027, as the database keeps it.
LESSON = datetime(2027, 5, 11, 6, 0, tzinfo=UTC)
END = datetime(2027, 5, 11, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("length", "words"),
    [
        ("short", "Tue, 11 May"),
        ("long", "Tuesday, 11 May"),
        ("full", "Tuesday, 11 May 2027"),
        ("bare", "11 May"),
        ("month", "May 2027"),
    ],
)
def test_a_day_in_all_lengths(length, words):
    assert day(LESSON, length) == words
    assert day(date(2027, 5, 11), length) == words


def test_a_row_shortens_long_months_only():
    assert day(date(2026, 11, 24), "row") == "Tue, 24 Nov."
    assert day(date(2027, 6, 3), "row") == "Thu, 3 June"


def test_no_czech_weekday_reads_as_another_word():
    """“do po 7. prosince” is Monday, or the day after; “ne” is Sunday, or no."""
    with translation.override("cs"):
        assert when(datetime(2026, 12, 7, 13, 0, tzinfo=UTC)) == "pondělí 7. prosince, 14:00"
        assert day(date(2026, 12, 6)) == "neděle 6. prosince"


def test_hours_have_no_leading_zero():
    assert clock(LESSON) == "8:00"
    assert when(LESSON) == "Tue, 11 May, 8:00"
    assert span(LESSON, END) == "8:00–11:00"


def test_no_line_of_a_page_ends_within_hours():
    """The class says so; what goes into mails and files is words alone."""
    assert from_to(LESSON, END) == '<span class="one-line">8:00–11:00</span>'
    assert ".one-line { white-space: nowrap; }" in (ROOT / "config/static/site.css").read_text()


def test_pages_keep_hours_together():
    assert [page.name for page in ROOT.glob("*/templates/**/*.html") if "|span:" in page.read_text()] == []


def test_the_clock_of_the_lesson_counts_not_that_of_the_reader():
    with timezone.override("America/New_York"):
        assert when(LESSON) == "Tue, 11 May, 8:00"


def test_a_deadline_at_midnight_names_the_day_before():
    midnight = datetime(2027, 4, 30, 22, 0, tzinfo=UTC)

    assert clock(midnight) == "0:00"
    assert last_day(midnight, "long") == "Friday, 30 April"


def test_a_leaf_of_the_calendar_has_three_lines():
    assert [leaf(LESSON, line) for line in ("weekday", "day", "month")] == ["Tue", "11", "May"]


def test_a_leaf_writes_months_small_where_days_are():
    with translation.override("pl"):
        assert [leaf(LESSON, line) for line in ("weekday", "day", "month")] == ["wt", "11", "maj"]


@pytest.mark.parametrize("nothing", [day, clock, when, last_day])
def test_nothing_is_said_of_no_date(nothing):
    assert nothing(None) == ""
    assert span(None, None) == from_to(None, None) == ""


def test_days_of_one_month_name_it_once():
    assert days(date(2027, 5, 10), date(2027, 5, 14)) == "10–14 May"
    assert days(date(2027, 6, 28), date(2027, 7, 2)) == "28 June – 2 July"
    with translation.override("de"):
        assert days(date(2027, 5, 10), date(2027, 5, 14)) == "10.–14. Mai"
