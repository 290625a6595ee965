"""From the version before to this one with everything in it, and back for a day: what is added breaks nobody."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from accounts.actor import Actor
from booking import rules
from booking.archive import tables
from booking.models import Booking, Pause
from tests.factories import make_assignment, make_booking, make_slot, make_trainer, make_workshop
from tests.operating.places import empty_place

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.soak]
# What the version before had; apps that are not named are as they are now.
BEFORE = {"booking": "0007_mails_of_a_house", "workshops": "0003_all_disciplines"}


@pytest.fixture
def old(tmp_path):
    """A place with the tables of the version before."""
    with empty_place(tmp_path, "old", "template0") as place:
        with place.inside():
            executor = MigrationExecutor(connection)
            leaves = [key for key in executor.loader.graph.leaf_nodes() if key[0] not in BEFORE]
            MigrationExecutor(connection).migrate([*BEFORE.items(), *leaves])
        yield place


@pytest.fixture
def life():
    """A little of everything that the version before knew, as rows of text: table → columns and rows."""
    slot = make_slot(make_workshop(max_groups=3, capacity=60))
    make_assignment(slot, make_trainer(slot.workshop.partner, "tom"))
    booking = make_booking(slot)
    again = make_booking(slot, booking.owner, school=booking.school, group_name="7c")
    rules.cancel(again, by=Actor.person(booking.owner), now=timezone.now())
    make_booking(make_slot(make_workshop(booking_mode="request")))
    return slot


def written(columns: dict[str, list[str]]) -> dict[str, bytes]:
    """The rows of this database, only the columns that are named."""
    found = {}
    for table, names in columns.items():
        out = BytesIO()
        with connection.cursor() as sql, sql.copy(tables.copy(table, names, "TO STDOUT")) as blocks:
            for block in blocks:
                out.write(block)
        found[table] = out.getvalue()
    return found


def write(columns: dict[str, list[str]], rows: dict[str, bytes]) -> None:
    """As the version before writes: it does not know any other column."""
    with connection.cursor() as sql:
        sql.execute("BEGIN; SET CONSTRAINTS ALL DEFERRED")
        sql.execute(f"TRUNCATE {', '.join(columns)} CASCADE")
        for table, names in columns.items():
            with sql.copy(tables.copy(table, names, "FROM STDIN")) as copy:
                copy.write(rows[table])
        sql.execute("COMMIT")


DEMANDING = """
    SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
      AND a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''
"""


def test_no_new_column_asks_what_the_version_before_cannot_answer(old):
    """A column that may not be empty and is new needs a default of the database (`db_default`)."""
    with old.inside():
        known = tables.columns()
    with connection.cursor() as sql:
        sql.execute(DEMANDING)
        demanding = {row[0] for row in sql.fetchall()}

    new = {name for name in demanding if name.split(".")[0] in known}
    assert new - {f"{table}.{column}" for table, columns in known.items() for column in columns} == set()


def test_a_filled_database_goes_up_and_the_version_before_still_writes_into_it(old, life):
    with old.inside():
        columns = tables.kept()
    assert "booking_handover" not in columns
    rows = written(columns)

    with old.inside():
        write(columns, rows)
        call_command("migrate", verbosity=0)
        call_command("audit")
        assert Booking.objects.count() == 3
        assert written(columns) == rows

        write(columns, rows)
        call_command("audit")
        assert Booking.objects.count() == 3


def test_an_archive_of_the_version_before_comes_back_into_this_one(old, life, tmp_path):
    with old.inside():
        columns = tables.kept()
    rows = written(columns)
    with old.inside():
        write(columns, rows)
        call_command("backup", tmp_path / "old.zip")

    (tmp_path / "new").mkdir()
    with empty_place(tmp_path / "new", "new") as new, new.inside():
        call_command("restore", tmp_path / "old.zip")
        call_command("audit")
        del columns["booking_pause"]  # nothing goes out of what was restored
        assert written(columns) == {table: rows[table] for table in columns}
        assert Pause.objects.exists()


def test_a_migration_gives_up_waiting_for_a_lock(old):
    """Behind a migration that waits, everybody else waits, too."""
    with old.inside(), connection.cursor() as sql:
        sql.execute("BEGIN; LOCK TABLE workshops_partner IN SHARE MODE")  # somebody counts for long
        migrating = replace(old, extra={"LOCK_TIMEOUT_MS": "200"}).start("migrate", "--no-input")
        said = migrating.communicate(timeout=60)[0]
        sql.execute("ROLLBACK")

    assert migrating.returncode != 0
    assert "lock timeout" in said
