"""Who came: as planned, in numbers, or nobody."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.forms.fields import number, text
from booking.models import Booking
from booking.rules import Counts
from booking.visits import as_planned, as_recorded

GENDERS = ("f", "m", "d", "unknown")
COUNT: dict[str, Any] = {"least": 0, "most": 500, "required": False}
DAY = 24 * 60
SUSPICIOUS = 1.5  # times the booked number: rather a slip than a crowd


class AttendanceForm(forms.Form):
    """One group's record. `how` says which button was pressed, `seen` which revision of the record its sender saw.

    Empty numbers are zero; that nobody came has a button of its own.
    """

    f = number(gettext_lazy("Girls"), **COUNT)
    m = number(gettext_lazy("Boys"), **COUNT)
    d = number(gettext_lazy("Diverse"), **COUNT)
    unknown = number(gettext_lazy("Not stated"), **COUNT, help_text=gettext_lazy("not counted by gender"))
    adults = number(gettext_lazy("Adults"), **COUNT)
    minutes = number(gettext_lazy("Minutes"), **COUNT | {"most": DAY}, help_text=gettext_lazy("in steps of 15"))
    reason = text(
        gettext_lazy("Why is it corrected?"),
        longest=500,
        rows=2,
        required=False,
        help_text=gettext_lazy("It stands in the history, which the school reads, too."),
    )
    sure = forms.BooleanField(label=gettext_lazy("Yes, that many came."), required=False)
    how = forms.ChoiceField(choices=[(name, name) for name in ("planned", "counts", "nobody")])
    seen = forms.IntegerField(min_value=0)

    def __init__(self, booking: Booking, data: Any = None) -> None:
        self.booking, self.planned, self.recorded = booking, as_planned(booking), as_recorded(booking)
        shown = self.recorded if self.recorded and not self.recorded.no_show else self.planned
        initial = {name: getattr(shown, name) for name in Counts.__slots__} | {"seen": self.revision}
        super().__init__(data, initial=initial, auto_id=f"{booking.reference}-%s")
        if not self.recorded:
            del self.fields["reason"]

    @property
    def revision(self) -> int:
        return self.booking.attendance.revision if self.recorded else 0

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("how") == "counts" and not self.errors and not values.get("sure"):
            self.ask_if_far_too_many()
        return values

    def ask_if_far_too_many(self) -> None:
        present, booked = self.counts.present, self.booking.pupils
        if present > booked * SUSPICIOUS:
            sentence = _("Together that makes %(present)d; %(booked)d were booked. Is that right?")
            self.add_error("unknown", sentence % {"present": present, "booked": booked})

    @property
    def must_be_sure(self) -> bool:
        """Whether to show the box that lets an unusual number through."""
        return self.is_bound and "unknown" in self.errors

    @property
    def sum(self) -> int:
        """Pupils in the fields as they stand, right or wrong."""
        return sum(int(value) for name in GENDERS if str(value := self[name].value() or 0).isdecimal())

    @property
    def counts(self) -> Counts:
        """What to record. Only of a valid form."""
        values = self.cleaned_data
        if values["how"] == "planned":
            return self.planned
        if values["how"] == "nobody":
            return Counts(no_show=True)
        numbers: dict[str, Any] = {name: values[name] or 0 for name in (*GENDERS, "adults", "minutes")}
        return Counts(**numbers)

    @property
    def is_overtaken(self) -> bool:
        """Whether somebody else recorded other numbers while this form lay open."""
        return self.cleaned_data["seen"] != self.revision and self.counts != self.recorded
