"""Menus lead the reader to what is theirs, and nowhere where nothing is."""

import pytest
from django.urls import resolve

from config.navigation import (
    ORGANISER_TABS,
    TEACHER_TABS,
    TRAINER_TABS,
    TRAINING_TEACHER_TABS,
    header,
    rail,
    tabs,
)

EVERYBODY = {"teacher", "trainer", "organiser", "admin"}


@pytest.mark.parametrize(
    ("roles", "signed_in", "keys"),
    [
        (set(), False, ["workshops", "dates", "partners"]),
        (set(), True, ["workshops", "dates", "partners", "bookings"]),  # new here, no school yet
        ({"teacher"}, True, ["workshops", "dates", "partners", "bookings"]),
        ({"trainer"}, True, ["workshops", "bookings", "trainer", "calendar"]),
        ({"organiser"}, True, ["workshops", "dates", "bookings", "organise"]),
        ({"admin"}, True, ["workshops", "dates", "bookings", "organise"]),  # organises for every partner
    ],
)
def test_the_header_names_what_belongs_to_the_reader(roles, signed_in, keys):
    assert [place.key for place in header(roles, signed_in)] == keys


@pytest.mark.parametrize(
    ("roles", "bar"),
    [
        (set(), TEACHER_TABS),
        ({"trainer"}, TRAINER_TABS),
        ({"trainer", "teacher"}, TRAINING_TEACHER_TABS),
        (EVERYBODY, ORGANISER_TABS),
    ],
)
def test_the_bar_on_phones_follows_the_busiest_role(roles, bar):
    assert tabs(roles) == bar


def test_every_place_of_a_menu_has_a_page():
    for place in [*header(EVERYBODY, True), *rail({"admin"}), *ORGANISER_TABS, *TRAINING_TEACHER_TABS, *TEACHER_TABS]:
        assert resolve(place.path.split("#")[0]), place
