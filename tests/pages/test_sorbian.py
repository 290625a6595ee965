"""Who reads Upper Sorbian meets no English: neither on public pages nor in what leads through a booking."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import html5lib
import pytest
from django.conf import settings
from django.test import Client

from config import translations
from tests.test_matrix import TABLE
from tests.town import build

SPOKEN_ATTRIBUTES = ("alt", "aria-label", "content", "placeholder", "title")
UNSEEN = {"script", "style", "template", "code", "svg"}
# Common in English, and no word of German or Sorbian ("to", "do", "a" and "my" are).
ENGLISH = re.compile(
    r"\b(the|and|of|you|your|this|that|with|please|until|from|are|has|been|which|not|date|dates|school|pupils|class"
    r"|free|places|search|booking|available|choose|required|enter|field)\b"
)
ADDRESS = re.compile(r"\S+@\S+")
NAMES = {"Elsewhere"}  # of a house in the town


def public_pages() -> list[str]:
    return [way.removeprefix("GET ") for way, answers in TABLE.items() if is_public(way, answers)]


def is_public(way: str, answers: dict[str, Any]) -> bool:
    return way.startswith("GET ") and answers["anonymous"] == 200 and "/api/" not in way and "/health/" not in way


def texts_of(element: Any, language: str = "") -> Iterator[str]:
    """What is read or read out, without what is marked as being in another language."""
    language = element.get("lang", language)
    if language != "hsb" or element.tag in UNSEEN:
        return
    yield from (element.get(name, "") for name in SPOKEN_ATTRIBUTES if not is_for_machines(element, name))
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield from texts_of(child, language)
        yield child.tail or ""


def is_for_machines(element: Any, attribute: str) -> bool:
    return attribute == "content" and element.get("name") != "description"


def english_words(html: str, known: set[str]) -> list[str]:
    page = html5lib.parse(html, namespaceHTMLElements=False)
    texts = [re.sub(r"\s+", " ", ADDRESS.sub("", text)).strip() for text in texts_of(page)]
    return [text for text in texts if text in known or ENGLISH.search(text)]


def english_texts() -> set[str]:
    """Every English text of ours for which German has other words: each has them in Sorbian, or falls back to them."""
    (german,) = (path for path in translations.catalogues() if translations.language_of(path) == "de")
    texts = set()
    for message in translations.load(german, "de"):
        english = message.id if message.pluralizable else (message.id,)
        texts |= {text.strip() for text in english if text and text not in translations.strings_of(message)}
    return texts - NAMES


def test_english_would_be_found():
    page = (
        '<html lang="hsb"><title>x</title><p>Sign in</p><p lang="en">of</p><img alt="the lab"><p>Rezerwacija</p></html>'
    )

    assert english_words(page, {"Sign in"}) == ["Sign in", "the lab"]


@pytest.mark.django_db
def test_no_public_page_says_an_english_word():
    town, client = build(), Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "hsb"
    known, looked_at, found = english_texts(), 0, {}
    for path in map(town.named, public_pages()):
        page = client.get(path)
        if "text/html" in page.headers["Content-Type"]:
            looked_at += 1
            found[path] = english_words(page.content.decode(), known)
    assert looked_at > 25
    assert {path: words for path, words in found.items() if words} == {}
