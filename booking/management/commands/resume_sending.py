from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from booking.management.moments import moment
from booking.messages.pausing import Backlog, backlog, drop_before, resume


class Command(BaseCommand):
    help = "Show the mails that wait, then let them go: the operator's word after a restore."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only show what waits")
        parser.add_argument(
            "--drop-before",
            type=moment,
            metavar="ISO",
            help="give up what was due before then, for example because the lost server still sent it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now: datetime = timezone.now()
        if options["drop_before"] and not options["dry_run"]:
            self.stdout.write(f"Given up, due before: {drop_before(options['drop_before'])}")
        self.show(backlog(now))
        if options["dry_run"]:
            self.stdout.write("Nothing was changed.")
        else:
            self.stdout.write("Mails go out again." if resume() else "Sending was not paused.")

    def show(self, waiting: Backlog) -> None:
        count = waiting.kinds.total()
        since = f", the oldest since {timezone.localtime(waiting.oldest):%Y-%m-%d %H:%M}" if waiting.oldest else ""
        self.stdout.write(f"Mails that wait: {count}{since}")
        for kind, number in waiting.kinds.most_common():
            self.stdout.write(f"  {kind}: {number}")
        for reason, number in waiting.out_of_date.most_common():
            self.stdout.write(f"Of these out of date, to be dropped ({reason}): {number}")
