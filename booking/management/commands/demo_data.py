from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from booking.demo.load import is_loaded, load
from booking.demo.sizes import SIZES, is_there, load_size
from booking.models import Booking
from workshops.models import Slot


class Command(BaseCommand):
    help = "Load demo data: invented people, offers and visits around today. A second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--size", choices=["small", *SIZES], default="small")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, size: str, seed: int, **options: Any) -> None:
        now = timezone.now()
        done = [self.small(seed, now), self.larger(size, seed, now)]
        if any(done):
            self.stdout.write(f"Loaded {Slot.objects.count()} dates and {Booking.objects.count()} bookings.")
        else:
            self.stdout.write("The demo data are there already; nothing was changed.")

    def small(self, seed: int, now: datetime) -> bool:
        if is_loaded():
            return False
        load(seed=seed, now=now)
        return True

    def larger(self, size: str, seed: int, now: datetime) -> bool:
        """Load what a larger size adds. Raises CommandError beside another one."""
        if size == "small" or is_there(size):
            return False
        if other := next((name for name in SIZES if is_there(name)), ""):
            raise CommandError(f"The size “{other}” is loaded; “{size}” needs a place of its own.")
        load_size(SIZES[size], seed=seed, now=now)
        return True
