from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from booking.audit import breaches


class Command(BaseCommand):
    help = "Check every promise about the data; print each breach; exit 0 only when there is none. Changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for breach in breaches(timezone.now()):
            self.stdout.write(str(breach))
            found += 1
        if found:
            raise CommandError(f"Breaches: {found}")
        self.stdout.write("Clean.")
