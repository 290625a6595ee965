"""A visit to which nobody came: why, in the words of the school; and what the house answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import text


class ExplainForm(forms.Form):
    text = text(
        _("What happened?"),
        longest=1000,
        rows=4,
        help_text=_(
            "Two sentences are enough. Please no names of pupils and nothing about illnesses. Only the house reads it; "
            "it is deleted 90 days after the visit."
        ),
    )


class AnswerMissedForm(forms.Form):
    """`excused` says which button was pressed, `seen` what stood there (`standing_of`)."""

    answer = text(
        _("Answer"),
        longest=500,
        rows=3,
        required=False,
        help_text=_("You need not write one. The school reads it in the mail and in the history."),
    )
    excused = forms.TypedChoiceField(
        label=_("Excuse or not"), choices=[("yes", "yes"), ("no", "no")], coerce=lambda value: value == "yes"
    )

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="missed-%s")

    @property
    def words(self) -> dict[str, Any]:
        """Only of a valid form."""
        return {**self.cleaned_data, "seen": self.cleaned_data["seen"] or None}
