"""The tables of this installation, asked of the database itself, so that it works at any state of the migrations."""

from __future__ import annotations

from django.apps import apps
from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from psycopg.sql import SQL, Composed, Identifier

# Of no use elsewhere: who is signed in (people sign in again), what can be computed again, who tried how often.
LEFT_OUT = {"django_session", "cache", "accounts_tally"}
# Made by `migrate`, so they may stand in an empty place.
MADE_BY_MIGRATE = {"django_migrations", "django_content_type", "auth_permission"}
PATIENT = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"

COLUMNS = """
    SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
      AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    GROUP BY c.relname
"""
SEQUENCES = """
    SELECT c.relname || '.' || a.attname, pg_get_serial_sequence(quote_ident(c.relname), a.attname)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0
      AND NOT a.attisdropped AND pg_get_serial_sequence(quote_ident(c.relname), a.attname) IS NOT NULL
"""
ROUTINES = """
    SELECT p.oid::regprocedure::text FROM pg_proc p
    WHERE p.pronamespace = current_schema()::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""


def ours() -> set[str]:
    """The tables of this program that exist."""
    return {*connection.introspection.django_table_names(only_existing=True), *LEFT_OUT, "django_migrations"} & {
        *all_tables()
    }


def all_tables() -> set[str]:
    return set(columns())


def columns() -> dict[str, list[str]]:
    """Each table with the columns that can be written: what is generated generates itself."""
    with connection.cursor() as sql:
        sql.execute(COLUMNS)
        return dict(sql.fetchall())


def kept() -> dict[str, list[str]]:
    """What goes into an archive."""
    wanted = ours() - LEFT_OUT - {"django_migrations"}
    return {table: names for table, names in sorted(columns().items()) if table in wanted}


def filled() -> list[str]:
    """The tables that hold something somebody would miss."""
    with connection.cursor() as sql:
        return [name for name in sorted(all_tables() - LEFT_OUT - MADE_BY_MIGRATE) if has_rows(sql, name)]


def has_rows(sql: CursorWrapper, table: str) -> bool:
    sql.execute(SQL("SELECT EXISTS (SELECT FROM {})").format(Identifier(table)))
    return bool(sql.fetchone()[0])


def sequences() -> dict[str, int]:
    """`table.column` → the last number given; those that gave none are not named."""
    with connection.cursor() as sql:
        sql.execute(SEQUENCES)
        found = dict(sql.fetchall())
        last = {}
        for column, name in found.items():
            sql.execute(f"SELECT last_value FROM {name} WHERE is_called")  # noqa: S608 (the name as PostgreSQL quotes it)
            if row := sql.fetchone():
                last[column] = row[0]
    return last


def advance(last: dict[str, int]) -> None:
    """No number that was given once is given again, not even that of a row that is gone: links sign numbers."""
    with connection.cursor() as sql:
        sql.execute(SEQUENCES)
        for column, name in sql.fetchall():
            if column in last:
                sql.execute("SELECT setval(%s::regclass, %s)", [name, last[column]])


def copy(table: str, names: list[str], direction: str) -> Composed:
    listed = SQL(", ").join(map(Identifier, names))
    return SQL("COPY {} ({}) " + direction).format(Identifier(table), listed)


def drop(tables: set[str]) -> None:
    """Take away empty tables and the functions that the migrations made; extensions stay."""
    with connection.cursor() as sql:
        if tables:
            sql.execute(SQL("DROP TABLE {} CASCADE").format(SQL(", ").join(map(Identifier, sorted(tables)))))
        sql.execute(ROUTINES)
        for (routine,) in sql.fetchall():
            sql.execute(f"DROP ROUTINE {routine} CASCADE")


def files_named() -> set[str]:
    """The media that rows speak of."""
    there = columns()
    found: set[str] = set()
    for model in apps.get_models():
        for field in model._meta.get_fields():  # noqa: SLF001 (Django's public way to ask a model for its fields)
            if isinstance(field, models.FileField) and field.column in there.get(model._meta.db_table, ()):  # noqa: SLF001 (same)
                found |= set(model._base_manager.exclude(**{field.name: ""}).values_list(field.name, flat=True))  # noqa: SLF001 (sees every row)
    return found - {""}
