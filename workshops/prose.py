"""Texts of offers, written in Markdown by partners, as HTML that can do no harm."""

from __future__ import annotations

from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

LONGEST = 10_000  # characters: cleaning is linear, but nobody reads more
TAGS = {"a", "blockquote", "br", "code", "em", "h3", "h4", "hr", "li", "ol", "p", "strong", "ul"}
MARKDOWN = MarkdownIt("js-default", {"html": False, "maxNesting": 20}).disable("image")


@lru_cache(maxsize=256)
def rendered(text: str) -> SafeString:
    return clean_html(text[:LONGEST], TAGS)


def clean_html(markdown: str, tags: set[str]) -> SafeString:
    """Markdown as HTML of `tags` alone: no pictures, no scripts, links to the web, mail and telephone only."""
    html = nh3.clean(
        MARKDOWN.render(markdown),
        tags=tags,
        attributes={"a": {"href"}},
        url_schemes={"https", "http", "mailto", "tel"},
        link_rel="noopener nofollow ugc",
    )
    return mark_safe(html)  # noqa: S308 (nh3 has cleaned it)
