"""Texts of offers in several languages, one JSON value a text: {"de": "…", "en": "…"}."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import get_language

from workshops.vocabulary import SpokenLanguage

LANGUAGES = ("de", "en", "pl", "cs", "hsb")
FALLBACK = "de"


class Texts(dict[str, str]):
    """A text that reads in the language of the moment, else in German, else in any language it has."""

    def __str__(self) -> str:
        return self.read_in(get_language() or FALLBACK)

    def __bool__(self) -> bool:
        return any(self.values())

    def read_in(self, language: str) -> str:
        return self.get(language) or self.get(FALLBACK) or next(filter(None, self.values()), "")

    @property
    def language(self) -> str:
        """The language that `str()` would show, for the `lang` attribute."""
        wanted = get_language() or FALLBACK
        return next((code for code in (wanted, FALLBACK, *self) if self.get(code)), wanted)

    @property
    def other_language(self) -> str:
        """Its language where that is not the page's; nothing where it is."""
        return "" if self.language == get_language() else self.language

    @property
    def language_name(self) -> str:
        return str(SpokenLanguage(self.language).label)


class TextsAttribute(DeferredAttribute):
    """A plain dict that is assigned becomes Texts at once."""

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = Texts(value) if isinstance(value, dict) else value


class TextsField(models.JSONField):
    """Holds Texts; `KT("title__de")` reads one language in a query."""

    descriptor_class = TextsAttribute

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", Texts)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)
