"""The catalogues of texts, without gettext's programs."""

from __future__ import annotations

import gettext
import subprocess
import sys
from pathlib import Path

from babel.messages.catalog import Catalog

from config import translations

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


def test_every_text_of_the_house_is_translated():
    done = subprocess.run(
        [sys.executable, "-m", "config.translations", "check"], cwd=ROOT, capture_output=True, check=False
    )

    assert (done.returncode, done.stderr.decode()) == (0, "")
