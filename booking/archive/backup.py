"""An installation → one file, while people work."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from booking.archive import tables
from booking.archive.manifest import BLOCK, MEDIA, NAME, TABLES, Manifest, Part, Refused, key_print

SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
WRITTEN = "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'postgres'"


def backup(path: Path, now: datetime) -> tuple[Manifest, set[str]]:
    """Write everything as it is at one moment; returns the manifest and the media that rows name but nobody finds.

    The file appears under its name when it is whole, readable by its owner only. Raises Refused, OSError.
    """
    if path.exists():
        raise Refused(f"{path} exists already; an archive overwrites nothing.")
    with new_file(path) as out, ZipFile(out, "w", ZIP_DEFLATED) as archive, one_moment():
        parts = [*pack_media(archive), *pack_tables(archive)]
        lost = tables.files_named() - {part.path for part in parts}
        manifest = describe(parts, now)
        archive.writestr(NAME, manifest.text())
    return manifest, lost


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    number, half = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".half", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(number, "w+b") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        Path(half).rename(path)
    finally:
        Path(half).unlink(missing_ok=True)


@contextmanager
def one_moment() -> Iterator[None]:
    """Whatever people change meanwhile, every question is answered as of now."""
    with transaction.atomic(), connection.cursor() as sql:
        sql.execute(SNAPSHOT)
        sql.execute(f"{tables.PATIENT}; {WRITTEN}")
        yield


def pack_media(archive: ZipFile) -> Iterator[Part]:
    """Files as they are; one that is taken away meanwhile is not missed. Hidden ones are not ours."""
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        if any(step.startswith(".") for step in name.parts) or path.is_symlink() or not path.is_file():
            continue
        try:
            stream = path.open("rb")
        except FileNotFoundError:
            continue
        with stream:
            yield pack(archive, MEDIA + name.as_posix(), partial(pour, stream), ZIP_STORED)


def pour(stream: IO[bytes], out: Callable[[bytes], object]) -> int:
    while block := stream.read(BLOCK):
        out(block)
    return 0


def pack_tables(archive: ZipFile) -> Iterator[Part]:
    for table, names in tables.kept().items():
        write = copy_out(table, names)
        yield pack(archive, f"{TABLES}{table}.copy", write, ZIP_DEFLATED, names)


def copy_out(table: str, names: list[str]) -> Callable[[Callable[[bytes], object]], int]:
    def write(out: Callable[[bytes], object]) -> int:
        with connection.cursor() as sql:
            with sql.copy(tables.copy(table, names, "TO STDOUT")) as blocks:
                for block in blocks:
                    out(bytes(block))
            return int(sql.rowcount)

    return write


def pack(
    archive: ZipFile,
    name: str,
    write: Callable[[Callable[[bytes], object]], int],
    how: int,
    columns: list[str] | None = None,
) -> Part:
    """Let `write` pour a part into the archive; it returns the number of rows."""
    seen, size = hashlib.sha256(), 0
    info = ZipInfo(name)
    info.compress_type = how
    with archive.open(info, "w", force_zip64=True) as stream:

        def out(block: bytes) -> None:
            nonlocal size
            seen.update(block)
            size += stream.write(block)

        rows = write(out)
    return Part(name, seen.hexdigest(), size, columns or [], rows)


def describe(parts: list[Part], now: datetime) -> Manifest:
    return Manifest(
        made_at=now.isoformat(timespec="seconds"),
        version=settings.VERSION,
        site_url=settings.SITE_URL,
        uid_host=settings.UID_HOST,
        key_print=key_print(),
        migrations=[list(key) for key in sorted(MigrationRecorder(connection).applied_migrations())],
        sequences=tables.sequences(),
        parts=parts,
    )
