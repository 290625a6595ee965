from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.utils import timezone

from schools.registers import SOURCES
from schools.registers.files import MOST_BYTES, UnreadableError
from schools.registers.importing import Plan, TooManyGoneError, import_schools, preview
from schools.registers.reading import Reading
from schools.schooldays import local_day


class Command(BaseCommand):
    help = "Bring the schools up to date with a register's file. Nothing is deleted; what was set by hand stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", choices=sorted(SOURCES), help="sn: Sächsische Schuldatenbank, JSON or CSV")
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="show what would change, write nothing")
        parser.add_argument("--force", action="store_true", help="also when more than a fifth of a district closes")

    @no_translations
    def handle(self, *args: Any, source: str, file: Path, dry_run: bool, force: bool, **options: Any) -> None:
        reading = read(source, file)
        if dry_run:
            plan = preview(source, reading)
            self.tell_created(plan)
            self.tell(plan, reading)
            if plan.too_many and not force:
                raise CommandError(refusal(" ".join(plan.too_many)))
            return
        try:
            plan = import_schools(source, reading, today=local_day(timezone.now()), force=force)
        except TooManyGoneError as error:
            raise CommandError(refusal(str(error))) from error
        self.tell(plan, reading)

    def tell_created(self, plan: Plan) -> None:
        for school in plan.created:
            self.stdout.write(f"+ {school}")

    def tell(self, plan: Plan, reading: Reading) -> None:
        for difference in plan.changed:
            self.stdout.write(f"~ {difference}")
        for school in plan.closed:
            self.stdout.write(f"- {school}: closed")
        for remark in reading.remarks:
            self.stdout.write(f"row {remark.row}: {remark.why}")
        for remark in reading.skipped:
            self.stdout.write(f"row {remark.row}: skipped: {remark.why}")
        for name, number in (plan.counts | {"skipped": len(reading.skipped)}).items():
            self.stdout.write(f"{name}: {number}")


def read(source: str, file: Path) -> Reading:
    """The file's schools. Raises CommandError when nothing could be read."""
    try:
        with file.open("rb") as stream:
            reading = SOURCES[source](stream.read(MOST_BYTES + 1))
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from error
    except UnreadableError as error:
        raise CommandError(f"{file}: {error}") from error
    if not reading.entries:
        reasons = "; ".join(f"row {remark.row}: {remark.why}" for remark in reading.skipped[:5])
        raise CommandError(f"{file}: no school could be read. {reasons}")
    return reading


def refusal(why: str) -> str:
    return f"{why} Nothing was written: is the file whole? If these schools are really closed, use --force."
