"""Many rows at once: PostgreSQL's COPY, fed by what the models say of their columns."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
NOTHING = "\\N"


def plain(value: Any) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "t" if value else "f"
    return value.isoformat() if isinstance(value, datetime) else str(value).translate(ESCAPES)


def array(values: list[Any]) -> str:
    return "{" + ",".join(str(value) for value in values) + "}"


def as_json(value: Any) -> str:
    return json.dumps(value).translate(ESCAPES)


def encoder(field: models.Field[Any, Any]) -> Callable[[Any], str]:
    if isinstance(field, models.JSONField):
        return as_json
    return array if isinstance(field, ArrayField) else plain


def default_cell(field: models.Field[Any, Any]) -> str:
    value = field.get_default() if field.has_default() or not field.has_db_default() else field.db_default
    return NOTHING if value is None else encoder(field)(value)


class Table:
    """Collects rows of a model and copies them; what a row does not name takes the column's default.

    Keys are counted on from the highest one: nobody else may write while a table is open.
    """

    def __init__(self, model: type[models.Model]) -> None:
        meta = model._meta  # noqa: SLF001 (Django's own door to the columns)
        fields = [field for field in meta.concrete_fields if not field.generated]
        self.name, self.columns = meta.db_table, ", ".join(f'"{field.column}"' for field in fields)
        self.encoders = [(field.attname, encoder(field)) for field in fields]
        self.defaults = {field.attname: default_cell(field) for field in fields if not field.primary_key}
        self.lines: list[str] = []
        self.last: int = model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0  # noqa: SLF001 (the same)

    def add(self, **row: Any) -> int:
        """One more row; returns its key."""
        self.last += 1
        row["id"] = self.last
        cells = [encode(row[name]) if name in row else self.defaults[name] for name, encode in self.encoders]
        self.lines.append("\t".join(cells))
        return self.last

    def flush(self) -> None:
        """Copy what was collected, and let the sequence go on behind it."""
        if not self.lines:
            return
        with connection.cursor() as cursor:
            with cursor.copy(f"COPY {self.name} ({self.columns}) FROM STDIN") as copy:
                copy.write("\n".join(self.lines) + "\n")
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [self.name, self.last])
        self.lines.clear()
