"""Which times a slot can have."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from schools.schooldays import local_day

Errors = Iterable[tuple[str, tuple[str, Any]]]


def impossible_times(starts_at: datetime, ends_at: datetime) -> Errors:
    """What is wrong with a beginning and an end, as the name of the field with code and text."""
    if ends_at <= starts_at:
        yield "ends_at", ("too_early", _("The end must come after the beginning."))
    elif local_day(starts_at) != local_day(ends_at):
        yield "ends_at", ("other_day", _("A date begins and ends on the same day."))
