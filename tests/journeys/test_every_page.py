"""Every page of the table of addresses, as somebody who may see it, on the narrowest phone and on a desk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db.models import Value
from django.db.models.functions import Concat

from tests.journeys.conftest import AXE, RULES
from tests.journeys.keyboard import SEEN_WITH_FOCUS
from tests.test_matrix import SENT, TABLE
from tests.town import Town, build
from workshops.models import Partner, Workshop

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PEOPLE = ("anonymous", "organiser", "admin", "owner", "trainer")  # each page is looked at as the first who may
WIDTHS = (320, 1280)
# Light, dark, and with the colours of the system, as Windows has them for high contrast.
LOOKS = (
    {"color_scheme": "light", "forced_colors": "none"},
    {"color_scheme": "dark", "forced_colors": "none"},
    {"color_scheme": "dark", "forced_colors": "active"},
)
EACH = [(width, look) for look in LOOKS for width in WIDTHS]
NO_PAGES = ("/api/", "/health/", "/metrics", "/schools/find/")
FILES = (
    ".ics",
    ".csv",
    ".css",
    ".xlsx",
    ".pdf",
    ".txt",
    ".json",
    "/html/",
)  # mails are locked into themselves: nothing can look inside
STEPS = 6
STRUCTURE = """() => ({
    "h1": document.querySelectorAll("h1").length,
    "title": document.title.trim() !== "",
    "lang": document.documentElement.lang,
    "landmark": document.querySelectorAll("main").length,
})"""
STICKS_OUT = """() => [...document.querySelectorAll("body *")]
    .filter(el => el.getBoundingClientRect().right > innerWidth + 1 && el.checkVisibility())
    .slice(-3).map(el => el.outerHTML.slice(0, 120))"""
# A word that has a column of a letter or two, because something beside it does not give way.
SQUEEZED = """() => [...document.querySelectorAll("main *")].filter(el => {
    const words = [...el.childNodes].filter(node => node.nodeType === 3).map(node => node.data.trim()).join("");
    const {width, height} = el.getBoundingClientRect();
    return words.length > 8 && width > 1 && height > 4 * width && el.checkVisibility();
}).slice(0, 3).map(el => el.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def script() -> bool:
    return True


@pytest.fixture
def town() -> Town:
    """With names as long as real ones: they must break and give way."""
    town = build()
    Partner.objects.update(name=Concat("name", Value(" an der Beispielmühle, Oberlausitz")))
    Workshop.objects.update(title={"de": "Fluoreszenzmikroskopie: Zellen, die leuchten"})
    return town


def pages_of(who: str, town: Town) -> Iterator[str]:
    """The addresses that `who` is the first to see."""
    for line, group in TABLE.items():
        method, _, path = town.named(line).partition(" ")
        if method != "GET" or path.startswith(NO_PAGES) or path.endswith(FILES):
            continue
        if next((person for person in PEOPLE if group[person] == 200), None) == who:
            asked = urlencode({name: town.named(value) for name, value in SENT.get(line, {}).items()})
            yield f"{path}?{asked}" if asked else path


@pytest.mark.parametrize("every", ["look in turn", pytest.param("look", marks=pytest.mark.soak)])
@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_is_for_everybody(who: str, every: str, page: Any, live_server: Any, sign_in: Any, town: Town):
    """No axe violation, nothing sticks out, no error, nobody else is called, and the keyboard shows where it is."""
    if person := town.people[who]:
        sign_in(person)
    noticed: list[str] = []
    page.on("console", lambda said: noticed.append(f"console: {said.text}") if said.type == "error" else None)
    page.on("pageerror", lambda error: noticed.append(f"script: {error}"))
    page.on("request", lambda call: noticed.extend(strange(call.url, live_server.url)))
    wrong: dict[str, list[str]] = {}

    for number, path in enumerate(pages_of(who, town)):
        noticed.clear()
        answer = page.goto(live_server.url + path)
        found = [*noticed, *faults(page, EACH if every == "look" else [EACH[number % len(EACH)]])]
        if answer.status != 200 or found:
            wrong[path] = [str(answer.status), *found]

    assert wrong == {}


def strange(url: str, ours: str) -> Iterator[str]:
    if not url.startswith((ours, "data:", "blob:")):
        yield f"calls {url}"


def faults(page: Any, looks: Sequence[tuple[int, dict[str, str]]]) -> Iterator[str]:
    """What is wrong with the page as it stands, by axe in each of the `looks`."""
    page.evaluate(f"{AXE}; 0")
    structure = page.evaluate(STRUCTURE)
    if structure != {"h1": 1, "title": True, "lang": "de", "landmark": 1}:
        yield str(structure)
    yield from fits(page)
    for width, look in looks:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(**look)
        system = look["forced_colors"] == "active"  # then the colours are the reader's, and axe reads ours instead
        asked = {"runOnly": RULES, "rules": {"color-contrast": {"enabled": not system}}}
        violations = page.evaluate("asked => axe.run(document, asked)", asked)["violations"]
        yield from (
            f"{width} px {look}: {rule['id']}: {[node['html'][:160] for node in rule['nodes']]}" for rule in violations
        )
    for _ in range(STEPS):
        page.keyboard.press("Tab")
        if hidden := page.evaluate(SEEN_WITH_FOCUS):
            yield hidden


def fits(page: Any) -> Iterator[str]:
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
            yield f"{width} px: sticks out: {page.evaluate(STICKS_OUT)}"
        if squeezed := page.evaluate(SQUEEZED):
            yield f"{width} px: squeezed: {squeezed}"
