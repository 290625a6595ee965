"""A database of its own with default durability, migrated, and the rows that bookings need."""

from __future__ import annotations

import os
import platform
import shutil
import signal
import subprocess
from importlib.metadata import version
from typing import Any, Self

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from accounts.models import User
from config.engines import Engines, postgres, stop
from schools.models import Membership, School
from tests import factories
from workshops.models import Slot

MOST = 32_000  # places of a slot that never fills


class House:
    def __enter__(self) -> Self:
        self.engines = Engines(settings.DATA_DIR)
        self.server = self.engines.start_postgres(durable=True, database=settings.DATABASES["default"]["NAME"])
        call_command("migrate", verbosity=0)
        self.workshop = factories.make_workshop(capacity=MOST, max_groups=MOST)
        self.teachers = [self.invite() for _ in range(40)]
        return self

    def __exit__(self, *exc: object) -> None:
        connection.close()
        stop(self.server, signal.SIGINT)
        shutil.rmtree(settings.DATA_DIR, ignore_errors=True)

    def invite(self) -> tuple[User, School]:
        user, school = factories.make_user(), factories.make_school()
        Membership.objects.create(user=user, school=school, role="teacher", state="confirmed")
        return user, school

    def open_slots(self, count: int, capacity: int = MOST) -> list[Slot]:
        """Slots as a view hands them to the rules: with workshop and partner."""
        made = [factories.make_slot(self.workshop, capacity=capacity).pk for _ in range(count)]
        return list(Slot.objects.with_facts().filter(pk__in=made))

    def facts(self) -> dict[str, Any]:
        program = subprocess.run([postgres("postgres"), "--version"], capture_output=True, text=True, check=True)
        return {
            "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}",
            "load before": os.getloadavg()[0],
            "python": platform.python_version(),
            "postgresql": program.stdout.strip(),
            **{name: version(name) for name in ("django", "djangorestframework", "psycopg", "gunicorn")},
        }
