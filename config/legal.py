"""Imprint, privacy, accessibility: the operator's texts, as Markdown files in LEGAL_DIR.

A reader gets `imprint.LANGUAGE.md` in the own language, else the German `imprint.de.md`, else `imprint.md`; where all
are missing the page says so in red, for an installation without these texts is not ready for the public.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.audience import for_everyone
from config.barriers import came_from
from workshops.prose import clean_html

TITLES = {"imprint": _("Imprint"), "privacy": _("Privacy"), "accessibility": _("Accessibility")}
TAGS = {"h2", "h3", "p", "ul", "ol", "li", "a", "strong", "em", "br", "hr", "blockquote", "code"}
LONGEST = 200_000
LOOKED_THROUGH = date(2026, 11, 27)  # when the accessibility of all pages was last assessed, by our own means


@for_everyone
def page(request: HttpRequest, name: str) -> HttpResponse:
    text, language = operators_text(name)
    context: dict[str, object] = {"title": TITLES[name], "text": text, "language": language}
    if name == "accessibility":
        context |= {"looked_through": LOOKED_THROUGH, "page": came_from(request)}
    return render(request, f"legal/{name}.html", context)


def operators_text(name: str) -> tuple[SafeString | None, str]:
    """The text as clean HTML and its language, where that is known not to be the reader's; None where the operator has
    not written it."""
    for file, language in candidates(name):
        if file.is_file():
            return clean_html(file.read_text(encoding="utf-8")[:LONGEST], TAGS), language
    return None, ""


def candidates(name: str) -> Iterator[tuple[Path, str]]:
    other = settings.LANGUAGE_CODE if get_language() != settings.LANGUAGE_CODE else ""
    for ending, language in ((f".{get_language()}.md", ""), (f".{settings.LANGUAGE_CODE}.md", other), (".md", "")):
        yield settings.LEGAL_DIR / f"{name}{ending}", language


urlpatterns = [
    *(path(f"legal/{name}/", page, {"name": name}, name=f"legal_{name}") for name in TITLES),
    path("", include("config.barriers")),
]
