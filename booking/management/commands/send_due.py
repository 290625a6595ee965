from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from booking.management.moments import moment
from booking.messages.loop import Loop
from booking.messages.sending import send_due


class Command(BaseCommand):
    help = "Send the messages that are due."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--now", type=moment, metavar="ISO", help="as if it were then, for example 2027-05-11T08:00"
        )
        parser.add_argument(
            "--loop", action="store_true", help="stay, and wake when a code is owed or a tick has passed"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["loop"]:
            Loop().run()
            return
        done = send_due(options["now"] or timezone.now())
        self.stdout.write(", ".join(f"{what}: {count}" for what, count in sorted(done.items())) or "nothing is due")
