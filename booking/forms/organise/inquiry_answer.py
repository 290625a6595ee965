"""What an organiser answers to a wish without a date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import text
from booking.forms.organise.decisions import in_words
from booking.models import Inquiry
from booking.wishes.inquiring import MOST_DATES
from workshops.models import Slot

MOST_OFFERED = 12


class AnswerForm(forms.Form):
    """`offered` are the dates that may be named."""

    text = text(_("Your answer"), longest=2000, rows=4, help_text=_("Whoever asked reads it in the mail."))
    dates = forms.ModelMultipleChoiceField(
        Slot.objects.none(),
        label=_("Dates that suit"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Three at most. They stand in the mail with their address; nothing is booked by it."),
    )

    def __init__(self, inquiry: Inquiry, offered: Sequence[Slot], data: Any = None) -> None:
        super().__init__(data, auto_id=f"inquiry-{inquiry.pk}-%s")
        field: Any = self.fields["dates"]
        field.queryset = Slot.objects.filter(pk__in=[slot.pk for slot in offered]).by_time()
        field.choices = [(slot.pk, label(slot)) for slot in offered]

    def clean_dates(self) -> list[Slot]:
        dates = list(self.cleaned_data["dates"])
        if len(dates) > MOST_DATES:
            raise forms.ValidationError(_("Please choose at most three dates of this workshop."))
        return dates


def label(slot: Slot) -> str:
    hidden = "" if slot.listed else str(_("only by its link"))
    return " · ".join(filter(None, (in_words(slot), hidden)))


def offered_for(inquiries: Sequence[Inquiry], now: datetime) -> dict[int, list[Slot]]:
    """The next dates of each workshop that can be booked, listed or not. One query."""
    found: dict[int, list[Slot]] = {one.workshop_id: [] for one in inquiries}
    rows = Slot.objects.bookable(now).filter(workshop__in=found) if found else Slot.objects.none()
    for slot in rows.by_time()[: MOST_OFFERED * 20]:
        if len(found[slot.workshop_id]) < MOST_OFFERED:
            found[slot.workshop_id].append(slot)
    return found
