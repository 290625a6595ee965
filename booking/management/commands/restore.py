from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from booking.archive.manifest import Refused, secret_differs
from booking.archive.restore import restore


class Command(BaseCommand):
    help = "Bring an archive of `backup` back into an empty database and media folder; sending stays paused."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            manifest = restore(file.absolute(), timezone.now())
        except (Refused, OSError, DatabaseError) as error:
            raise CommandError(f"Nothing was restored. {error}") from error
        self.stdout.write(f"Restored as of {manifest.made_at}: {manifest.rows} rows, {len(manifest.media)} files.")
        for sentence in secret_differs(manifest):
            self.stderr.write(sentence)
        self.stdout.write("No mail goes out before `manage.py resume_sending`; `--dry-run` shows what waits.")
