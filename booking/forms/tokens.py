"""A new key for a program."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from accounts.models import Token
from booking.forms.fields import text as line

WORDS = {
    "read": gettext_lazy("read what I see"),
    "book": gettext_lazy("also book, change, cancel and record attendance"),
    "organise": gettext_lazy("also decide, plan dates and read reports"),
}


class TokenForm(forms.Form):
    name = line(gettext_lazy("What it is for"), longest=80, help_text=gettext_lazy("for example: our website"))
    scope = forms.ChoiceField(
        label=gettext_lazy("What the program may do"), widget=forms.RadioSelect, initial=Token.Scope.READ
    )

    def __init__(self, *, organises: bool, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a QueryDict or None
        mine = WORDS if organises else {name: words for name, words in WORDS.items() if name != Token.Scope.ORGANISE}
        self.fields["scope"].choices = list(mine.items())  # type: ignore[attr-defined]  # of a choice field
