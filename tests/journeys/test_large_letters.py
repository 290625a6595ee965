"""Who has set letters twice as large in the browser still reads everything on a small phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import CHROMIUM, QUIET
from tests.factories import make_slot
from tests.town import build
from workshops.models import Workshop

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PAGES = {
    "anonymous": ("/", "/workshops/{workshop}/", "/slots/{slot}/book/", "/calendar/", "/legal/accessibility/"),
    "owner": ("/bookings/", "/bookings/{reference}/", "/profile/"),
    "trainer": ("/trainer/", "/trainer/slots/{past_slot}/"),
    "organiser": (
        "/organise/",
        "/organise/requests/",
        "/organise/board/",
        "/organise/slots/",
        "/organise/schools/{school}/",
        "/demo/parts/",
    ),
}


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    program = str(CHROMIUM) if CHROMIUM.exists() else None
    large = browser.browser_type.launch(executable_path=program, args=[*QUIET, "--blink-settings=defaultFontSize=32"])
    context = large.new_context(locale="de-DE", timezone_id="Europe/Berlin", service_workers="block")
    context.set_default_timeout(10_000)
    yield context
    large.close()


def test_nothing_sticks_out_when_letters_are_twice_as_large(page: Any, live_server: Any, sign_in: Any, settings: Any):
    settings.DEMO = True  # for the page with all parts
    town = build()
    make_slot(Workshop.objects.get(slug=town.things["workshop"]))  # that nobody leads
    out = {}
    page.set_viewport_size({"width": 320, "height": 800})

    for who, paths in PAGES.items():
        if person := town.people[who]:
            sign_in(person)
        for path in paths:
            page.goto(live_server.url + town.named(path))
            if over := page.evaluate("document.documentElement.scrollWidth - innerWidth"):
                out[path] = over

    assert out == {}
