"""From when to when, as lists of what is over ask it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from booking.forms.fields import day_field
from booking.reports.hours import Period
from schools.schooldays import ONE_DAY, school_year_of
from workshops.models import Partner

EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)


def bounded_day(label: Any) -> forms.DateField:
    bounds = [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]
    messages = {"invalid": gettext_lazy("Please give a day, for example 2027-05-31.")}
    return day_field(label, validators=bounds, error_messages=messages)


class PeriodForm(forms.Form):
    """Two days, this school year unless said otherwise; where there are several `houses`, one or all."""

    house = forms.ModelChoiceField(
        Partner.objects.none(),
        to_field_name="slug",
        required=False,
        label=gettext_lazy("House"),
        empty_label=gettext_lazy("All houses"),
    )

    def __init__(self, today: date, data: Any, houses: Any = None) -> None:
        usual = {"from": school_year_of(today).isoformat(), "to": today.isoformat()}
        super().__init__(usual | {name: data[name] for name in ("from", "to", "house") if data.get(name)})
        self.today = today
        self.fields = {
            "from": bounded_day(pgettext("period", "From")),
            "to": bounded_day(pgettext("period", "To")),
            **self.fields,
        }
        house = self.fields["house"]
        assert isinstance(house, forms.ModelChoiceField)
        if houses is None or len(houses[:2]) < 2:
            del self.fields["house"]
        else:
            house.queryset = houses

    @property
    def chosen_house(self) -> Partner | None:
        """Only of a valid form."""
        return self.cleaned_data.get("house")

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if "from" in values and "to" in values and values["to"] < values["from"]:
            self.add_error("to", _("The end must come after the beginning."))
        return values

    @property
    def period(self) -> Period:
        """Only of a valid form."""
        return Period(self.cleaned_data["from"], self.cleaned_data["to"])

    @property
    def presets(self) -> list[tuple[str, Period, bool]]:
        """Periods that people ask for, and whether it is the one chosen."""
        month = self.today.replace(day=1)
        year = school_year_of(self.today)
        before = month - ONE_DAY
        named = [
            (_("This month"), Period(month, self.today)),
            (_("Last month"), Period(before.replace(day=1), before)),
            (_("This school year"), Period(year, self.today)),
            (_("Last school year"), Period(year.replace(year=year.year - 1), year - ONE_DAY)),
        ]
        chosen = self.period if self.is_valid() else None
        return [(name, period, period == chosen) for name, period in named]
