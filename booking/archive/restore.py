"""One file → an installation, in an empty place, whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from psycopg.sql import SQL, Identifier

from booking.archive import tables
from booking.archive.manifest import BLOCK, Manifest, Part, Refused, digest, open_archive, read_manifest, verify
from booking.messages.pausing import pause

HALF = ".restoring"
WHY = "restored from an archive"


def restore(path: Path, now: datetime) -> Manifest:
    """Bring back what `backup` wrote, and pause sending. Raises Refused before anything is touched, or OSError.

    Tables may be made and made again while they are empty; the rows come in one transaction, and the media move to
    their place just before its end. Whoever pulls the plug finds an empty place, or a complete one.
    """
    with open_archive(path) as archive:
        manifest = read_manifest(archive)
        must_be_known(manifest)
        must_be_empty(manifest)
        verify(archive, manifest)
        with unpacked(archive, manifest) as media:
            take_time()
            make_tables(manifest)
            load(archive, manifest, media, now)
    catch_up(now)
    return manifest


def must_be_known(manifest: Manifest) -> None:
    known = set(MigrationLoader(None).disk_migrations)
    if strange := [f"{app} {name}" for app, name in manifest.migrations if (app, name) not in known]:
        raise Refused(
            f"The archive was made by version {manifest.version}, newer than this program ({settings.VERSION}): "
            f"it has {', '.join(strange[:3])}. Upgrade the program, then restore."
        )


def must_be_empty(manifest: Manifest) -> None:
    """Nothing is ever overwritten. Media that lie there already, byte for byte, are those of an earlier try."""
    if strangers := tables.all_tables() - tables.ours():
        raise Refused(f"The database holds tables of another program: {', '.join(sorted(strangers)[:5])}.")
    if full := [table for table in tables.filled() if table != "booking_pause"]:
        raise Refused(f"The database is not empty: {', '.join(full[:5])}. Restore into an empty one.")
    expected = {part.path: part.sha256 for part in manifest.media}
    for path in visible(Path(settings.MEDIA_ROOT)):
        with path.open("rb") as stream:
            if expected.get(path.relative_to(settings.MEDIA_ROOT).as_posix()) != digest(stream):
                raise Refused(f"The media folder is not empty: {path}. Restore into an empty one.")


def visible(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*")):
        hidden = any(step.startswith(".") for step in path.relative_to(root).parts)
        if path.is_file() and not hidden:
            yield path


@contextmanager
def unpacked(archive: ZipFile, manifest: Manifest) -> Iterator[Path]:
    """The media in a hidden folder beside their place; it is gone at the end, whatever happens."""
    half = Path(settings.MEDIA_ROOT) / HALF
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    try:
        for part in manifest.media:
            unpack(archive, part, half / part.path)
        yield half
    finally:
        shutil.rmtree(half, ignore_errors=True)


def unpack(archive: ZipFile, part: Part, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(part.name) as stream, target.open("wb") as out:
        shutil.copyfileobj(stream, out, BLOCK)
        out.flush()
        os.fsync(out.fileno())


def settle(media: Path) -> None:
    """Each file to its place by one rename."""
    for path in sorted(media.rglob("*")):
        target = media.parent / path.relative_to(media)
        if path.is_dir():
            target.mkdir(exist_ok=True)
        else:
            path.replace(target)


def take_time() -> None:
    with connection.cursor() as sql:
        sql.execute("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0")


def make_tables(manifest: Manifest) -> None:
    """The schema of the archive's day. Not in one transaction, for some migrations refuse that."""
    wanted = {(app, name) for app, name in manifest.migrations}
    if set(MigrationRecorder(connection).applied_migrations()) == wanted:
        return
    with transaction.atomic():
        lock(manifest)
        tables.drop(tables.ours())
    executor = MigrationExecutor(connection)
    children = {key: executor.loader.graph.node_map[key].children for key in wanted}
    inside = {key: {child.key for child in children[key] if child.key[0] == key[0]} for key in wanted}
    executor.migrate(sorted(key for key in wanted if not inside[key] & wanted))


def lock(manifest: Manifest) -> None:
    """Keep everybody out of all tables until the end of the transaction. Raises Refused if somebody was quicker."""
    with connection.cursor() as sql:
        if there := tables.ours():
            sql.execute(SQL("LOCK TABLE {}").format(SQL(", ").join(map(Identifier, sorted(there)))))
    must_be_empty(manifest)


@transaction.atomic
def load(archive: ZipFile, manifest: Manifest, media: Path, now: datetime) -> None:
    """All rows, then all files. Locks every table."""
    lock(manifest)
    with connection.cursor() as sql:
        if filled := [part.table for part in manifest.tables]:
            sql.execute(SQL("TRUNCATE {} CASCADE").format(SQL(", ").join(map(Identifier, filled))))
        for part in manifest.tables:
            copy_in(archive, part)
        sql.execute("SET CONSTRAINTS ALL IMMEDIATE")
    tables.advance(manifest.sequences)
    if "booking_pause" in tables.all_tables():
        pause(now, WHY)
    settle(media)


def copy_in(archive: ZipFile, part: Part) -> None:
    statement = tables.copy(part.table, part.columns, "FROM STDIN")
    with archive.open(part.name) as stream, connection.cursor() as sql, sql.copy(statement) as copy:
        while block := stream.read(BLOCK):
            copy.write(block)


def catch_up(now: datetime) -> None:
    """Bring the tables of an older version up to ours. What stops here is complete, and `migrate` goes on with it."""
    ContentType.objects.clear_cache()
    call_command("migrate", verbosity=0, interactive=False)
    pause(now, WHY)
