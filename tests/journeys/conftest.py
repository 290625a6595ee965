"""What all journeys share: each is walked with script and without, and each page is looked at on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module", params=[True, False], ids=["with script", "without script"])
def script(request: Any) -> bool:
    return bool(request.param)


@pytest.fixture(scope="module")
def context(browser: Browser, script: bool) -> Iterator[BrowserContext]:
    context = browser.new_context(
        locale="de-DE",
        timezone_id="Europe/Berlin",
        service_workers="block",
        reduced_motion="reduce",
        java_script_enabled=script,
    )
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def look(page: Page, script: bool) -> Callable[[], None]:
    """Look at the page as it stands: nothing sticks out, and axe finds nothing."""

    def look() -> None:
        page.wait_for_load_state()  # a click ends when the next page begins, not when it stands
        if not script:
            return
        page.evaluate(f"{AXE}; 0")
        found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
        assert {rule["id"]: [node["html"] for node in rule["nodes"]] for rule in found} == {}
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

    return look
