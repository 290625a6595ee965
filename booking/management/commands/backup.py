from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from booking.archive.backup import backup
from booking.archive.manifest import Refused


class Command(BaseCommand):
    help = "Write database and media into one archive that only its owner may read; people go on working meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a new file, for example /data/backups/2027-05-11.zip")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            manifest, lost = backup(file.absolute(), timezone.now())
        except (Refused, OSError) as error:
            raise CommandError(f"No archive was written. {error}") from error
        self.stdout.write(f"{file}: {manifest.rows} rows, {len(manifest.media)} files, {file.stat().st_size} bytes.")
        if lost:
            self.stderr.write(f"Not found, so not in the archive: {', '.join(sorted(lost)[:20])}")
