"""Tags for what a template include would do clumsily."""

from collections.abc import Iterable

from django import template
from django.forms import BaseForm, BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

register = template.Library()

# Word, sign and tone of a booking's state; a colour alone never says it.
BADGES = {
    "requested": (_("Requested"), "hourglass", "wait"),
    "confirmed": (_("Confirmed"), "check-circle", "good"),
    "declined": (_("Declined"), "minus-circle", "gone"),
    "waitlisted": (_("Waiting list"), "queue", "wait"),
    "offered": (_("A place is free: please answer"), "bell", "ask"),
    "expired": (pgettext_lazy("booking", "Expired"), "off", "gone"),
    "attended": (_("Took part"), "done", "good"),
    "no_show": (_("Did not come"), "absent", "bad"),
    "cancelled": (_("Cancelled"), "x-circle", "gone"),
    "cancelled_by_school": (_("Cancelled by the school"), "x-circle", "gone"),
    "cancelled_by_you": (_("Cancelled by you"), "x-circle", "gone"),
    "cancelled_by_provider": (_("Cancelled by the organiser"), "x-circle", "bad"),
}
PICTURES = ("druck", "energie", "kalt", "mikro", "waerme", "robotik", "leer")


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """A line icon of sprite.svg, hidden from readers; `size` is "" or "large"."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        size,
        static("sprite.svg"),
        name,
    )


def drawn(name: str) -> str:
    return name if name in PICTURES else "robotik"


@register.simple_tag
def picture(name: str) -> SafeString:
    """The paper cut-out of a discipline, 2:1, purely decorative.

    An unknown or empty name shows the robot: a workshop is never without a picture.
    """
    name = drawn(name)
    return format_html(
        '<svg class="picture {}" viewBox="0 0 400 200" preserveAspectRatio="xMidYMid slice" '
        'aria-hidden="true"><use href="{}#{}"></use></svg>',
        name,
        static("pictures.svg"),
        name,
    )


@register.filter
def wrong(form: BaseForm, names: str) -> bool:
    """Whether one of the fields with these names has an error: the step that holds them says so."""
    return not form.errors.keys().isdisjoint(names.split())


@register.filter
def any_wrong(fields: Iterable[BoundField]) -> bool:
    """The same of fields that a step takes one by one."""
    return any(field.errors for field in fields)


@register.inclusion_tag("parts/badge.html")
def badge(state: str, place: int | None = None, by: str = "", viewer: str = "") -> dict[str, object]:
    """The state of a booking as word, sign and colour.

    `place` is the place on the waiting list, `by` says who cancelled ("school" or
    "provider"), `viewer` is "school" where the reader's own school is meant.
    """
    if state == "cancelled" and by:
        state = "cancelled_by_you" if by == viewer == "school" else f"cancelled_by_{by}"
    word, sign, tone = BADGES[state]
    return {"word": word, "sign": sign, "tone": tone, "place": place if state == "waitlisted" else None}
