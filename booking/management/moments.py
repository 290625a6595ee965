from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import datetime

from django.utils import timezone


def moment(text: str) -> datetime:
    """An instant in ISO 8601; without an offset it is local time. Raises ArgumentTypeError."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no moment; for example 2027-05-11T08:00") from error
    return at if timezone.is_aware(at) else timezone.make_aware(at)
