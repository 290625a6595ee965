"""What a report that was frozen would say differently today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.reports.participation import Report

FIGURES: dict[str, Promise | str] = {
    "sessions": _("Visits"),
    "total": _("Participations"),
    "f": _("Girls"),
    "m": _("Boys"),
    "d": _("Diverse"),
    "unknown": _("Not stated"),
    "adults": _("Adults"),
    "contact_hours": _("Contact hours of 60 minutes"),
    "lesson_hours": _("Lessons of 45 minutes"),
    "schools": _("Schools that came"),
    "turned_away": _("Turned away"),
    "no_shows": _("Did not come"),
    "first_visits": _("First visits"),
    "places_percent": _("Offered places used"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    label: str
    figure: Promise | str
    frozen: float
    today: float

    @property
    def by(self) -> float:
        return round(self.today - self.frozen, 2)


def differences(frozen: Report, today: Report) -> list[Difference]:
    """Each figure that is another one today: of the total first, then of each part, which may be new or gone; then of
    the joint visits that others led."""
    found = between(by_key(frozen), by_key(today))
    if frozen["joint"]:
        found += between(by_key(frozen["joint"]), by_key(today["joint"]), str(_("Joint visits")) + ": ")
    return found


def between(then: dict[str, Any], now: dict[str, Any], block: str = "") -> list[Difference]:
    return [
        Difference(block + label_of(key, now, then), figure, was, is_now)
        for key in ("total", *sorted({*then, *now} - {"total"}))
        for name, figure in FIGURES.items()
        if (was := number(then.get(key), name)) != (is_now := number(now.get(key), name))
        if was is not None and is_now is not None
    ]


def by_key(found: Report) -> dict[str, Any]:
    places = found.get("places") or {}  # a report that was frozen early has none
    return {row["key"]: row for row in found["rows"]} | {
        "total": found["total"] | {"places_percent": places.get("percent")}
    }


def label_of(key: str, now: dict[str, Any], then: dict[str, Any]) -> str:
    """The word of today, else the one that was kept."""
    return str((now.get(key) or then[key])["label"])


def number(row: Any, name: str) -> float | None:
    """None where the report does not say it."""
    if row is None:
        return 0
    flat = row | row["participations"]
    return flat.get(name)  # type: ignore[no-any-return]  # of JSON
