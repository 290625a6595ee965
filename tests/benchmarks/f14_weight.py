"""F14: each public page in a real browser with nothing in its cache, and all that it loads.

Through gunicorn as installed: static files are compressed by it, the page itself only by the proxy in front, so that
what is counted here is more than what people load. Photos of houses are not in it: they load when they come into view.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Any

from tests.benchmarks.house import House
from tests.benchmarks.measure import Ratio, Series
from tests.conftest import CHROMIUM, QUIET
from tests.factories import in_days, make_partner, make_slot, make_venue, make_workshop
from tests.journeys.test_every_page import pages_of
from tests.town import build
from tests.web import ROOT, serving

TITLE = "F14 what each public page weighs on a phone, with all that it loads"
MOST = 150.0  # KB of 1 000 bytes
OFFERS, DATES = 24, 4
A_YEAR = 31_536_000
SIGNED = re.compile(r"[^/]{25,}")


def run(house: House) -> list[Ratio]:
    """Of each page its weight beside the most it may have, then what goes to others and what is not kept for a year."""
    from playwright.sync_api import sync_playwright

    fill()
    pages = list(pages_of("anonymous", build()))
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], cwd=ROOT, env=env, check=True)
    with serving() as web, sync_playwright() as playwright:
        program = str(CHROMIUM) if CHROMIUM.exists() else None
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        ours = f"http://127.0.0.1:{web.port}"
        loads = {path: load(browser, ours, path) for path in pages}
        browser.close()
    calls = [call for found in loads.values() for call in found]
    return [
        *(weight(path, loads[path]) for path in pages),
        share("requests to others", [call for call in calls if not call["url"].startswith((ours, "data:"))], calls),
        share("static files not kept for a year", [call for call in calls if is_forgotten(call)], calls),
    ]


def fill() -> None:
    """A catalogue as long as a page of it gets."""
    partner = make_partner("makerspace")
    venue = make_venue(partner)
    for number in range(OFFERS):
        workshop = make_workshop(partner, title=f"Workshop {number}: vom CAD zum Anhänger", venue=venue)
        for ahead in range(DATES):
            make_slot(workshop, starts_at=in_days(20 + number + 7 * ahead))


def load(browser: Any, ours: str, path: str) -> list[dict[str, Any]]:
    """Each request of the page: its address, how long its answer is kept, and the bytes over the wire."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="de-DE", service_workers="block")
    page = context.new_page()
    wire, calls = context.new_cdp_session(page), {}
    wire.on(
        "Network.requestWillBeSent", lambda said: calls.setdefault(said["requestId"], {"url": said["request"]["url"]})
    )
    wire.on("Network.responseReceived", lambda said: calls[said["requestId"]].update(kept=kept(said["response"])))
    wire.on("Network.loadingFinished", lambda said: calls[said["requestId"]].update(bytes=said["encodedDataLength"]))
    wire.send("Network.enable")
    page.goto(ours + path, wait_until="networkidle")
    context.close()
    return list(calls.values())


def kept(response: dict[str, Any]) -> str:
    headers = {name.lower(): value for name, value in response["headers"].items()}
    return headers.get("cache-control", "")


def is_forgotten(call: dict[str, Any]) -> bool:
    if "/static/" not in call["url"]:
        return False
    ages = [int(part.partition("=")[2]) for part in call["kept"].split(", ") if part.startswith("max-age=")]
    return not ages or ages[0] < A_YEAR


def weight(path: str, calls: list[dict[str, Any]]) -> Ratio:
    kilobytes = sum(call.get("bytes", 0) for call in calls) / 1000
    ours = Series(f"{SIGNED.sub('…', path)}, {len(calls)} requests", " KB", [kilobytes])
    return Ratio(ours, Series("most", " KB", [MOST]), target=1, at_most=True)


def share(name: str, some: list[Any], calls: list[Any]) -> Ratio:
    ours, everything = Series(name, "", [float(len(some))]), Series("requests", "", [float(len(calls))])
    return Ratio(ours, everything, target=0, at_most=True)
