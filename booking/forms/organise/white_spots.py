"""Which schools to look at, and since when a visit counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from booking.forms.fields import number, offer
from booking.forms.organise.period import bounded_day
from booking.reports.white_spots import LONG, NEVER, REACHED, Spot, Town, Wanted, towns_of
from schools.models import Country, School
from schools.schooldays import ONE_DAY, school_year_of
from schools.sorting import sort_key
from workshops.models import Venue
from workshops.vocabulary import GRADES

SHOW = [
    ("", gettext_lazy("Never or long not reached")),
    (NEVER, gettext_lazy("Never reached")),
    (LONG, gettext_lazy("Long not reached")),
    (REACHED, gettext_lazy("Reached")),
    ("all", gettext_lazy("All schools")),
]
BY = [("", gettext_lazy("Schools")), ("towns", gettext_lazy("Towns"))]
SORTS = [
    ("", pgettext_lazy("of a thing", "Name")),
    ("town", gettext_lazy("Town")),
    ("last", gettext_lazy("Last visit, the oldest first")),
    ("km", gettext_lazy("Distance, the nearest first")),
]
EVER = date.min
FAR = float("inf")


class WhiteSpotsForm(forms.Form):
    """Everything is optional: without a choice all active schools are looked at."""

    show = forms.ChoiceField(label=gettext_lazy("Which"), choices=SHOW, required=False)
    since = bounded_day(gettext_lazy("Long ago is before"))
    by = forms.ChoiceField(label=gettext_lazy("Listed by"), choices=BY, required=False)
    sort = forms.ChoiceField(label=gettext_lazy("Sorted by"), choices=SORTS, required=False)
    venue = forms.ModelChoiceField(
        Venue.objects.none(), label=gettext_lazy("From the place"), required=False, empty_label=gettext_lazy("any")
    )
    km = number(gettext_lazy("Within … km"), least=1, most=1000, required=False)
    grade = forms.TypedChoiceField(
        label=gettext_lazy("With grade"),
        choices=[("", gettext_lazy("any")), *((grade, str(grade)) for grade in GRADES)],
        coerce=int,
        empty_value=None,
        required=False,
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of school"),
        choices=School.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    countries = forms.MultipleChoiceField(
        label=gettext_lazy("Countries"),
        choices=Country.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, user: User, today: date, data: Any) -> None:
        given = data.copy()
        given.setdefault("since", school_year_of(school_year_of(today) - ONE_DAY).isoformat())
        super().__init__(given)
        offer(self.fields["venue"], Venue.objects.organised_by(user).in_use().by_town())

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        venue, km = values.get("venue"), values.get("km")
        if km and venue is None and "venue" not in self.errors:
            self.add_error("venue", _("Please choose the place from which the distance counts."))
        if venue and (venue.lat is None or venue.lon is None):
            self.add_error("venue", _("Nobody has said where this place lies. Please choose another one."))
        return values

    @property
    def wanted(self) -> Wanted:
        """Only of a valid form."""
        names = ("since", "kinds", "countries", "venue", "km", "grade")
        return Wanted(**{name: self.cleaned_data[name] for name in names})

    def rows(self, spots: list[Spot]) -> list[Any]:
        """Those to list, in their order. A tie stands by name."""
        listed: list[Any] = towns_of(spots) if self.cleaned_data["by"] else spots
        shown = self.cleaned_data["show"] or (NEVER, LONG)
        if shown != "all":
            listed = [one for one in listed if one.status in shown]
        return sorted(listed, key=self.order)

    @property
    def order(self) -> Callable[[Any], Any]:
        by_name: Callable[[Any], str] = name_of
        return {
            "town": lambda one: (town_of(one), by_name(one)),
            "last": lambda one: (one.last or EVER, by_name(one)),
            "km": lambda one: (FAR if one.km is None else one.km, by_name(one)),
        }.get(self.cleaned_data["sort"], by_name)


def name_of(one: Spot | Town) -> str:
    return one.sort_name if isinstance(one, Spot) else sort_key(one.name)


def town_of(one: Spot | Town) -> str:
    return sort_key(one.city if isinstance(one, Spot) else one.name)
