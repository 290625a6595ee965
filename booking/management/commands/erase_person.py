from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from booking.privacy.erasing import StillNeeded, erase


class Command(BaseCommand):
    help = "Delete the data of whoever has this address, with an account or without; print how many rows of each."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        try:
            done = erase(email.strip(), now=timezone.now())
        except StillNeeded as refusal:
            raise CommandError("\n".join(refusal.reasons)) from refusal
        for what, count in done.items():
            self.stdout.write(f"{what}: {count}")
