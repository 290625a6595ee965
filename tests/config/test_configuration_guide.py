"""docs/configuration.md names every setting, none that does not exist, and the defaults that hold."""

from __future__ import annotations

import re

import pytest

from tests.config.test_settings import GOOD, ROOT

GUIDE = (ROOT / "docs" / "configuration.md").read_text()
SOURCES = "".join((ROOT / "config" / name).read_text() for name in ("settings.py", "gunicorn.py", "demo/supervisor.py"))
READ = set(re.findall(r'(?:env(?:\.\w+)?\(|os\.environ\.get\()\s*(?:#.*\s*)?"([A-Z_]+)"', SOURCES))
NUMBERS = re.findall(r'env\.(?:number|whole)\(\s*(?:#.*\s*)?"([A-Z_]+)", ([\d_]+),', SOURCES)


def rows(heading: str) -> dict[str, list[str]]:
    part = GUIDE.split(f"## {heading}")[1].split("\n## ")[0]
    cells = [re.split(r"\s*\|\s*", line.strip("| ")) for line in part.splitlines() if line.startswith("| `")]
    return {name.strip("`"): rest for name, *rest in cells}


def test_every_setting_is_explained_and_nothing_else():
    explained = {**rows("Must be set"), **rows("May be set"), **rows("Only to try it")}

    assert set(explained) == READ
    assert len(READ) > 25


def test_what_must_be_set_is_what_stops_the_start():
    assert set(rows("Must be set")) == set(GOOD)


@pytest.mark.parametrize(("name", "default"), [row for row in NUMBERS if row[0] not in GOOD])
def test_the_default_that_is_named_is_the_one_that_holds(name, default):
    assert rows("May be set")[name][0] == f"`{default.replace('_', '')}`"
