"""What an organiser answers to a request."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.text import CleanCharField
from booking.models import Booking
from workshops.models import Slot

REASON_LENGTH = 500


def reason_field(
    label: Any, help_text: Any = "", *, required: bool = True, most: int = REASON_LENGTH
) -> CleanCharField:
    return CleanCharField(
        label=label, help_text=help_text, required=required, max_length=most, widget=forms.Textarea(attrs={"rows": 3})
    )


class ConfirmForm(forms.Form):
    """Which of the wished dates it shall be; without a choice the first."""

    slot = forms.ModelChoiceField(Slot.objects.none(), required=False, widget=forms.RadioSelect)

    def __init__(self, booking: Booking, data: Any = None) -> None:
        super().__init__(data, auto_id=f"{booking.reference}-%s")
        wished = [booking.slot_id, *booking.alternatives.values_list("slot", flat=True)]
        self.fields["slot"].queryset = Slot.objects.filter(pk__in=wished).with_facts()  # type: ignore[attr-defined]  # of a choice of models


class ReasonForm(forms.Form):
    """Why something ends; whoever is told reads it."""

    reason = reason_field(_("Reason"), _("The school reads it in the mail."))

    def __init__(self, data: Any = None, *, prefix_id: str = "id") -> None:
        super().__init__(data, auto_id=f"{prefix_id}-%s")
