"""The forms of the booking page: who comes, and whether at all."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.text import CleanCharField
from booking.forms.fields import MOST_ADULTS, ContactForm, number, text
from booking.models import Booking, Need

CHANGEABLE = (
    "group_name",
    "pupils",
    "adults",
    "grades",
    "needs_list",
    "needs",
    "note",
    "contact_name",
    "contact_email",
    "contact_phone",
)


class ChangeForm(ContactForm):
    """Group, contact and note of a booking, as they are now."""

    field_order = CHANGEABLE

    group_name = text(_("Class or course"), longest=40)
    pupils = number(_("Pupils"), least=1)
    adults = number(_("Adults"), least=0, most=MOST_ADULTS)
    grades = forms.TypedMultipleChoiceField(label=_("Grade of the class"), coerce=int, widget=forms.CheckboxSelectMultiple)
    needs_list = forms.MultipleChoiceField(
        label=_("What the class needs"), choices=Need.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    needs = text(
        _("What else we should provide"),
        longest=500,
        rows=2,
        required=False,
        help_text=_("No names and no diagnoses, please: only what we should prepare."),
    )
    note = text(_("Note for the team"), longest=1000, rows=2, required=False)

    def __init__(self, data: Any = None, *, booking: Booking, most: int) -> None:
        super().__init__(data, initial={name: getattr(booking, name) for name in CHANGEABLE})
        grades = sorted({*booking.slot.workshop.grades, *booking.grades})
        self.fields["grades"].choices = [(grade, str(grade)) for grade in grades]  # type: ignore[attr-defined]  # a choice field
        self.fields["pupils"].help_text = _("up to %(most)d at once") % {"most": most}


class CancelForm(forms.Form):
    """Why a visit is called off; the school need not say."""

    reason = CleanCharField(
        label=_("Reason"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("You need not give one. It helps us to plan."),
    )
