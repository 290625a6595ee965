"""The look of the house: one source of colours, parts that say what they need, nothing that a browser refuses."""

import re
from pathlib import Path

import django_htmx
import pytest

from config.templatetags.parts import BADGES, PICTURES

CONFIG = Path(__file__).resolve().parents[2] / "config"
SHEETS = sorted((CONFIG / "static").glob("*.css"))
ROOMS = [CONFIG.parent / room for room in ("accounts", "schools", "workshops", "booking", "config")]
TEMPLATES = [path for room in ROOMS for path in room.glob("templates/**/*.html")]
PARTS = sorted((CONFIG / "templates/parts").glob("*.html"))
ICONS = set(re.findall(r'id="([\w-]+)"', (CONFIG / "static/sprite.svg").read_text()))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_a_sheet_is_short_and_has_one_declaration_a_line(sheet):
    lines = sheet.read_text().splitlines()

    assert len(lines) < 900
    assert [line for line in lines if re.search(r";\s*[\w-]+\s*:", line)] == []


def test_colours_are_named_once():
    """Fills, washes and inks come from tokens; parts may only thin black and white."""
    tokens, rest = (CONFIG / "static/site.css").read_text().split("@layer base {")
    others = ("visits.css", "workshop.css", "paper.css", "specimen.css")
    parts = rest + "".join((CONFIG / "static" / name).read_text() for name in others)

    assert "oklch(" in tokens
    assert re.findall(r"#[0-9a-f]{3,6}\b|rgb\(|hsl\(|oklch\((?!1 0 0 /|0 0 0 /)", parts) == []


@pytest.mark.parametrize("part", PARTS, ids=lambda path: path.stem)
def test_a_part_says_first_what_it_needs(part):
    assert re.match(r"\{# (Needs|Takes) ", part.read_text())


def test_every_icon_that_is_asked_for_is_in_the_sprite():
    asked = {name for path in TEMPLATES for name in re.findall(r'{% icon "([\w-]+)"', path.read_text())}
    asked |= {name for path in TEMPLATES for name in re.findall(r'\bicon="([\w-]+)"', path.read_text())}

    assert asked | {sign for _, sign, _ in BADGES.values()} <= ICONS


def test_every_picture_is_drawn():
    drawn = re.findall(r'<symbol id="(\w+)"', (CONFIG / "static/pictures.svg").read_text())

    assert sorted(drawn) == sorted(PICTURES)


def test_what_every_page_loads_is_light():
    """Together with the largest page (34 KB) under 150 KiB, before any compression."""
    static = [CONFIG / "static" / name for name in ("site.css", "visits.css", "site.js", "sprite.svg", "pictures.svg")]
    htmx = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"

    assert sum(path.stat().st_size for path in (*static, htmx)) < 119_000


def test_templates_carry_no_style_and_no_script_of_their_own():
    """The content security policy would not run them."""
    script = r"""<script(?! src=|[^>]* type="application/json">)"""
    forbidden = re.compile(rf"\sstyle=|<style|\son\w+=|{script}|hx-on|javascript:")
    pages = [path for path in TEMPLATES if path.parent.name != "mail"]

    assert {str(path): found for path in pages if (found := forbidden.findall(path.read_text()))} == {}


def test_no_comment_of_a_template_reaches_a_reader():
    """`{# … #}` ends with its line; what goes on is shown."""
    assert [str(path) for path in TEMPLATES if re.search(r"\{#(?:(?!#\}).)*\n", path.read_text())] == []
