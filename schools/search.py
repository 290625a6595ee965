"""Search that folds: "Lobau", "Loebau" and "Löbau" are the same town (SQL functions of migration 0001)."""

from __future__ import annotations

import unicodedata
from typing import ClassVar

from django.contrib.postgres.search import SearchQuery
from django.core.exceptions import ValidationError
from django.db.models import CharField, Func, TextField
from django.utils.translation import gettext_lazy as _

LONGEST_KEY = 80  # of a class, whose name has 40 signs at most


class Fold(Func):
    """Lower case without marks: ö → o, ł → l, ß → ss."""

    function = "fold"
    output_field: ClassVar[TextField] = TextField()


class FoldDe(Func):
    """Lower case the German way: ö → oe; then as Fold. Lists for people sort by it."""

    function = "fold_de"
    output_field: ClassVar[TextField] = TextField()


class Searchable(Func):
    """Both foldings as plain words, ready for to_tsvector with the configuration `simple`."""

    function = "searchable"
    output_field: ClassVar[TextField] = TextField()


class FoldedKey(Func):
    """A name without marks, spaces and signs: "7 B" and "7b" are one class."""

    function = "folded_key"
    output_field: ClassVar[CharField] = CharField(max_length=LONGEST_KEY)


def must_fold_short(name: str) -> None:
    """Signs that each stand for several letters (ﬃ, Ⅷ) would make a key that is too long. Raises ValidationError."""
    if len(unicodedata.normalize("NFKD", name.replace("₧", "Pts"))) > LONGEST_KEY:
        raise ValidationError(_("This text contains characters that cannot be stored."), code="unprintable")


class Digits(Func):
    """A telephone number without anything but its digits."""

    function = "regexp_replace"
    template = r"%(function)s(%(expressions)s, '\D', '', 'g')"
    output_field: ClassVar[TextField] = TextField()


# Each sign stands for the first of those that it is mistaken for, on paper or on the telephone; no hyphens.
MISTAKEN, MEANT = "0OQD1ILJ5S2Z8BUVMN6G", "00001111552288UUMM66"
LOOK_ALIKE = str.maketrans(MISTAKEN, MEANT, "-")


class LookAlike(Func):
    """A reference as one may have misread it; the same as `str.translate(LOOK_ALIKE)`."""

    function = "translate"
    template = f"%(function)s(%(expressions)s, '{MISTAKEN}-', '{MEANT}')"
    output_field: ClassVar[TextField] = TextField()


class PrefixQuery(SearchQuery):
    """Each typed word as the beginning of a word; folded in SQL, so that any text is safe."""

    SEARCH_TYPES = {**SearchQuery.SEARCH_TYPES, "prefix": "prefix_query"}

    def __init__(self, text: str) -> None:
        super().__init__(text, search_type="prefix")
