from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from booking.demo.load import is_loaded, load
from booking.models import Booking
from workshops.models import Slot


class Command(BaseCommand):
    help = "Load demo data: invented people, offers and visits around today. A second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--size", choices=["small", "region", "state"], default="small")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, size: str, seed: int, **options: Any) -> None:
        if size != "small":
            raise CommandError(f"The size “{size}” is not built yet; --size small is.")
        if is_loaded():
            self.stdout.write("The demo data are there already; nothing was changed.")
            return
        load(seed=seed, now=timezone.now())
        self.stdout.write(f"Loaded {Slot.objects.count()} dates and {Booking.objects.count()} bookings.")
