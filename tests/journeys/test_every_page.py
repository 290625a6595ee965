"""Every page of the table of addresses, as somebody who may see it, on the narrowest phone and on a desk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.journeys.conftest import AXE, RULES
from tests.test_matrix import SENT, TABLE
from tests.town import Town, build

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PEOPLE = ("anonymous", "organiser", "admin", "owner", "trainer")  # each page is looked at as the first who may
WIDTHS = (320, 1280)
NO_PAGES = ("/api/", "/health/", "/metrics", "/schools/find/")
FILES = (
    ".ics",
    ".csv",
    ".css",
    ".xlsx",
    ".pdf",
    ".txt",
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
# A ring around the element itself or, for a hidden box or a card that is a link, around what stands for it.
SEEN_WITH_FOCUS = """() => {
    const el = document.activeElement
    const ringed = part => {
        const style = part && getComputedStyle(part)
        return style && (style.outlineStyle !== "none" || style.boxShadow !== "none")
    }
    const seen = [el, el.parentElement, el.nextElementSibling, el.closest("label, article, li"), ...(el.labels || [])]
    return el === document.body || seen.some(ringed) ? "" : el.outerHTML.slice(0, 120)
}"""


@pytest.fixture(scope="module")
def script() -> bool:
    return True


@pytest.fixture
def town() -> Town:
    return build()


def pages_of(who: str, town: Town) -> Iterator[str]:
    """The addresses that `who` is the first to see."""
    for line, group in TABLE.items():
        method, _, path = town.named(line).partition(" ")
        if method != "GET" or path.startswith(NO_PAGES) or path.endswith(FILES):
            continue
        if next((person for person in PEOPLE if group[person] == 200), None) == who:
            asked = urlencode({name: town.named(value) for name, value in SENT.get(line, {}).items()})
            yield f"{path}?{asked}" if asked else path


@pytest.mark.parametrize("axe", ["in turn", pytest.param("at each width", marks=pytest.mark.soak)])
@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_is_for_everybody(who: str, axe: str, page: Any, live_server: Any, sign_in: Any, town: Town):
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
        found = [*noticed, *faults(page, [WIDTHS[number % 2]] if axe == "in turn" else WIDTHS)]
        if answer.status != 200 or found:
            wrong[path] = [str(answer.status), *found]

    assert wrong == {}


def strange(url: str, ours: str) -> Iterator[str]:
    if not url.startswith((ours, "data:", "blob:")):
        yield f"calls {url}"


def faults(page: Any, looked_at: Sequence[int]) -> Iterator[str]:
    """`looked_at` are the widths at which axe looks; whether all fits is seen at each."""
    page.evaluate(f"{AXE}; 0")
    structure = page.evaluate(STRUCTURE)
    if structure != {"h1": 1, "title": True, "lang": "de", "landmark": 1}:
        yield str(structure)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
            yield f"{width} px: sticks out: {page.evaluate(STICKS_OUT)}"
        if width not in looked_at:
            continue
        violations = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
        yield from (
            f"{width} px: {rule['id']}: {[node['html'][:160] for node in rule['nodes']]}" for rule in violations
        )
    for _ in range(STEPS):
        page.keyboard.press("Tab")
        if hidden := page.evaluate(SEEN_WITH_FOCUS):
            yield f"no ring: {hidden}"
