"""Statements of the hot path: built once a process, prepared once a connection, then only filled in.

For what every booking or request asks, where building a statement costs more than running it. All else is asked in
the query language directly.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from inspect import signature
from types import SimpleNamespace
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from django.db.models import Model, QuerySet, Value
from django.utils.functional import Promise

Row = TypeVar("Row")


def prepared_cursor() -> CursorWrapper:
    """A cursor whose statements PostgreSQL parses and plans once a connection (see `prepare_threshold`).

    Their values travel beside them, so each must stand where its type is clear.
    """
    cursor: CursorWrapper = connection.cursor()
    cursor.cursor = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]  # its stub is of psycopg 2
    return cursor


@dataclass(frozen=True, slots=True)
class Blank:
    """Where a value goes that is said only when the question is asked."""

    name: str


class Question(Generic[Row]):
    """A query of which only values change: `build` gets what stands for them.

        OF_DAY = Question(lambda day: Slot.objects.with_facts().filter(day=day))
        OF_DAY.ask(day=today)

    A value may stand where the query language takes an expression: compared with a column, not in a list or a slice.
    A row of the database is said by its key.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self.build = build

    def ask(self, **values: Any) -> list[Row]:
        """The rows. One query."""
        sql, params = self.statement
        with prepared_cursor() as cursor:
            cursor.execute(sql, [values[one.name] if isinstance(one, Blank) else one for one in params])
            return self.read(cursor.fetchall())

    def one(self, **values: Any) -> Row | None:
        """The row, or None where there is none."""
        return next(iter(self.ask(**values)), None)

    @cached_property
    def queryset(self) -> Any:
        return self.build(**{name: Value(Blank(name)) for name in signature(self.build).parameters})

    @cached_property
    def compiler(self) -> Any:
        return self.queryset.query.get_compiler(connection=connection)

    @cached_property
    def statement(self) -> tuple[str, tuple[Any, ...]]:
        sql, params = self.compiler.as_sql()
        return sql, tuple(params)

    @cached_property
    def converters(self) -> Any:
        return self.compiler.get_converters([column for column, *_ in self.compiler.select])

    def read(self, found: list[Any]) -> list[Row]:
        """The objects that Django makes of rows: its own reader, beside a compiler that has been run already."""
        compiler = copy(self.compiler)
        compiler.connection = connection
        compiler.execute_sql = lambda *_, **__: [found]
        compiler.get_converters = lambda _: self.converters
        query = SimpleNamespace(get_compiler=lambda *_, **__: compiler)
        asked = SimpleNamespace(query=query, db=connection.alias, _known_related_objects={})
        return list(self.queryset._iterable_class(asked))  # noqa: SLF001 (models, tuples and values are read each in their way)


def insert(*rows: Model) -> None:
    """Insert new rows of one model as `bulk_create` does, by one statement that is the same for any number of them:
    they travel as one JSON value. Their keys and generated columns are filled in.
    """
    if not rows:
        return
    columns, back, sql = insertion(type(rows[0]))
    sent = [{field.column: field.pre_save(row, True) for field in columns} for row in rows]
    with prepared_cursor() as cursor:
        cursor.execute(sql, [json.dumps(sent, default=in_words)])
        for row, values in zip(rows, cursor.fetchall(), strict=True):
            for field, value in zip(back, values, strict=True):
                setattr(row, field.attname, value)
            row._state.adding, row._state.db = False, connection.alias


@cache
def insertion(model: type[Model]) -> tuple[list[Any], list[Any], str]:
    """The columns that are written, those that come back, and the statement."""
    facts = model._meta  # noqa: SLF001 (documented, in spite of its name)
    back = [field for field in facts.local_concrete_fields if field.generated or field is facts.auto_field]
    columns = [field for field in facts.local_concrete_fields if field not in back]
    table, names = connection.ops.quote_name(facts.db_table), in_quotes(columns)
    rows = f"SELECT {names} FROM jsonb_populate_recordset(NULL::{table}, %s)"  # noqa: S608 (names of our own)
    return columns, back, f"INSERT INTO {table} ({names}) {rows} RETURNING {in_quotes(back)}"


def in_quotes(fields: list[Any]) -> str:
    return ", ".join(connection.ops.quote_name(field.column) for field in fields)


def in_words(value: object) -> str:
    """What PostgreSQL reads out of a text and JSON has no word for."""
    if isinstance(value, (datetime, UUID, Promise)):
        return str(value)
    raise TypeError(f"{value!r} cannot be sent")
