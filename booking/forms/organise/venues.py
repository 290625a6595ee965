"""A place where workshops happen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from booking.forms.fields import key_field, text
from booking.houses import places
from booking.idempotency import fingerprint_of
from schools.districts import district_name
from schools.models import Country
from workshops.chips import districts
from workshops.models import Venue

WITHIN = {"lat": (35, 72), "lon": (-12, 45)}  # Europe: whoever swaps the two lands in the sea or in Arabia


class DegreesField(forms.Field):
    """A latitude or longitude, with point or comma."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, *, least: float, most: float, **options: Any) -> None:
        super().__init__(required=False, **options)
        self.least, self.most = least, most

    def to_python(self, value: Any) -> float | None:
        words = str(value or "").strip().replace(",", ".")
        if not words:
            return None
        try:
            degrees = float(words)
        except ValueError:
            raise ValidationError(_("Please write degrees, for example 50.8971."), code="invalid") from None
        if not self.least <= degrees <= self.most:
            span = {"least": self.least, "most": self.most}
            raise ValidationError(_("Between %(least)s and %(most)s degrees."), code="elsewhere", params=span)
        return round(degrees, 6)

    def prepare_value(self, value: Any) -> Any:
        return str(value) if isinstance(value, float) else value  # with a point, whatever the language


class VenueForm(forms.Form):
    """All that is known of a place."""

    key = key_field(required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)
    name = text(
        pgettext_lazy("of a thing", "Name"), longest=120, help_text=gettext_lazy("for example: School lab, house Z IV")
    )
    street = text(gettext_lazy("Street and number"), longest=120, required=False)
    postcode = text(gettext_lazy("Postcode"), longest=12, required=False)
    city = text(gettext_lazy("Town"), longest=80)
    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=Country.choices, initial=Country.DE)
    district_code = forms.ChoiceField(
        label=gettext_lazy("District"),
        required=False,
        help_text=gettext_lazy("Visitors who filter by district find the place by it."),
    )
    lat = DegreesField(label=gettext_lazy("Latitude"), least=WITHIN["lat"][0], most=WITHIN["lat"][1])
    lon = DegreesField(label=gettext_lazy("Longitude"), least=WITHIN["lon"][0], most=WITHIN["lon"][1])
    directions = text(
        gettext_lazy("How to get there"),
        longest=300,
        rows=3,
        required=False,
        help_text=gettext_lazy("Bus and stop, where a coach may wait, which door."),
    )
    step_free = forms.BooleanField(label=gettext_lazy("Step-free"), required=False)

    def __init__(self, venue: Venue | None, data: Any = None, key: str = "") -> None:
        super().__init__(data, initial=stored(venue) | {"key": key} if venue else {"key": key})
        known = [("", gettext_lazy("Elsewhere")), *districts().items()]
        if venue and venue.district_code not in dict(known):
            known.append((venue.district_code, district_name(venue.district_code)))
        self.fields["district_code"].choices = known  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if (values.get("lat") is None) != (values.get("lon") is None) and not {"lat", "lon"} & self.errors.keys():
            self.add_error("lat" if values.get("lat") is None else "lon", _("Both, or neither of them."))
        return values

    @property
    def values(self) -> dict[str, Any]:
        """Columns of the venue. Only of a valid form."""
        return {name: self.cleaned_data[name] for name in places.COLUMNS}

    @property
    def fingerprint(self) -> str:
        return fingerprint_of("POST", "venues", {name: str(value) for name, value in self.cleaned_data.items()})


def stored(venue: Venue) -> dict[str, Any]:
    """What stands there now, by field."""
    return {name: getattr(venue, name) for name in places.COLUMNS} | {"version": venue.version}
