"""`send_due --loop`: a sender that stays, so that a dead broker delays no sign-in code."""

from __future__ import annotations

import logging
import signal
import time
from types import FrameType

from django.conf import settings
from django.db import InterfaceError, InternalError, OperationalError, connection
from django.utils import timezone

from booking.clock import heartbeat
from booking.messages.outbox import CHANNEL
from booking.messages.sending import send_due

log = logging.getLogger(__name__)

LOST = (OperationalError, InterfaceError, InternalError)
PAUSE = 1.0  # seconds until the next try to reach a lost database


class Goodbye(Exception):
    """Asked to go while nothing is at hand."""


class Loop:
    """Sends what is due, waits for a NOTIFY or a tick, and begins again, until SIGTERM or SIGINT.

    A mail that is just being sent is finished; what else was claimed is given back. A lost database is waited for.
    """

    def __init__(self) -> None:
        self.ending = self.waiting = False

    def run(self) -> None:
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self.end)
        while not self.ending:
            heartbeat.show()
            try:
                self.round()
            except Goodbye:
                break
            except LOST as error:
                log.warning("The database is away: %s", error)
                connection.close()
                self.rest(PAUSE)
        connection.close()

    def end(self, number: int, frame: FrameType | None) -> None:
        self.ending = True
        if self.waiting:
            raise Goodbye

    def round(self) -> None:
        """Listen before looking, so that nothing falls between the two. Raises what a lost database raises."""
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")
        send_due(timezone.now(), stop=lambda: self.ending)
        self.listen(settings.OUTBOX_TICK_SECONDS)

    def listen(self, seconds: float) -> None:
        """Return at the first NOTIFY, or after `seconds`."""
        line = connection.connection
        self.waiting = True
        try:
            if not self.ending:
                with connection.wrap_database_errors:
                    for _note in line.notifies(timeout=seconds, stop_after=1):
                        pass
        finally:
            self.waiting = False

    def rest(self, seconds: float) -> None:
        self.waiting = True
        try:
            if not self.ending:
                time.sleep(seconds)
        except Goodbye:
            pass
        finally:
            self.waiting = False
