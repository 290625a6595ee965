"""Installations beside the tests' own: an empty database and a folder, on the same server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import connection

from booking.archive import tables
from config.engines import Engines
from tests.settings import HOME

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Place:
    database: str
    home: Path
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def media(self) -> Path:
        return self.home / "media"

    @property
    def env(self) -> dict[str, str]:
        return {
            **os.environ,
            "TESTING": "1",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": settings.SECRET_KEY,
            "DATA_DIR": str(self.home),
            "DATABASE_URL": Engines(HOME).database_url.replace("/booking?", f"/{self.database}?"),
            **self.extra,
        }

    def start(self, *arguments: str, before=None) -> subprocess.Popen[str]:
        """`manage.py` as a process of its own."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.Popen(
            command, cwd=ROOT, env=self.env, text=True, stdout=-1, stderr=subprocess.STDOUT, preexec_fn=before
        )

    @contextmanager
    def inside(self) -> Iterator[None]:
        """This process works in that place for a while."""
        before = connection.settings_dict["NAME"], settings.MEDIA_ROOT
        connection.close()
        connection.settings_dict["NAME"], settings.MEDIA_ROOT = self.database, self.media
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"], settings.MEDIA_ROOT = before

    def filled(self) -> list[str]:
        with self.inside():
            return tables.filled()


@contextmanager
def empty_place(home: Path, name: str, template: str = "ready") -> Iterator[Place]:
    """Migrated and without a row, as a fresh installation is; with the template "template0" not even that."""
    database = f"{connection.settings_dict['NAME']}_{name}"
    with connection.cursor() as sql:
        sql.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        sql.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
    try:
        yield Place(database, home)
    finally:
        with connection.cursor() as sql:
            sql.execute(f'DROP DATABASE "{database}" WITH (FORCE)')


def contents() -> dict[str, tuple[int, str]]:
    """Each table that an archive keeps: how many rows, and a digest of all of them."""
    found = {}
    with connection.cursor() as sql:
        for table in tables.kept():
            sql.execute(f"SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t")
            found[table] = sql.fetchone()
    return found
