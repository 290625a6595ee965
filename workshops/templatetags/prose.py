"""Longer texts of offers."""

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from workshops.models import Venue
from workshops.prose import rendered
from workshops.texts import Texts

register = template.Library()


@register.filter
def prose(text: Texts | str) -> SafeString:
    """Markdown as clean HTML, in the language of the page where there is one."""
    return rendered(str(text or ""))


@register.filter
def lang(text: Texts | str) -> SafeString:
    """`<p{{ text|lang }}>`: the attribute that names the language of a text which is not in that of the page."""
    other = text.language if isinstance(text, Texts) and text else get_language()
    return format_html(' lang="{}"', other) if other != get_language() else SafeString("")


@register.filter
def marked(text: Texts | str) -> SafeString:
    """A text within a sentence, with its language where that is not the page's."""
    attribute = lang(text)
    return format_html("<span{}>{}</span>", attribute, text) if attribute else conditional_escape(str(text))


@register.filter
def directions(venue: Venue) -> SafeString:
    """How to get there, with its language where that is certainly not the page's."""
    if language := venue.other_language:
        return format_html('<span lang="{}">{}</span>', language, venue.directions)
    return conditional_escape(venue.directions)
