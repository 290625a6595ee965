"""Which school: one the person belongs to, one found by typing, or a missing one typed in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.text import is_unprintable
from booking.forms.fields import text
from schools.models import Country, School, SchoolQuerySet
from schools.proposals import propose

MOST_FOUND = 8
MOST_KNOWN = 6
LEAST_LETTERS = 2
LONGEST_NUMBER = 18


def find(typed: str) -> list[School]:
    """Active schools whose name or town begins as typed, eight at most."""
    typed = "".join(char for char in typed[:100] if not is_unprintable(char)).strip()
    if len(typed) < LEAST_LETTERS:
        return []
    return list(School.objects.active().matching(typed).defer("search").by_name()[:MOST_FOUND])


def step_of(sent: QueryDict) -> str:
    """Which button sent the form. Enter sends all of it, but searches while a school is typed and none is chosen."""
    step = sent.get("step", "")
    if step != "enter":
        return step
    chosen = sent.get("school") or sent.get("new_name", "").strip()
    return "find_school" if sent.get("school_q", "").strip() and not chosen else ""


def propose_typed(values: dict[str, Any], by: User) -> School:
    """The missing school that was typed into the fields new_name, new_city, new_kind and new_country."""
    return propose(
        name=values["new_name"],
        city=values["new_city"],
        kind=values["new_kind"] or School.Kind.OTHER,
        country=values["new_country"] or Country.DE,
        by=by,
    )


class SchoolChoice:
    """The second step of booking: reads what was typed or chosen so far and finds what to show.

    `user` may be anonymous; `typed` gives a raw value by the name of a field; `again` drops the choice.
    """

    def __init__(self, user: Any, typed: dict[str, str], *, fresh: bool, again: bool = False) -> None:
        self.user, self.typed, self.again = user, typed, again
        self.fresh = fresh

    @cached_property
    def known(self) -> list[School]:
        """Schools the person belongs to."""
        if not self.user.is_authenticated:
            return []
        mine = School.objects.filter(memberships__user=self.user).exclude(memberships__state="refused")
        usable = mine.bookable_by(self.user).defer("search").distinct()
        return list(usable.order_by("pk")[:MOST_KNOWN])

    @cached_property
    def picked(self) -> School | None:
        """The school that is chosen; on a fresh form the only one that is known."""
        if self.again:
            return None
        if chosen := self.typed.get("school", ""):
            return self.by_number(chosen)
        return self.known[0] if self.fresh and len(self.known) == 1 else None

    def by_number(self, number: str) -> School | None:
        if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER):
            return None
        return self.usable.filter(pk=number).defer("search").first()

    @property
    def usable(self) -> SchoolQuerySet:
        if isinstance(self.user, User):
            return School.objects.bookable_by(self.user)
        return School.objects.active()

    @property
    def query(self) -> str:
        return self.typed.get("school_q", "")

    @cached_property
    def found(self) -> list[School]:
        return [] if self.picked else find(self.query)

    @property
    def is_missing(self) -> bool:
        """Whether the person typed a school of its own instead of choosing one."""
        return not self.picked and bool(self.typed.get("new_name", "").strip())

    def complaints(self, new_city: str) -> dict[str, str]:
        """What is wrong with the choice, by field; a school that was typed needs its town."""
        if self.picked:
            return {}
        if not self.is_missing:
            return {"school_q": self.complaint}
        return {} if new_city else {"new_city": _("Please give the town as well.")}

    @property
    def complaint(self) -> str:
        """What to say when no school is chosen."""
        if self.typed.get("school"):
            return _("We do not know this school any more. Please choose it again.")
        if self.query.strip() and self.found:
            return _("Please choose your school from the list.")
        if self.query.strip():
            return _("We did not find that. Try the town, or type your school below.")
        return _("Please type the name or the town of the school and choose it.")


class SchoolForm(forms.Form):
    """Part of a form that asks which school; who inherits sets `school_choice`."""

    school_choice: SchoolChoice

    school_q = text(
        gettext_lazy("School"), longest=100, required=False, help_text=gettext_lazy("Name or town, for example “Löbau”")
    )
    new_name = text(gettext_lazy("Name of the school"), longest=200, required=False)
    new_city = text(gettext_lazy("Town"), longest=80, required=False)
    new_kind = forms.ChoiceField(
        label=gettext_lazy("Type"), choices=School.Kind.choices, initial="other", required=False
    )
    new_country = forms.ChoiceField(
        label=gettext_lazy("Country"), choices=Country.choices, initial="DE", required=False
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for name, sentence in self.school_choice.complaints(values.get("new_city", "")).items():
            self.add_error(name, sentence)
        return values

    def chosen_school(self, by: User) -> School:
        """Only of a valid form. A school that was typed is proposed now."""
        return self.school_choice.picked or propose_typed(self.cleaned_data, by)
