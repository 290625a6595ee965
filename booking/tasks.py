"""What Celery calls. A tick may be lost, doubled or late: the database knows what is due."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from booking.clock import due, heartbeat, retention
from booking.messages import sending


@shared_task
def send_due() -> None:
    """Send what is due."""
    heartbeat.show()
    sending.send_due(timezone.now())


@shared_task
def decide_due() -> None:
    """Decide what time decides."""
    due.decide_due(timezone.now())


@shared_task
def erase_expired() -> None:
    """Forget what the house keeps for a time only."""
    retention.erase_expired(timezone.now())
