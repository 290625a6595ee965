"""What somebody wants to book, as data: forms and serializers make an Order, `rules.place` takes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from booking.errors import FieldErrors
from booking.policy import adults_wanted
from schools.models import School
from workshops.models import Slot

MOST_PUPILS = 500


@dataclass(frozen=True, slots=True)
class Contact:
    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = "de"
    further_email: str = ""  # of who reads along


@dataclass(frozen=True, slots=True)
class Order:
    """A group that wants to come. `grades` are years of schooling 1–13, `alternatives` further wishes of a request,
    `bundle` what was booked together."""

    school: School
    group_name: str
    grades: tuple[int, ...]
    pupils: int
    adults: int = 0
    language: str = "de"
    needs: str = ""
    needs_list: tuple[str, ...] = ()
    note: str = ""
    contact: Contact = Contact()
    consents: tuple[str, ...] = ()
    alternatives: tuple[Slot, ...] = ()
    waitlist: bool = True
    override_reason: str = ""
    arrival: str = ""
    photos: str = "no"
    bundle: UUID | None = None

    @property
    def limits(self) -> dict[str, Any]:
        """What `check` holds against the offer."""
        return {"pupils": self.pupils, "adults": self.adults, "grades": self.grades, "language": self.language}


def check(slot: Slot, *, may_override: bool, **wanted: Any) -> None:
    """Hold what is wanted against the hard limits of the offer. Raises FieldErrors naming the fields of the API.

    `wanted` has any of pupils, adults (together with pupils), grades, language; whoever may override is held to sane
    numbers only.
    """
    errors = dict(sane(wanted)) or ({} if may_override else dict(fitting(slot, wanted)))
    if errors:
        raise FieldErrors(errors)


def set_aside(slot: Slot, now: datetime, **wanted: Any) -> list[str]:
    """Which limits an override breaks: the fields of `fitting`, and `book_until` where booking is not open."""
    names = [name for name, _refusal in fitting(slot, wanted)]
    return names if slot.is_open_at(now) else [*names, "book_until"]


def sane(wanted: dict[str, Any]) -> Iterable[tuple[str, tuple[str, Any]]]:
    if not 0 < wanted.get("pupils", 1) <= MOST_PUPILS:
        yield "group.pupils", ("out_of_range", _("Please give a number from 1 to %(most)d.") % {"most": MOST_PUPILS})
    if not wanted.get("grades", (1,)):
        yield "group.grades", ("required", _("Please choose at least one grade."))


def fitting(slot: Slot, wanted: dict[str, Any]) -> Iterable[tuple[str, tuple[str, Any]]]:
    policy = slot.workshop.policy
    pupils = wanted.get("pupils", policy.min_pupils or 1)
    if pupils > slot.most_pupils:
        text = _("%(pupils)d do not fit: there are %(most)d places.")
        yield "group.pupils", ("too_many", text % {"pupils": pupils, "most": slot.most_pupils})
    if policy.minimum_is_hard and pupils < policy.min_pupils:
        yield (
            "group.pupils",
            ("too_few", _("This workshop needs at least %(least)d pupils.") % {"least": policy.min_pupils}),
        )
    least = adults_wanted(pupils, policy.pupils_per_adult, policy.least_adults)
    if policy.adults_are_hard and wanted.get("adults", least) < least:
        yield (
            "group.adults",
            ("too_few", _("For so many pupils at least %(least)d adults come along.") % {"least": least}),
        )
    if any(grade not in slot.workshop.grades for grade in wanted.get("grades", ())):
        yield (
            "group.grades",
            ("grade", _("This workshop is for grades %(grades)s.") % {"grades": as_range(slot.workshop.grades)}),
        )
    if policy.head_approval and "head_informed" not in wanted.get("consents", ("head_informed",)):
        yield "consents", ("head_informed", _("Please confirm that the head of the school has agreed to the visit."))
    if slot.languages and wanted.get("language", slot.languages[0]) not in slot.languages:
        yield "language", ("language", _("This date is not offered in that language."))


def as_range(grades: list[int]) -> str:
    """7–10, or 5, 7, 9 where there are gaps."""
    grades = sorted(grades)
    whole = grades == list(range(grades[0], grades[-1] + 1)) and len(grades) > 1
    return f"{grades[0]}–{grades[-1]}" if whole else ", ".join(map(str, grades))
