"""A worker that hears nothing any more connects anew. Celery alone would wait for ever on a connection that a network
forgot without a word, and on a broker that stood still while a task was acknowledged."""

from __future__ import annotations

import time
from typing import Any

from celery import bootsteps, signals
from celery.worker import state
from django.conf import settings

SILENT_TICKS = 6  # beat calls at every tick; so many that are missing are no accident
SHORTEST = 5.0  # seconds


class Listening(bootsteps.StartStopStep):
    """Looks now and then when the last task came. While one is at work none is expected."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Any, **options: Any) -> None:
        super().__init__(consumer, **options)
        self.longest = max(SILENT_TICKS * settings.OUTBOX_TICK_SECONDS, SHORTEST)
        self.look_again: Any = None
        self.heard = 0.0
        signals.task_received.connect(self.hear)

    def hear(self, **signal: Any) -> None:
        self.heard = time.monotonic()

    def start(self, consumer: Any) -> None:
        self.hear()
        self.look_again = consumer.timer.call_repeatedly(self.longest / 4, self.look)

    def stop(self, consumer: Any) -> None:
        if self.look_again:
            self.look_again.cancel()

    def look(self) -> None:
        """Raises what Celery answers by connecting anew."""
        if state.reserved_requests:
            self.hear()
        silent = time.monotonic() - self.heard
        if silent > self.longest:
            raise ConnectionError(f"no task came for {silent:.0f} s")
