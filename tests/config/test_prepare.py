"""A warm start skips the preparation, unless something changed."""

from __future__ import annotations

import os

import pytest

from config.demo import prepare


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A house with one file of each kind, prepared."""
    for name in ("requirements/base.txt", "booking/migrations/0001_initial.py", "config/static/site.css"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("old")
    locale = tmp_path / "config" / "locale" / "de" / "LC_MESSAGES"
    locale.mkdir(parents=True)
    (locale / "django.po").write_text("old")
    (locale / "django.mo").write_text("made")
    home = tmp_path / "var"
    for name in ("static/staticfiles.json", "postgres/PG_VERSION"):
        (home / name).parent.mkdir(parents=True)
        (home / name).write_text("18")
    monkeypatch.setattr(prepare, "HOUSE", tmp_path)
    prepare.stamp(home).write_text(prepare.fingerprint(home))
    return tmp_path


def test_nothing_changed_nothing_to_do(house):
    assert prepare.is_done(house / "var")


@pytest.mark.parametrize(
    "changed",
    [
        "requirements/base.txt",
        "booking/migrations/0001_initial.py",
        "booking/migrations/0002_more.py",
        "config/static/site.css",
        "config/locale/de/LC_MESSAGES/django.po",
    ],
)
def test_what_changed_is_prepared_anew(house, changed):
    (house / changed).write_text("new text")

    assert not prepare.is_done(house / "var")


@pytest.mark.parametrize(
    "lost", ["config/locale/de/LC_MESSAGES/django.mo", "var/static/staticfiles.json", "var/prepared"]
)
def test_what_was_lost_is_made_again(house, lost):
    (house / lost).unlink()

    assert not prepare.is_done(house / "var")


def test_a_new_database_is_prepared(house):
    old = house / "var" / "postgres" / "PG_VERSION"
    os.link(old, house / "keeps the number of the old file busy")
    old.unlink()
    old.write_text("18")

    assert not prepare.is_done(house / "var")
