"""What an organiser answers to a request."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import offer, text
from booking.models import Booking
from workshops.models import Slot

REASON_LENGTH = 500


class ConfirmForm(forms.Form):
    """Which of the wished dates it shall be; without a choice the first."""

    slot = forms.ModelChoiceField(Slot.objects.none(), required=False, widget=forms.RadioSelect)

    def __init__(self, booking: Booking, data: Any = None) -> None:
        super().__init__(data, auto_id=f"{booking.reference}-%s")
        wished = [booking.slot_id, *booking.alternatives.values_list("slot", flat=True)]
        offer(self.fields["slot"], Slot.objects.filter(pk__in=wished).with_facts())


class ReasonForm(forms.Form):
    """Why something ends; whoever is told reads it."""

    reason = text(_("Reason"), longest=REASON_LENGTH, rows=3, help_text=_("The school reads it in the mail."))

    def __init__(self, data: Any = None, *, prefix_id: str = "id") -> None:
        super().__init__(data, auto_id=f"{prefix_id}-%s")
