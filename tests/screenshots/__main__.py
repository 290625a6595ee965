"""`make screenshots`: the twelve key pages on a phone and on a desk, light and dark, in German and Polish.

Starts the demo on a free port with data of its own, signs in as its people do, and writes
DATA_DIR/screenshots/LANGUAGE/NN-name-WIDTH[-dark].png, named as the pictures of the design are. Languages can be
named: `python -m tests.screenshots cs hsb`.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

OUT = Path(os.environ.get("DATA_DIR") or "var").resolve() / "screenshots"
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {390: 844, 1280: 900}
SCHEMES = {"light": "", "dark": "-dark"}
LONGEST = 5_000  # pixels: what is longer shows only more of the same


def stay(page: Page) -> None:
    """The address is the page."""


def first_date(page: Page) -> None:
    page.goto(first_link(page, r"/slots/\d+/book/"))


def wrong_number(page: Page) -> None:
    """More pupils than there are places, and the boxes forgotten."""
    first_date(page)
    page.fill("#id_pupils", "60")
    page.locator("main form button.main").last.click()
    page.wait_for_load_state()


def first_booking(page: Page) -> None:
    page.goto(first_link(page, r"/bookings/[A-Z0-9-]+/"))


def open_visit(page: Page) -> None:
    """One that is over and that nobody has recorded."""
    page.goto(first_link(page, r"/trainer/slots/\d+/", "main .task a[href]"))


def newest_answer(page: Page) -> None:
    """The mail itself, without the page around it; an answer waits a minute, so that it can be taken back."""
    for _ in range(90):
        answers = [link for link in page.locator(".slot-row").all() if "3D-Druck" in link.inner_text()]
        if answers:
            page.goto(answers[0].evaluate("link => link.href") + "html/")
            return
        page.wait_for_timeout(1_000)
        page.reload()
    sys.exit("The teacher got no answer.")


class Picture(NamedTuple):
    name: str
    who: str  # the first part of an address of the demo, or "" for a visitor
    path: str
    go: Callable[[Page], None] = stay


PICTURES = (
    Picture("01-catalogue", "", "/"),
    Picture("01b-nothing-found", "", "/?grade=12&subject=robotics&q=Raumfahrt"),
    Picture("02-workshop", "", "/workshops/3d-druck/"),
    Picture("03-book", "teacher", "/workshops/3d-druck/", first_date),
    Picture("03b-book-errors", "teacher", "/workshops/3d-druck/", wrong_number),
    Picture("04-my-booking", "teacher", "/bookings/", first_booking),
    Picture("05-today", "trainer", "/trainer/"),
    Picture("06-attendance", "trainer", "/trainer/", open_visit),
    Picture("07-overview", "organiser", "/organise/"),
    Picture("08-requests", "organiser", "/organise/requests/"),
    Picture("09-planning", "organiser", "/organise/board/"),
    Picture("10-mail", "", "/demo/mail/?to=teacher@demo.example", newest_answer),
)


def main(languages: list[str]) -> None:
    with tempfile.TemporaryDirectory() as home, demo(Path(home)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        cookies = {
            who: signed_in(browser, address, who) for who in sorted({picture.who for picture in PICTURES} - {""})
        }
        with window(browser, address, "de", 1280, "light", cookies["organiser"]) as page:
            confirm_a_request(page, address)
        for language in languages or ["de", "pl"]:
            folder = OUT / language
            folder.mkdir(parents=True, exist_ok=True)
            for picture in PICTURES:
                for width, scheme in product(SIZES, SCHEMES):
                    with window(browser, address, language, width, scheme, cookies.get(picture.who, "")) as page:
                        take(page, address, picture, folder / f"{picture.name}-{width}{SCHEMES[scheme]}.png")
            print(f"{language}: {len(list(folder.glob('*.png')))} pictures in {folder}")
        browser.close()


@contextmanager
def demo(home: Path) -> Iterator[str]:
    """The address of a demo that runs until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    env = os.environ | {"DATA_DIR": str(home), "PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "config.demo"], env=env, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("Ready"):
                break
        else:
            sys.exit("The demo did not start.")
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(60)


def signed_in(browser: Browser, address: str, who: str) -> str:
    """The session of `who`, who asks for a code and reads it in the demo's mails."""
    context = browser.new_context(locale="de-DE")
    page = context.new_page()
    page.goto(f"{address}/sign-in/")
    page.fill("input[name=email]", f"{who}@demo.example")
    page.locator("main form button.main").click()
    page.fill("input[name=code]", code(context, address, who))
    page.locator("main form button.main").first.click()
    page.wait_for_load_state()
    session = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "sessionid")
    context.close()
    return session


def confirm_a_request(page: Page, address: str) -> None:
    """So that the teacher gets the mail that is shown."""
    page.goto(f"{address}/organise/requests/")
    page.get_by_role("button", name="Bestätigen").first.click()
    page.wait_for_load_state("networkidle")


def code(context: BrowserContext, address: str, who: str) -> str:
    """Out of the mail that comes within seconds."""
    page = context.new_page()
    for _ in range(60):
        page.goto(f"{address}/demo/mail/?to={who}@demo.example")
        if found := re.search(r"\b\d{6}\b", page.inner_text("main")):
            page.close()
            return found[0]
        page.wait_for_timeout(500)
    sys.exit(f"No code came for {who}.")


@contextmanager
def window(browser: Browser, address: str, language: str, width: int, scheme: str, session: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": SIZES[width]},
        color_scheme="dark" if scheme == "dark" else "light",
        locale=language,
        reduced_motion="reduce",
    )
    cookies = {"django_language": language, "sessionid": session}
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items() if value])
    yield context.new_page()
    context.close()


def take(page: Page, address: str, picture: Picture, path: Path) -> None:
    page.goto(address + picture.path)
    picture.go(page)
    page.wait_for_load_state("networkidle")
    high = page.evaluate("document.documentElement.scrollHeight")
    size = page.viewport_size or {"width": 390, "height": 844}
    page.set_viewport_size({"width": size["width"], "height": min(max(high, size["height"]), LONGEST)})
    page.screenshot(path=path)


def first_link(page: Page, pattern: str, among: str = "main a[href]") -> str:
    """Where the first link of the page leads whose address has `pattern`."""
    links: list[str] = page.eval_on_selector_all(among, "links => links.map(link => link.href)")
    found = next((link for link in links if re.search(pattern + "$", link.split("?")[0])), None)
    return found or sys.exit(f"{page.url} has no link like {pattern}.")


main(sys.argv[1:])
