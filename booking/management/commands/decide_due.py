from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from booking.clock import due
from booking.management.moments import moment


class Command(BaseCommand):
    help = "Decide what time decides: expiries, offers, requests for missing numbers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--now", type=moment, metavar="ISO", help="as if it were then, for example 2027-05-11T08:00"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        done = due.decide_due(options["now"] or timezone.now())
        self.stdout.write(", ".join(f"{what}: {count}" for what, count in done.items()))
