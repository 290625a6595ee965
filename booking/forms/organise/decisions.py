"""What an organiser answers to a request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from booking.forms.fields import offer, text
from booking.models import Booking
from schools.dates import when
from workshops.models import Slot

REASON_LENGTH = 500
MOST_TICKED = 3  # of the dates that may be suggested, those that are ticked at first


class ConfirmForm(forms.Form):
    """Which of the wished dates it shall be; without a choice the first."""

    slot = forms.ModelChoiceField(Slot.objects.none(), required=False, widget=forms.RadioSelect)

    def __init__(self, booking: Booking, data: Any = None) -> None:
        super().__init__(data, auto_id=f"{booking.reference}-%s")
        wished = [booking.slot_id, *booking.alternatives.values_list("slot", flat=True)]
        offer(self.fields["slot"], Slot.objects.filter(pk__in=wished).with_facts())


class CancelSlotForm(forms.Form):
    """Why a date is called off, and which others are suggested instead."""

    reason = text(_("Reason"), longest=REASON_LENGTH, rows=3, help_text=_("The school reads it in the mail."))
    suggest = forms.ModelMultipleChoiceField(
        Slot.objects.none(),
        label=_("Suggest these dates instead"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They stand in the mail, and with one click the class is booked there."),
    )

    def __init__(self, data: Any = None, *, others: Sequence[Slot]) -> None:
        super().__init__(data, initial={"suggest": [slot.pk for slot in others[:MOST_TICKED]]})
        field: Any = self.fields["suggest"]
        field.queryset = Slot.objects.filter(pk__in=[slot.pk for slot in others]).with_facts().by_time()
        field.label_from_instance = in_words


def in_words(slot: Slot) -> str:
    """Tue, 11 May, 8:00 (24 places)."""
    left = ngettext("%(left)d place", "%(left)d places", slot.places_left) % {"left": slot.places_left}
    return f"{when(slot.starts_at)} ({left})"


class ReasonForm(forms.Form):
    """Why something ends; whoever is told reads it."""

    reason = text(_("Reason"), longest=REASON_LENGTH, rows=3, help_text=_("The school reads it in the mail."))

    def __init__(self, data: Any = None, *, prefix_id: str = "id") -> None:
        super().__init__(data, auto_id=f"{prefix_id}-%s")
