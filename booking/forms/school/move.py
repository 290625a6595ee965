"""Which other date it shall be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import text
from booking.other_dates import Choice
from workshops.models import Slot


class MoveForm(forms.Form):
    """One of the dates that were shown; what does not fit any more, the rule says."""

    slot = forms.TypedChoiceField(
        label=_("New date"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose a date."),
            "invalid_choice": _("This date cannot be chosen any more."),
        },
    )

    def __init__(self, data: Any = None, *, choices: Sequence[Choice]) -> None:
        super().__init__(data)
        self.by_key = {str(one.slot.pk): one.slot for one in choices}
        field: Any = self.fields["slot"]
        field.choices = [(key, str(slot)) for key, slot in self.by_key.items()]
        field.coerce = self.chosen

    def chosen(self, key: Any) -> Slot:
        return self.by_key[str(key)]


class OrganiserMoveForm(MoveForm):
    """The same for organisers, who set room and booking times aside with a reason."""

    override_reason = text(
        _("Move all the same, because"),
        longest=500,
        required=False,
        help_text=_(
            "Only where places or the booking time stand against it. Missing places are added to the date. "
            "The reason stays in the history, which the school can read."
        ),
    )
