"""Handing a booking over: whom one asks, and what the colleague says of oneself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from booking.forms.fields import WorkEmailField, text


class HandOverForm(forms.Form):
    """The address of the colleague."""

    email = WorkEmailField(
        label=_("Work e-mail of your colleague"),
        max_length=254,
        help_text=_("We ask there by mail. Until your colleague says yes, everything stays as it is."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


class TakeOverForm(forms.Form):
    """Name and telephone of who takes over; what an account knows is filled in."""

    name = text(_("Name"), longest=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = text(
        _("Phone on the day of the visit"),
        longest=40,
        required=False,
        help_text=_("Only in case the bus does not come. Deleted after 7 days."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )

    def __init__(self, data: Any = None, *, known: User | None = None) -> None:
        super().__init__(data, initial={"name": known.name, "phone": known.phone} if known else None)
