"""Whether somebody is needed in two places: answers, no side effects."""

from __future__ import annotations

from workshops.models import Assignment, Slot, Trainer


def clash_of(trainer: Trainer, slot: Slot) -> Assignment | None:
    """Another slot that binds the trainer while `slot` does, set-up and tear-down included; None if there is none."""
    others = Assignment.objects.accepted().filter(trainer=trainer, override_reason="", during__overlap=slot.during)
    return others.exclude(slot=slot).select_related("slot__workshop").order_by("during").first()


def busy_during(slot: Slot) -> dict[int, Assignment]:
    """Who of the partner's team is bound elsewhere while `slot` lasts, by the trainer's key. One query."""
    others = Assignment.objects.accepted().filter(override_reason="", during__overlap=slot.during).exclude(slot=slot)
    team = others.filter(trainer__engagements__partner=slot.workshop.partner_id)
    return {assignment.trainer_id: assignment for assignment in team.select_related("slot__workshop")}
