"""What the catalogues of the house say; that they are whole, `test_translations` asks `config.translations check`."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, ngettext

from config import translations
from schools.dates import day, when

DAY = date(2026, 11, 18)
LESSON = datetime(2027, 5, 11, 6, 0, tzinfo=UTC)
LENGTHS = ("short", "long", "full", "bare", "month")


def test_each_language_of_the_settings_has_a_catalogue():
    wanted = {code for code, _ in settings.LANGUAGES} - {"en"}

    assert set(map(translations.language_of, translations.catalogues())) == wanted == set(translations.WANTED)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "de",
            [
                "Mi, 18. November",
                "Mittwoch, 18. November",
                "Mittwoch, 18. November 2026",
                "18. November",
                "November 2026",
            ],
        ),
        (
            "pl",
            ["śr, 18 listopada", "środa, 18 listopada", "środa, 18 listopada 2026", "18 listopada", "listopad 2026"],
        ),
        (
            "cs",
            [
                "středa 18. listopadu",
                "středa 18. listopadu",
                "středa 18. listopadu 2026",
                "18. listopadu",
                "listopad 2026",
            ],
        ),
        (
            "hsb",
            ["srj, 18. nowembra", "srj, 18. nowembra", "srjeda, 18. nowembra 2026", "18. nowembra", "nowember 2026"],
        ),
    ],
)
def test_days_as_they_stand_in_sentences(language, said):
    with translation.override(language):
        assert [day(DAY, length) for length in LENGTHS] == said
        assert "8:00" in when(LESSON)


@pytest.mark.parametrize("language", translations.WANTED)
def test_counts_have_the_forms_of_the_language(language):
    """Pupils and adults of a class: 1, 2, 3 and 5 are told apart as far as the language does."""
    kinds = {"de": 1, "cs": 3, "pl": 2, "hsb": 3}  # German says Lernende for one and many, Polish uczniów for 5 and 3
    with translation.override(language):
        pupils = [
            ngettext("%(count)d pupil", "%(count)d pupils", number) % {"count": number} for number in (1, 2, 3, 5)
        ]

    assert [words.split()[0] for words in pupils] == ["1", "2", "3", "5"]
    assert len({words.partition(" ")[2] for words in pupils}) >= kinds[language]


def test_sorbian_has_the_dual():
    """2 is neither said like 1 nor like 3 in some text that counts something."""
    (path,) = (path for path in translations.catalogues() if translations.language_of(path) == "hsb")
    counted = [message.string for message in translations.load(path, "hsb") if message.pluralizable]

    assert {len(forms) for forms in counted if any(forms)} == {4}
    assert sum(len(set(forms)) == 4 for forms in counted) > len(counted) / 4


@pytest.mark.parametrize("language", translations.WANTED)
def test_what_everybody_reads_first_is_in_the_language(language):
    with translation.override(language):
        said = {gettext(text) for text in ("Sign in", "Privacy", "Accessibility", "To the content")}

    assert not said & {"Sign in", "Privacy", "Accessibility", "To the content"}
    if language != "de":
        with translation.override("de"):
            assert not said & {gettext(text) for text in ("Sign in", "Privacy", "Accessibility", "To the content")}
