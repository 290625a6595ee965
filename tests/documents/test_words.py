"""Words that several papers share."""

import pytest
from django.utils import translation

from booking.documents.words import lessons


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("1 lesson", "2 lessons", "4 lessons", "5 lessons", "3.78 lessons")),
        ("de", ("1 Unterrichtseinheit", "2 Unterrichtseinheiten", "4 Unterrichtseinheiten", "5 Unterrichtseinheiten",
                "3,78 Unterrichtseinheiten")),
        ("pl", ("1 godzina lekcyjna", "2 godziny lekcyjne", "4 godziny lekcyjne", "5 godzin lekcyjnych",
                "3,78 godziny lekcyjnej")),
        ("cs", ("1 vyučovací hodina", "2 vyučovací hodiny", "4 vyučovací hodiny", "5 vyučovacích hodin",
                "3,78 vyučovací hodiny")),
        ("hsb", ("1 wučbna jednotka", "2 wučbnej jednotce", "4 wučbne jednotki", "5 wučbnych jednotkow",
                 "3,78 wučbneje jednotki")),
    ],
)  # fmt: skip
def test_lessons_are_counted_as_the_language_counts(language, said):
    with translation.override(language):
        assert tuple(lessons(minutes) for minutes in (45, 90, 180, 225, 170)) == said
