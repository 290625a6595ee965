"""What a report is asked: a period and what narrows it, and by what it is grouped. A value that can be kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

FILTERS = ("partner", "workshop", "funding_pot", "district", "country", "school_type", "grade")
GROUPINGS = {
    "month": _("Month"),
    "workshop": _("Workshop"),
    "partner": _("House"),
    "funding_pot": _("Funding pot"),
    "district": _("District"),
    "country": _("Country"),
    "school_type": _("School type"),
    "grade": _("Grade"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """Local days, both included. Filters are stable keys (slug, code, `mixed`), empty where nothing is narrowed."""

    first: date
    last: date
    group_by: str = "month"
    partner: str = ""
    workshop: str = ""
    funding_pot: str = ""
    district: str = ""
    country: str = ""
    school_type: str = ""
    grade: str = ""

    @property
    def filters(self) -> dict[str, str]:
        """Those that narrow."""
        return {name: value for name in FILTERS if (value := getattr(self, name))}

    @property
    def query(self) -> dict[str, str]:
        """As it stands in an address, and as it is kept."""
        period = {"from": self.first.isoformat(), "to": self.last.isoformat(), "group_by": self.group_by}
        return period | self.filters

    @classmethod
    def of(cls, query: dict[str, Any]) -> Self:
        """The question that was kept."""
        kept = dict(query)
        first, last = (date.fromisoformat(kept.pop(name)) for name in ("from", "to"))
        return cls(first, last, **kept)
