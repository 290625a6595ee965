"""The catalogues of texts, without gettext's programs."""

from __future__ import annotations

import gettext
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from config import for_houses, translations

ROOT = Path(__file__).resolve().parent.parent.parent


def test_templates_and_code_are_both_read():
    ids = {message.id for message in translations.in_code()}

    assert "Sign in" in ids  # a template
    assert "network admin" in ids  # a model


def test_a_catalogue_that_was_compiled_speaks(tmp_path, monkeypatch):
    po = tmp_path / "config" / "locale" / "de" / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True)
    catalogue = Catalog(locale="de")
    catalogue.add(("%(n)d place", "%(n)d places"), ("%(n)d Platz", "%(n)d Plätze"))
    translations.store(catalogue, po)
    monkeypatch.setattr(translations, "HOUSE", tmp_path)

    translations.compile_all()

    with po.with_suffix(".mo").open("rb") as compiled:
        german = gettext.GNUTranslations(compiled)
    assert german.ngettext("%(n)d place", "%(n)d places", 3) == "%(n)d Plätze"


def test_a_wrong_placeholder_is_a_complaint():
    wanted = Catalog(locale="de")
    wanted.add("until %(day)s", flags=["python-format"])
    catalogue = Catalog(locale="de")
    catalogue.add("until %(day)s", "bis %(tag)s", flags=["python-format"])

    found = list(translations.complaints_of("de", catalogue, [m for m in wanted if m.id]))

    assert len(found) == 1
    assert "until %(day)s" in found[0]


def test_half_a_plural_is_a_complaint():
    catalogue = Catalog(locale="de")
    catalogue.add(("%(n)d place", "%(n)d places"), ("%(n)d Platz", ""))

    assert list(translations.complaints_of("de", catalogue, [m for m in catalogue if m.id]))


def test_merging_fills_only_what_is_empty(tmp_path):
    mine = tmp_path / "de" / "LC_MESSAGES" / "django.po"
    mine.parent.mkdir(parents=True)
    ours, theirs = Catalog(locale="de"), Catalog(locale="de")
    ours.add("Save", "Speichern")
    ours.add("Book", "")
    theirs.add("Save", "Sichern")
    theirs.add("Book", "Buchen")
    theirs.add("Unused", "Unbenutzt")
    translations.store(ours, mine)
    translations.store(theirs, tmp_path / "other.po")

    translations.merge(mine, [tmp_path / "other.po"])

    assert {m.id: m.string for m in translations.load(mine, "de") if m.id} == {"Save": "Speichern", "Book": "Buchen"}


PLACES = ("%(n)d place", "%(n)d places")
SORBIAN = ("%(n)d městno", "%(n)d městnje", "%(n)d městna", "%(n)d městnow")


@pytest.fixture
def sorbian(tmp_path, monkeypatch):
    """Writes an Upper Sorbian catalogue, compiles it and speaks it."""
    monkeypatch.setattr(translations, "HOUSE", tmp_path)
    po = tmp_path / "config" / "locale" / "hsb" / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True)

    def speak(*strings: str) -> gettext.GNUTranslations:
        catalogue = Catalog(locale="hsb")
        catalogue.add(PLACES, strings)
        catalogue.add("Book", "")
        translations.store(catalogue, po)
        translations.compile_all()
        with po.with_suffix(".mo").open("rb") as compiled:
            return gettext.GNUTranslations(compiled)

    return speak


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "1 městno"),
        (2, "2 městnje"),
        (3, "3 městna"),
        (4, "4 městna"),
        (5, "5 městnow"),
        (0, "0 městnow"),
        (11, "11 městnow"),
        (101, "101 městno"),
        (102, "102 městnje"),
    ],
)
def test_sorbian_counts_in_four_forms(sorbian, count, words):
    assert sorbian(*SORBIAN).ngettext(*PLACES, count) % {"n": count} == words


def test_a_new_sorbian_catalogue_asks_for_four_forms(sorbian, tmp_path):
    sorbian()

    assert (tmp_path / "config/locale/hsb/LC_MESSAGES/django.po").read_text().count("msgstr[") == 4


@pytest.mark.parametrize("half", [SORBIAN[:2], (*SORBIAN[:3], "")])
def test_a_missing_plural_form_stops_the_compiling(sorbian, half):
    with pytest.raises(ValueError, match="plural forms are missing"):
        sorbian(*half)


def test_what_is_not_translated_falls_back_and_is_not_english(sorbian):
    class German(gettext.NullTranslations):
        def gettext(self, message):
            return "Buchen"

        def ngettext(self, one, many, number):
            return "%(n)d Plätze"

    spoken = sorbian("", "", "", "")
    spoken.add_fallback(German())

    assert (spoken.gettext("Book"), spoken.ngettext(*PLACES, 2)) == ("Buchen", "%(n)d Plätze")


def test_a_wrong_placeholder_in_any_plural_form_is_a_complaint():
    catalogue = Catalog(locale="hsb")
    catalogue.add(PLACES, (*SORBIAN[:3], "%(m)d městnow"))

    found = list(translations.complaints_of("hsb", catalogue, [m for m in catalogue if m.id]))

    assert any("%(m)d" in complaint for complaint in found)


@pytest.mark.parametrize(
    ("language", "places", "complains"),
    [
        ("hsb", ["workshops/templates/workshops/workshop.html"], True),
        ("hsb", ["booking/templates/booking/mail/thanks.txt"], True),
        ("hsb", ["booking/templates/booking/organise/week.html"], False),
        ("hsb", ["booking/templates/booking/organise/week.html", "booking/forms/school/book.py"], True),
        ("pl", ["booking/templates/booking/organise/week.html"], True),
    ],
)
def test_only_sorbian_may_lack_words_and_only_of_what_houses_read(language, places, complains):
    wanted, catalogue = Catalog(locale=language), Catalog(locale=language)
    wanted.add("Book", locations=[(place, 1) for place in places])
    catalogue.add("Book", "")

    found = list(translations.complaints_of(language, catalogue, [m for m in wanted if m.id]))

    assert bool(found) is complains


def test_each_place_of_the_houses_exists():
    empty = [place for place in for_houses.PLACES if not any(ROOT.glob(place.replace("*/", "**/", 1)))]

    assert not empty


def test_every_text_of_the_house_is_translated():
    done = subprocess.run(
        [sys.executable, "-m", "config.translations", "check"], cwd=ROOT, capture_output=True, check=False
    )

    assert (done.returncode, done.stderr.decode()) == (0, "")


def test_no_text_of_the_house_shouts_or_praises_itself():
    """The voice is calm: without exclamation marks, nothing is done "successfully"."""
    loud = [
        text
        for path in translations.catalogues()
        for message in translations.load(path, translations.language_of(path))
        if message.id
        for text in translations.strings_of(message)
        if "!" in text or re.search(r"erfolgreich\b|pomyślnie|úspěšně|wuspěšnje", text)
    ]

    assert loud == []
