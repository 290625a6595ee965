"""Holidays of three countries, by names that the reader understands."""

from datetime import date

import holidays
import pytest

from schools.holiday_names import NAMES, parts_of
from schools.schooldays import LUBUSKIE, SUBDIVISIONS, categories_of, named_holidays

REGIONS = [*SUBDIVISIONS.items(), ("PL", LUBUSKIE)]


@pytest.mark.parametrize(("country", "subdivision"), REGIONS)
def test_we_have_words_for_each_holiday_of_the_package(country, subdivision):
    calendar = holidays.country_holidays(
        country, subdivision, range(2024, 2031), categories=categories_of(country), language="en_US"
    )

    assert {part for names in calendar.values() for part in parts_of(names)} <= set(NAMES)


@pytest.mark.parametrize(
    ("country", "day", "language", "name"),
    [
        ("DE", date(2026, 11, 18), "de", "Buß- und Bettag"),
        ("DE", date(2026, 11, 18), "en", "Repentance and Prayer Day"),
        ("PL", date(2026, 11, 11), "pl", "Narodowe Święto Niepodległości"),
        ("PL", date(2026, 11, 11), "de", "Nationalfeiertag der Unabhängigkeit"),
        ("PL", date(2026, 11, 11), "en", "National Independence Day"),
        ("CZ", date(2026, 9, 28), "cs", "Den české státnosti"),
        ("CZ", date(2026, 9, 28), "de", "Tag der tschechischen Staatlichkeit"),
    ],
)
def test_a_holiday_has_its_name_in_the_language_of_the_reader(country, day, language, name):
    assert named_holidays(country, SUBDIVISIONS[country], 2026, language)[day] == name


@pytest.mark.parametrize("country", SUBDIVISIONS)
def test_who_reads_sorbian_finds_no_english_names(country):
    names = named_holidays(country, SUBDIVISIONS[country], 2026, "hsb").values()

    assert not {part for name in names for part in name.split("; ")} & set(NAMES)
