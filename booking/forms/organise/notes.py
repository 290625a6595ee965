"""What organisers tell each other."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from booking.forms.fields import key_field, offer, text
from workshops.models import Partner

LONGEST = 2000


class NoteForm(forms.Form):
    """A note. Whoever works for several partners says for which one, unless `partner` is known."""

    partner = forms.ModelChoiceField(Partner.objects.none(), label=_("For"), empty_label=None)
    text = text(
        _("Internal note"),
        longest=LONGEST,
        rows=3,
        help_text=_("Only your team reads it: no school, no trainer, no other organiser."),
    )
    key = key_field()

    def __init__(self, user: User, data: Any = None, *, partner: Partner | None = None) -> None:
        super().__init__(data, initial={"key": uuid4().hex}, auto_id="note-%s")
        self.known = partner or only_partner_of(user)
        if self.known:
            del self.fields["partner"]
        else:
            offer(self.fields["partner"], Partner.objects.organised_by(user))

    @property
    def chosen_partner(self) -> Partner:
        """Whose note it is. Only of a valid form."""
        chosen: Partner = self.known or self.cleaned_data["partner"]
        return chosen


def only_partner_of(user: User) -> Partner | None:
    first_two = list(Partner.objects.organised_by(user)[:2])
    return first_two[0] if len(first_two) == 1 else None
