"""A message of an organiser to many groups."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.text import one_line
from booking.forms.fields import key_field, text
from booking.idempotency import fingerprint_of
from booking.messages.writing import Words


class LetterForm(forms.Form):
    """Subject and text; whoever waits for a place hears of it only if wanted."""

    subject = text(pgettext_lazy("mail", "Subject"), longest=120)
    text = text(
        _("Text"),
        longest=5000,
        rows=10,
        help_text=_("Plain text; an empty line begins a paragraph. Greeting, the visit and your house are added."),
    )
    waiting = forms.BooleanField(label=_("Also to groups on the waiting list"), required=False)
    key = key_field()

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"key": uuid4().hex})

    def clean_subject(self) -> str:
        return one_line(self.cleaned_data["subject"])

    @property
    def words(self) -> Words:
        """Only of a valid form."""
        return Words(self.cleaned_data["subject"], self.cleaned_data["text"])

    @property
    def wants_waiting(self) -> bool:
        return bool(self.data.get("waiting")) if self.is_bound else False

    def fingerprint(self, circle: str) -> str:
        """The same for the same message to the same circle."""
        return fingerprint_of("POST", f"write {circle}", {k: str(v) for k, v in self.cleaned_data.items()})
