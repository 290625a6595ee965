"""Whom to ask whether they can lead a date."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.organise.assigning import pool_of
from workshops.clashes import busy_during
from workshops.models import Assignment, Slot, Trainer

MOST = 40


class AskForm(forms.Form):
    """Several of the team who are free then and have an address, those who are qualified first."""

    trainers = forms.MultipleChoiceField(label=_("Who could come"), widget=forms.CheckboxSelectMultiple)
    role = forms.ChoiceField(label=_("Task"), choices=Assignment.Role.choices)

    def __init__(self, slot: Slot, data: Any = None) -> None:
        super().__init__(data)
        rows = list(Assignment.objects.filter(slot=slot).select_related("trainer").order_by("pk"))
        self.open_or_declined = [row for row in rows if row.state in {"asked", "declined"}]
        bound = {row.trainer_id for row in rows if row.state in {"asked", "accepted"}} | set(busy_during(slot))
        able = set(slot.workshop.qualifications.values_list("trainer", flat=True))
        free = [one for one in pool_of(slot).exclude(email="") if one.pk not in bound]
        self.people: dict[int, Trainer] = {
            one.pk: one for one in sorted(free, key=lambda one: one.pk not in able)[:MOST]
        }
        self.fields["trainers"].choices = [(pk, one.name) for pk, one in self.people.items()]  # type: ignore[attr-defined]  # of a choice field

    @property
    def wanted(self) -> list[Trainer]:
        """Whom to ask. Only of a valid form."""
        return [self.people[int(pk)] for pk in self.cleaned_data["trainers"]]
