"""Leaving for good."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class LeavingForm(forms.Form):
    sure = forms.BooleanField(
        label=_("Yes, delete my account and my data for good."),
        error_messages={"required": _("Please tick this, so that nothing is deleted by mistake.")},
    )
