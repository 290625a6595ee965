"""A school with another address: what is to come to it follows, by whom the settings name, for schools do not know what
is booked."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

WHERE = {"name", "street", "postcode", "city", "lat", "lon"}  # what calendars show as the place


def follow(changed: Iterable[tuple[int, Iterable[str]]]) -> None:
    """Of schools with the columns that changed, each by its key, in the transaction that changes them."""
    if moved := [pk for pk, columns in changed if WHERE & set(columns)]:
        import_string(settings.SCHOOLS_FOLLOWER)(moved, timezone.now())
