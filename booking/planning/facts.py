"""The facts of a slot that organisers change, as plain values: what history keeps, forms compare and mails tell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.models import Model

from workshops.models import Slot

WHEN_AND_WHERE = ("starts_at", "ends_at", "venue")
FACTS = (
    *WHEN_AND_WHERE,
    "setup_minutes",
    "teardown_minutes",
    "capacity",
    "max_groups",
    "languages",
    "listed",
    "pot",
    "state",
)


def facts_of(slot: Slot) -> dict[str, Any]:
    """All facts as plain values. No query."""
    return {name: plain(fact(slot, name)) for name in FACTS}


def fact(slot: Slot, name: str) -> Any:
    """The value of one fact; of a row that it points to, the key."""
    return getattr(slot, f"{name}_id" if name in {"venue", "pot"} else name)


def plain(value: Any) -> Any:
    """As JSON keeps it: equal facts are equal values."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Model):
        return value.pk
    return sorted(value) if isinstance(value, list | tuple) else value


def differing(slot: Slot, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of `values` that the slot has not yet."""
    return {name: value for name, value in values.items() if plain(value) != plain(fact(slot, name))}
