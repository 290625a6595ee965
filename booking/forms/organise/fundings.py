"""Which pots stand on a workshop's page, and from when to when: rows that work without script."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.forms.fields import day_field
from booking.houses.backing import Funding
from schools.schooldays import ONE_DAY
from schools.sorting import for_people
from workshops.models import FundingPot, WorkshopPot

EMPTY_ROWS = 2
MOST_ROWS = 20


class FundingRows(forms.Form):
    """Rows `pot_0`, `first_0`, `last_0` …: what there is, and two empty ones. A row without a pot is none."""

    def add_rows(self, existing: list[WorkshopPot]) -> None:
        """To be called once, after the form knows its data."""
        self.rows = min(
            MOST_ROWS, max(len(existing) + EMPTY_ROWS, sum(f"pot_{n}" in self.data for n in range(MOST_ROWS)))
        )
        pots = FundingPot.objects.select_related("funder").order_by(*for_people("name"))
        choices = [("", "–"), *((pot.pk, f"{pot.name} ({pot.funder.name})") for pot in pots)]
        self.pots = {pot.pk: pot for pot in pots}
        for n in range(self.rows):
            row = existing[n] if n < len(existing) else None
            self.fields |= fields_of_row(n, row, choices)

    def trios(self) -> Iterator[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """For the template: pot, first and last day of each row."""
        for n in range(self.rows):
            yield self[f"pot_{n}"], self[f"first_{n}"], self[f"last_{n}"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self.fundings: list[Funding] = []
        for n in range(self.rows):
            if pot := self.pots.get(values.get(f"pot_{n}") or 0):
                self.take_row(n, pot, values.get(f"first_{n}"), values.get(f"last_{n}"))
        return values

    def take_row(self, n: int, pot: FundingPot, first: date | None, last: date | None) -> None:
        """The row as Funding; an empty end is the pot's own."""
        begin, end = pot.valid.lower, pot.valid.upper and pot.valid.upper - ONE_DAY
        first, last = first or begin, last or end
        if pot in [funding.pot for funding in self.fundings]:
            self.add_error(f"pot_{n}", _("This pot is in a row above already."))
        elif first is None:
            self.add_error(f"first_{n}", _("From when on?"))
        elif last and last < first:
            self.add_error(f"last_{n}", _("The end must come after the beginning."))
        elif (begin and last and last < begin) or (end and first > end):
            self.add_error(f"first_{n}", _("This pot is there from %(first)s to %(last)s.") % during(begin, end))
        else:
            self.fundings.append(Funding(pot, first, last))


def during(begin: date | None, end: date | None) -> dict[str, str]:
    return {
        "first": date_format(begin, "SHORT_DATE_FORMAT") if begin else "–",
        "last": date_format(end, "SHORT_DATE_FORMAT") if end else "–",
    }


def fields_of_row(n: int, row: WorkshopPot | None, choices: list[tuple[Any, str]]) -> dict[str, forms.Field]:
    return {
        f"pot_{n}": forms.TypedChoiceField(
            label=gettext_lazy("Funding pot"), choices=choices, coerce=int, required=False, initial=row and row.pot_id
        ),
        f"first_{n}": day_field(gettext_lazy("Shown from"), required=False, initial=row.valid.lower if row else None),
        f"last_{n}": day_field(gettext_lazy("Shown until"), required=False, initial=row.last_day if row else None),
    }
