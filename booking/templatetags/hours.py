"""Time as people add it up."""

from django import template

register = template.Library()


@register.filter
def hours(minutes: int | None) -> str:
    """7:30 for 450 minutes."""
    return f"{minutes // 60}:{minutes % 60:02}" if minutes is not None else ""
