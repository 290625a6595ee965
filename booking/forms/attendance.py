"""Who came: as planned, in numbers, or nobody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.clock.retention import NOTES_LIFE
from booking.forms.fields import number, text
from booking.models import Booking
from booking.rules import Counts
from booking.visits import as_planned, as_recorded

GENDERS = ("f", "m", "d", "unknown")
OTHERS = ("adults", "minutes", "late_minutes")
COUNT: dict[str, Any] = {"least": 0, "most": 500, "required": False}
DAY = 24 * 60
SUSPICIOUS = 1.5  # times the booked number: rather a slip than a crowd


class AttendanceForm(forms.Form):
    """One group's record. `how` says which button was pressed, `seen` which revision of the record its sender saw.

    Empty numbers are zero, but for minutes: then it took as long as planned. That nobody came has a button of its own.
    `mine` is what its sender wanted to record where a colleague was quicker, so that both stand on the page.
    """

    mine: Counts | None = None

    f = number(gettext_lazy("Girls"), **COUNT)
    m = number(gettext_lazy("Boys"), **COUNT)
    d = number(gettext_lazy("Diverse"), **COUNT)
    unknown = number(gettext_lazy("Not stated"), **COUNT, help_text=gettext_lazy("not counted by gender"))
    adults = number(gettext_lazy("Adults"), **COUNT)
    minutes = number(gettext_lazy("Minutes"), **COUNT | {"most": DAY}, help_text=gettext_lazy("in steps of 15"))
    late_minutes = number(
        gettext_lazy("Late"), **COUNT | {"most": DAY}, help_text=gettext_lazy("minutes after the planned start")
    )
    note = text(
        gettext_lazy("Short note for the team"),
        longest=500,
        rows=2,
        required=False,
        help_text=gettext_lazy(
            "No names, please. Only those who lead and those who organise read it; deleted 14 days after the visit."
        ),
    )
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

    def __init__(self, booking: Booking, now: datetime, data: Any = None) -> None:
        self.booking, self.planned, self.recorded = booking, as_planned(booking), as_recorded(booking)
        shown = self.recorded if self.recorded and not self.recorded.no_show else self.planned
        initial: dict[str, Any] = {name: getattr(shown, name) for name in Counts.__slots__} | {
            "seen": revision_of(booking)
        }
        if self.recorded:
            initial["note"] = booking.attendance.note
        super().__init__(data, initial=initial, auto_id=f"{booking.reference}-%s")
        if now >= booking.slot.ends_at + NOTES_LIFE:
            del self.fields["note"]
        if not self.recorded:
            del self.fields["reason"]

    @property
    def revision(self) -> int:
        return revision_of(self.booking)

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
        numbers: dict[str, Any] = {name: values[name] or 0 for name in (*GENDERS, *OTHERS)}
        if values["minutes"] is None:
            numbers["minutes"] = self.planned.minutes
        return Counts(**numbers)

    @property
    def words(self) -> dict[str, Any]:
        """What goes beside the numbers: the note only where it could be typed. Only of a valid form."""
        values = self.cleaned_data
        note = values.get("note") if values["how"] == "counts" else None
        return {"reason": values.get("reason", ""), "note": note, "seen": values["seen"]}


def revision_of(booking: Booking) -> int:
    """How often it was recorded; 0 where nobody has."""
    return booking.attendance.revision if as_recorded(booking) else 0


def beside(booking: Booking, now: datetime, overtaken: AttendanceForm) -> AttendanceForm:
    """The form on what a colleague recorded, filled in with what the other one had typed; where that was no note, the
    colleague's stays."""
    typed = {**overtaken.cleaned_data, **{name: getattr(overtaken.counts, name) for name in Counts.__slots__}}
    typed["note"] = typed.get("note") or booking.attendance.note
    form = AttendanceForm(booking, now, typed | {"how": "counts", "seen": revision_of(booking)})
    form.mine = overtaken.counts
    return form
