"""Longer texts of offers."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from workshops.prose import rendered
from workshops.texts import Texts

register = template.Library()


@register.filter
def prose(text: Texts | str) -> SafeString:
    """Markdown as clean HTML, in the language of the page where there is one."""
    return rendered(str(text or ""))


@register.filter
def in_other_language(text: Texts) -> str:
    """The language of a text that is not the page's, for its `lang`; else nothing."""
    return text.language if text and text.language != get_language() else ""
