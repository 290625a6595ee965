"""Keys of a report that stay, and the words for them in the language that is active."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from booking.reports.figures import Row
from schools.dates import day
from schools.districts import district_name
from schools.models import Country, School
from schools.sorting import sort_key
from workshops.chips import districts
from workshops.models import FundingPot, Partner, Workshop

TABLES: dict[str, tuple[Any, str, str]] = {
    "partner": (Partner, "slug", "name"),
    "workshop": (Workshop, "slug", "title"),
    "funding_pot": (FundingPot, "code", "name"),
}


def named(group_by: str, rows: list[Row]) -> list[Row]:
    """The rows with stable keys and words, in the order in which people look for them. At most one query."""
    names = (
        {one["key"]: name_of(group_by, one["key"]) for one in rows}
        if group_by not in TABLES
        else looked_up(group_by, [one["key"] for one in rows])
    )
    for one in rows:
        one["key"], one["label"] = names[one["key"]]
    return sorted(rows, key=lambda one: order_of(group_by, one))


def looked_up(group_by: str, keys: Iterable[Any]) -> dict[Any, tuple[str, str]]:
    model, key, name = TABLES[group_by]
    found = model.objects.filter(pk__in=[one for one in keys if one is not None]).only(key, name)
    return {None: ("", _("no funding pot"))} | {one.pk: (getattr(one, key), str(getattr(one, name))) for one in found}


def name_of(group_by: str, key: Any) -> tuple[str, str]:
    if isinstance(key, date):
        return f"{key:%Y-%m}", day(key, "month")
    return key, word_for(group_by, key)


def word_for(name: str, key: str) -> str:
    """A key that stands in no table, in words."""
    if name == "district":
        return districts().get(key) or district_name(key) or _("district not known")
    if name == "country":
        return str(dict(Country.choices).get(key, key))
    if name == "school_type":
        return str(dict(School.Kind.choices).get(key, key))
    return _("several grades") if key == "mixed" else _("Grade %(grades)s") % {"grades": key}


def order_of(group_by: str, one: Row) -> tuple[Any, ...]:
    """Months and grades by their number, all else as in a register; what has no key comes last."""
    if group_by == "grade":
        return (one["key"] == "mixed", len(one["key"]), one["key"])
    if group_by == "month":
        return (one["key"],)
    return (one["key"] == "", sort_key(one["label"]), one["key"])


def chosen(filters: dict[str, str]) -> dict[str, str]:
    """The words for what narrows a report."""
    return {name: chosen_word(name, key) for name, key in filters.items()}


def chosen_word(name: str, key: str) -> str:
    if name not in TABLES:
        return word_for(name, key)
    model, field, label = TABLES[name]
    found = model.objects.filter(**{field: key}).only(label).first()
    return str(getattr(found, label)) if found else key
