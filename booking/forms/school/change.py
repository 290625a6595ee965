"""The forms of the booking page: who comes, and whether at all."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.text import CleanCharField
from booking.forms.fields import ClassForm, reads_along
from booking.models import Booking
from workshops.vocabulary import SpokenLanguage

CHANGEABLE = (
    "group_name",
    "pupils",
    "adults",
    "grades",
    "needs_list",
    "needs",
    "note",
    "arrival",
    "photos",
    "contact_name",
    "contact_email",
    "contact_phone",
    "further_email",
)


class ChangeForm(ClassForm):
    """Group, contact, arrival, photos and note of a booking, as they are now."""

    further_email = reads_along()
    field_order = CHANGEABLE

    def __init__(self, data: Any = None, *, booking: Booking, most: int) -> None:
        super().__init__(data, initial={name: getattr(booking, name) for name in CHANGEABLE})
        self.offer_grades({*booking.slot.workshop.grades, *booking.grades})
        self.ask_arrival_for(booking.slot.workshop)
        self.fields["pupils"].help_text = _("up to %(most)d at once") % {"most": most}

    @property
    def changes(self) -> dict[str, Any]:
        """What to write. Only of a valid form."""
        values = {name: self.cleaned_data[name] for name in (*CHANGEABLE, "language") if name in self.fields}
        return values | {"grades": sorted(set(values["grades"]))}


class OrganiserChangeForm(ChangeForm):
    """The same on the telephone: also the language; an address or a number that nobody has may be missing."""

    language = forms.ChoiceField(label=_("Language of the visit"))
    override_reason = CleanCharField(
        label=_("Change all the same, because"),
        max_length=500,
        required=False,
        help_text=_(
            "Only where grade, language, number or places stand against it. Missing places are added to the date. "
            "The reason stays in the history, which the school can read."
        ),
    )

    def __init__(self, data: Any = None, *, booking: Booking, most: int) -> None:
        super().__init__(data, booking=booking, most=most)
        self.initial["language"] = booking.language
        names = [(code, SpokenLanguage(code).label) for code in {*booking.slot.languages, booking.language}]
        self.fields["language"].choices = sorted(names)  # type: ignore[attr-defined]  # a choice field
        self.offer_grades(range(1, 14))
        for name in ("contact_name", "contact_email", "contact_phone"):
            self.fields[name].required = False


class CancelForm(forms.Form):
    """Why a visit is called off; the school need not say. `date` marks the date that the page shows, for a page that
    stood open while the visit went to another one."""

    seen = CleanCharField(max_length=60, required=False, widget=forms.HiddenInput)

    reason = CleanCharField(
        label=_("Reason"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("You need not give one. It helps us to plan."),
    )

    def __init__(self, data: Any = None, *, date: str) -> None:
        super().__init__(data)
        self.date = date

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("seen") and values["seen"] != self.date:
            self.add_error(None, _("The date of this visit has changed meanwhile. Please look at what holds now."))
        return values
