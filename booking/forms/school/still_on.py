"""Is it still on: yes, with another number, or no."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import number
from booking.models import Booking


class StillOnForm(forms.Form):
    """How many come; asked with the answer “another number” alone."""

    pupils = number(_("How many pupils are coming?"), least=1)

    def __init__(self, data: Any = None, *, booking: Booking, most: int) -> None:
        super().__init__(data, initial={"pupils": booking.pupils})
        self.fields["pupils"].help_text = _("up to %(most)d at once") % {"most": most}
