"""Who leads a date."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.forms.fields import text
from schools.sorting import for_people
from workshops.clashes import busy_during
from workshops.models import Assignment, Slot, Trainer


class AssignForm(forms.Form):
    """Who leads a date: a row a person, one more to add, an empty one takes the person out."""

    override_reason = text(
        gettext_lazy("Assign all the same, because"),
        longest=300,
        required=False,
        help_text=gettext_lazy("Only where somebody is needed in two places on purpose. The reason is kept."),
    )

    def __init__(self, slot: Slot, data: Any = None) -> None:
        self.slot = slot
        present = list(slot.assignments.accepted().order_by("-role", "pk"))
        reasons = [row.override_reason for row in present if row.override_reason]
        super().__init__(data, initial={"override_reason": reasons[0] if reasons else ""})
        self.rows = range(len(present) + 1)
        self.people = {trainer.pk: trainer for trainer in pool_of(slot)}
        choices = self.choices()
        for row, assignment in zip(self.rows, [*present, None], strict=True):
            self.fields[f"trainer_{row}"] = forms.ChoiceField(
                label=_("Person"), choices=choices, required=False, initial=assignment and assignment.trainer_id
            )
            self.fields[f"role_{row}"] = forms.ChoiceField(
                label=_("Task"), choices=Assignment.Role.choices, required=False, initial=assignment and assignment.role
            )

    def choices(self) -> list[Any]:
        """The partner's team in three groups: free and qualified, free, needed elsewhere at that time."""
        busy = busy_during(self.slot)
        able = set(self.slot.workshop.qualifications.values_list("trainer", flat=True))
        best: list[tuple[int, str]] = []
        others: list[tuple[int, str]] = []
        bound: list[tuple[int, str]] = []
        for pk, trainer in self.people.items():
            label = " · ".join([trainer.name, *(code.upper() for code in trainer.languages)])
            if pk in busy:
                bound.append((pk, f"{label}: {where(busy[pk])}"))
            else:
                (best if pk in able else others).append((pk, label))
        groups = ((_("Free and qualified"), best), (_("Free"), others), (_("Needed elsewhere then"), bound))
        return [("", _("nobody")), *((name, rows) for name, rows in groups if rows)]

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"trainer_{row}"], self[f"role_{row}"]) for row in self.rows]

    @property
    def wanted(self) -> list[tuple[Trainer, str]]:
        """Whom to assign, and as what. Only of a valid form."""
        values = self.cleaned_data
        return [
            (self.people[int(values[f"trainer_{row}"])], values[f"role_{row}"] or Assignment.Role.LEAD)
            for row in self.rows
            if values[f"trainer_{row}"]
        ]

    @property
    def shows_override(self) -> bool:
        """Whether the field for a reason is of use: after a clash, or where one was set aside."""
        return bool(self.non_field_errors()) or bool(self.initial["override_reason"])


def where(assignment: Assignment) -> str:
    """What binds somebody: the workshop and its time."""
    start = timezone.localtime(assignment.slot.starts_at)
    return f"{assignment.slot.workshop}, {start:%H:%M}"


def pool_of(slot: Slot) -> Any:
    return Trainer.objects.filter(engagements__partner=slot.workshop.partner_id).order_by(*for_people("name"))
