"""What cards and rows say about offers and their dates, in words."""

from collections.abc import Iterable
from typing import NamedTuple

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from config.templatetags.parts import drawn
from workshops import pictures
from workshops.models.slot import Slot
from workshops.models.workshop import Workshop
from workshops.vocabulary import BookingMode, Format, SpokenLanguage

register = template.Library()


class Vacancy(NamedTuple):
    """What is left in a slot: `kind` is free, few or full, `tone` its colour."""

    kind: str
    words: str
    tone: str


@register.filter
def vacancy(slot: Slot) -> Vacancy:
    """Free, how many places, or how many wait. The word is the same for who sees no colour."""
    if slot.booking_mode == BookingMode.WISH:
        return Vacancy("free", pgettext("slot", "by draw"), "info")
    if slot.groups_waiting:
        return Vacancy("full", _("Waiting list: %(groups)d") % {"groups": slot.groups_waiting}, "")
    if slot.is_full:
        return Vacancy("full", pgettext("slot", "waiting list"), "")
    if slot.places_taken:
        words = ngettext("%(left)d place", "%(left)d places", slot.places_left) % {"left": slot.places_left}
        return Vacancy("few", words, "wait")
    return Vacancy("free", pgettext("slot", "free"), "good")


@register.filter
def runs(numbers: Iterable[int]) -> str:
    """7, 8, 9, 11 as people write it: 7–9, 11."""
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in spans)


@register.filter
def facts(workshop: Workshop) -> list[tuple[str, str]]:
    """Grades, minutes, size and place as pairs of icon and words. Reads `venue`: select it with the list."""
    return [
        ("grade", _("Grade %(grades)s") % {"grades": runs(workshop.grades)}),
        ("clock", _("%(minutes)d min") % {"minutes": workshop.minutes}),
        ("people", _("up to %(pupils)d") % {"pupils": workshop.capacity}),
        place_of(workshop),
    ]


def place_of(workshop: Workshop) -> tuple[str, str]:
    if workshop.format == Format.ONLINE:
        return "globe", _("online")
    if workshop.is_mobile:
        return "van", comes_to_you(workshop.radius_km)
    return "pin", workshop.venue.name if workshop.venue else str(workshop.partner)


def comes_to_you(radius_km: int | None) -> str:
    if radius_km:
        return _("comes to you, up to %(km)d km") % {"km": radius_km}
    return _("comes to you")


@register.filter
def answer_time(workshop: Workshop) -> str:
    """How fast the answer comes. Reads `partner`: select it with the list."""
    if workshop.booking_mode == BookingMode.INSTANT:
        return _("Confirmed at once")
    if workshop.booking_mode == BookingMode.WISH:
        return _("Places are drawn")
    days = workshop.policy.answer_days
    return ngettext("Answer in %(days)d school day", "Answer in %(days)d school days", days) % {"days": days}


@register.filter
def language_name(code: str) -> str:
    """Polish, for pl."""
    return str(SpokenLanguage(code).label)


@register.filter
def photo(workshop: Workshop) -> pictures.Shown | None:
    """Where the photo of an offer is and how large; None where the drawing stands for it. Reads no file."""
    return pictures.shown(workshop.image.name or "")


@register.filter
def preview(workshop: Workshop | None) -> str:
    """The address of the picture that a messenger shows beside a link: the photo, or the drawing as PNG."""
    photo = pictures.shown(workshop.image.name or "") if workshop else None
    drawing = drawn(workshop.picture if workshop else "")
    path = photo.url if photo else static(f"previews/{drawing}.png")
    return f"{settings.SITE_URL}{path}"
