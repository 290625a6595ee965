"""Reading JSON from strangers: what is ambiguous, endless or cannot be stored is refused before anybody looks."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from accounts.text import must_be_shallow

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class StrictJSONParser(BaseParser):
    """JSON as RFC 8259 means it, without NaN, doubled keys, deep nesting, NUL and halves of characters.

    The body is read through Django, which refuses more than DATA_UPLOAD_MAX_MEMORY_SIZE (413).
    """

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        raw = stream.body if hasattr(stream, "body") else stream.read()
        try:
            text = raw.decode()
            must_be_shallow(text)
            data = json.loads(text, object_pairs_hook=no_twins, parse_constant=refuse, parse_float=finite)
            must_be_storable(data)
        except (ValueError, RecursionError) as error:
            raise ParseError(_("This is not the JSON we expect: %(why)s") % {"why": str(error)[:200]}) from error
        return data


def no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        raise ValueError("a key stands there twice")
    return data


def refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number")


def finite(digits: str) -> float:
    number = float(digits)
    if number in {float("inf"), float("-inf")}:
        raise ValueError("a number is too large")
    return number


def must_be_storable(data: Any) -> None:
    """No NUL and no surrogate in any text or key: PostgreSQL cannot hold them."""
    if isinstance(data, str) and UNSTORABLE.search(data):
        raise ValueError("a text contains a character that cannot be stored")
    if isinstance(data, dict):
        for key, value in data.items():
            must_be_storable(key)
            must_be_storable(value)
    if isinstance(data, list):
        for value in data:
            must_be_storable(value)
