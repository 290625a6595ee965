"""What cards and rows say about offers."""

import pytest
from django.utils import translation

from config.templatetags.offers import answer_time, facts, runs, vacancy
from workshops.models.partner import Partner
from workshops.models.slot import Slot
from workshops.models.workshop import Workshop
from workshops.vocabulary import BookingMode, Format


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("taken", "kind", "words"),
    [
        ({}, "free", "free"),
        ({"places_taken": 12, "groups_taken": 1}, "few", "12 places"),
        ({"places_taken": 23, "groups_taken": 1}, "few", "1 place"),
        ({"places_taken": 24, "groups_taken": 1}, "full", "waiting list"),
        ({"places_taken": 2, "groups_taken": 2}, "full", "waiting list"),  # no group left, whatever the places say
        ({"places_taken": 2, "groups_taken": 1, "groups_waiting": 2}, "full", "Waiting list: 2"),  # others come first
    ],
)
def test_what_is_left_is_said_in_words(taken, kind, words):
    left = vacancy(Slot(capacity=24, max_groups=2, **taken))

    assert (left.kind, left.words) == (kind, words)


@pytest.mark.parametrize(
    ("numbers", "text"), [([7, 8, 9, 10], "7–10"), ([5], "5"), ([9, 7, 8, 11], "7–9, 11"), ([5, 7], "5, 7"), ([], "")]
)
def test_grades_are_written_as_runs(numbers, text):
    assert runs(numbers) == text


def test_a_mobile_workshop_says_how_far_it_comes():
    workshop = Workshop(grades=[7, 8], minutes=180, capacity=28, format=Format.MOBILE, radius_km=60)

    assert [words for _, words in facts(workshop)] == ["Grade 7–8", "180 min", "up to 28", "comes to you, up to 60 km"]


def test_how_fast_the_answer_comes():
    partner = Partner(answer_days=2)

    assert answer_time(Workshop(partner=partner, booking_mode=BookingMode.REQUEST)) == "Answer in 2 school days"
    assert answer_time(Workshop(partner=partner, booking_mode=BookingMode.INSTANT)) == "Confirmed at once"
