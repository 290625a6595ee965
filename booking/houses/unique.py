"""An address or a code that only one may have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction

from booking.errors import FieldErrors


@contextmanager
def refused_if_taken(column: str, text: Any) -> Iterator[None]:
    """Raises FieldErrors with `text` where what is stored inside has a value of `column` that another row has, be it
    since a moment."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if column not in str(error):
            raise
        raise FieldErrors({column: ("taken", text)}) from error
