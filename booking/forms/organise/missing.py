"""Visits that nobody has recorded: which to show."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from booking.desk.figures import unrecorded_slots
from booking.forms.fields import offer
from workshops.models import Workshop

AGES = [("", _("All")), ("3", _("over 3 days")), ("14", _("over 14 days"))]


class MissingForm(forms.Form):
    """What makes no sense is left out."""

    workshop = forms.ModelChoiceField(
        Workshop.objects.none(), label=_("Workshop"), required=False, empty_label=_("All workshops")
    )
    age = forms.ChoiceField(label=_("Missing for"), choices=AGES, required=False)

    def __init__(self, user: User, now: datetime, data: Any = None) -> None:
        super().__init__(data)
        self.user, self.now = user, now
        offer(self.fields["workshop"], Workshop.objects.organised_by(user).by_title())
        self.is_valid()

    def slots(self) -> Any:
        """Dates with a group whose record is missing, the oldest first."""
        slots = unrecorded_slots(self.user, self.now)
        if workshop := self.cleaned_data.get("workshop"):
            slots = slots.filter(workshop=workshop)
        if age := self.cleaned_data.get("age"):
            slots = slots.filter(ends_at__lt=self.now - timedelta(days=int(age)))
        return slots
