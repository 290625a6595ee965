"""Which rows of the reports to show."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from booking.forms.organise.period import PeriodForm
from booking.models import VisitFact

STATUSES = [("", gettext_lazy("All")), *VisitFact.Status.choices]


class VisitsForm(PeriodForm):
    """A period, and what became of the visit. What makes no sense there is left out."""

    status = forms.ChoiceField(label=gettext_lazy("What became of it"), choices=STATUSES, required=False)

    def __init__(self, today: date, data: Any, houses: Any) -> None:
        super().__init__(today, data, houses)
        status = data.get("status", "")
        self.data = {**self.data, "status": status if status in dict(STATUSES) else ""}

    def rows(self, facts: Any) -> Any:
        """Of these facts, the latest first. *Turned away* are the rows that carry the number. Only of a valid form."""
        wanted = self.cleaned_data
        facts = facts.filter(day__gte=wanted["from"], day__lte=wanted["to"])
        if self.chosen_house:
            facts = facts.filter(partner=self.chosen_house)
        if wanted["status"] == VisitFact.Status.TURNED_AWAY:
            facts = facts.filter(turned_away__gt=0)
        elif wanted["status"]:
            facts = facts.filter(status=wanted["status"])
        return facts.order_by("-day", "-booking")
