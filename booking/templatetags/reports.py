"""Figures as people read them."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from booking.reports import labels
from booking.reports.places import Places
from booking.reports.question import GROUPINGS

register = template.Library()


@register.filter
def figure(value: Any) -> str | SafeString:
    """1.284 or 82,67 in the language of the page; what is withheld is a dot that says so."""
    if value is None:
        return format_html('<span aria-hidden="true">·</span><span class="hidden-visually">{}</span>', _("withheld"))
    return number_format(value, 2 if isinstance(value, float) else 0, use_l10n=True, force_grouping=True)


@register.filter
def whole(value: Any) -> str | SafeString:
    """Hours at a glance, without decimals; half an hour is rounded up."""
    return figure(None if value is None else int(0.5 + value))


@register.filter
def grouping(name: str) -> str:
    return str(GROUPINGS[name])


@register.filter
def add_to(value: float, more: int) -> float:
    return round(value + more, 1)


@register.filter
def girls_percent(total: dict[str, Any]) -> int | None:
    """Of those whose gender was stated; nothing where that is withheld."""
    numbers: list[Any] = [total["participations"][name] for name in ("f", "m", "d")]
    if None in numbers or not sum(numbers):
        return None
    return int(0.5 + 100 * numbers[0] / sum(numbers))


@register.filter
def no_show_percent(total: dict[str, Any]) -> int | None:
    """Of the visits that were to take place."""
    numbers: list[Any] = [total["no_shows"], total["sessions"]]
    if None in numbers or not sum(numbers):
        return None
    return int(0.5 + 100 * numbers[0] / sum(numbers))


@register.filter
def used_percent(places: dict[str, Any] | None) -> int | None:
    """Of the places offered, as on the first page."""
    return Places(places["offered"], places["used"]).whole if places else None


@register.filter
def signed(value: float) -> str:
    """+2 or −1,50: how much more or less it would be."""
    return f"{'+' if value > 0 else '−'}{figure(abs(value))}"


@register.filter
def narrowed_by(found: dict[str, Any]) -> list[tuple[str, str]]:
    """What narrows the report, in words. A query for each house, workshop and pot."""
    return [(str(GROUPINGS[name]), word) for name, word in labels.chosen(found["filters"]).items()]
