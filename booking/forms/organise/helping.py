"""Which houses help with a workshop, from when to when, and whether they see contacts: rows as in fundings.py."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.forms.fields import day_field
from booking.forms.organise.fundings import EMPTY_ROWS, MOST_ROWS
from booking.houses.backing import Helper
from schools.sorting import for_people
from workshops.models import Cooperation, Partner


class HelperRows(forms.Form):
    """Rows `house_0`, `since_0`, `until_0`, `contacts_0` …: what there is, and two empty
    ones. A row without a house is none."""

    def add_helpers(self, partner: Partner, existing: list[Cooperation]) -> None:
        """To be called once, after the form knows its data. Without another house there is nothing to fill in."""
        others = Partner.objects.exclude(pk=partner.pk).only("name", "slug").order_by(*for_people("name"))
        self.houses = {house.pk: house for house in others}
        typed = sum(f"house_{n}" in self.data for n in range(MOST_ROWS))
        self.helper_rows = min(MOST_ROWS, max(len(existing) + EMPTY_ROWS, typed)) if self.houses else 0
        choices = [("", "–"), *((pk, house.name) for pk, house in self.houses.items())]
        for n in range(self.helper_rows):
            self.fields |= fields_of_row(n, existing[n] if n < len(existing) else None, choices)

    @property
    def has_houses(self) -> bool:
        return bool(self.houses)

    @property
    def rules_step(self) -> int:
        """The number of the step that comes after."""
        return 9 if self.has_houses else 8

    def quartets(self) -> Iterator[tuple[forms.BoundField, ...]]:
        """For the template: house, first and last day, contacts of each row."""
        for n in range(self.helper_rows):
            yield self[f"house_{n}"], self[f"since_{n}"], self[f"until_{n}"], self[f"contacts_{n}"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self.helpers: list[Helper] = []
        for n in range(self.helper_rows):
            if house := self.houses.get(values.get(f"house_{n}") or 0):
                contacts = bool(values.get(f"contacts_{n}"))
                self.take_helper(n, house, values.get(f"since_{n}"), values.get(f"until_{n}"), contacts)
        return values

    def take_helper(self, n: int, house: Partner, first: date | None, last: date | None, contacts: bool) -> None:
        if house in [helper.partner for helper in self.helpers]:
            self.add_error(f"house_{n}", _("This house is in a row above already."))
        elif first and last and last < first:
            self.add_error(f"until_{n}", _("The end must come after the beginning."))
        else:
            self.helpers.append(Helper(house, first, last, contacts))


def fields_of_row(n: int, row: Cooperation | None, choices: list[tuple[Any, str]]) -> dict[str, forms.Field]:
    return {
        f"house_{n}": forms.TypedChoiceField(
            label=gettext_lazy("House"), choices=choices, coerce=int, required=False, initial=row and row.partner_id
        ),
        f"since_{n}": day_field(gettext_lazy("Helps from"), required=False, initial=row.valid.lower if row else None),
        f"until_{n}": day_field(gettext_lazy("Helps until"), required=False, initial=row.last_day if row else None),
        f"contacts_{n}": forms.BooleanField(
            label=gettext_lazy("May see contacts"), required=False, initial=row is not None and row.sees_contacts
        ),
    }
