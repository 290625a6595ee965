"""Rows of a file from outside: JSON or CSV, bounded in size, rows and nesting, in the encodings that registers use."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

from django.utils.translation import gettext as _

from accounts.text import must_be_shallow

MOST_BYTES = 64 * 2**20
MOST_ROWS = 100_000
MOST_COLUMNS = 200
DELIMITERS = ",;\t"

Row = tuple[int, Any]  # its number in the file, as people count, and what stands there


class UnreadableError(Exception):
    """The file as a whole cannot be read; says why."""


def rows_of(data: bytes, needed: set[str]) -> list[Row]:
    """All rows of a JSON list, or of CSV whose header has the columns `needed`. Raises UnreadableError."""
    if len(data) > MOST_BYTES:
        raise UnreadableError(_("The file is larger than %(most)d MB.") % {"most": MOST_BYTES // 2**20})
    text = decoded(data)
    rows = list(from_json(text) if text.lstrip()[:1] in {"[", "{"} else from_csv(text, needed))
    if len(rows) > MOST_ROWS:
        raise UnreadableError(_("The file has more than %(most)d rows.") % {"most": MOST_ROWS})
    if not rows:
        raise UnreadableError(_("The file has no rows."))
    return rows


def decoded(data: bytes) -> str:
    """UTF-8 with or without a mark at its beginning, else Latin-1 as Windows writes it."""
    if b"\0" in data:
        raise UnreadableError(_("This is no text file."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def from_json(text: str) -> Iterator[Row]:
    try:
        must_be_shallow(text)
        rows = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(_("This is not the JSON we expect: %(why)s") % {"why": what_ails(error)}) from error
    if not isinstance(rows, list):
        raise UnreadableError(_("We expect a list of schools."))
    yield from enumerate(rows, start=1)


def what_ails(error: Exception) -> str:
    """Where it broke, without what stands there: that may be a person's name."""
    return f"{error.msg} ({error.lineno}:{error.colno})" if isinstance(error, json.JSONDecodeError) else str(error)


def from_csv(text: str, needed: set[str]) -> Iterator[Row]:
    """Each line by its header. A line with too few or too many cells is None: nobody knows which cell is which."""
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    lines = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = [name.strip() for name in next(lines, [])]
        must_have_header(header, needed)
        for cells in lines:
            if cells:
                yield lines.line_num, dict(zip(header, cells, strict=True)) if len(cells) == len(header) else None
    except csv.Error as error:
        raise UnreadableError(_("Line %(line)d is no CSV.") % {"line": lines.line_num}) from error


def must_have_header(header: list[str], needed: set[str]) -> None:
    if lacking := sorted(needed - set(header)):
        raise UnreadableError(_("The column “%(name)s” is missing.") % {"name": lacking[0]})
    if len(header) > MOST_COLUMNS or len(set(header)) < len(header):
        raise UnreadableError(_("The first line does not name each column once."))
