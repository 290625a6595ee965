from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from booking.clock import retention


class Command(BaseCommand):
    help = "Forget what the house keeps for a time only; print how many of each. Beat does it each hour."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        now = timezone.now()
        counts = retention.expired(now) if dry_run else retention.erase_expired(now)
        for what, count in counts.items():
            self.stdout.write(f"{what}: {count}")
        if dry_run:
            self.stdout.write("Nothing was changed.")
