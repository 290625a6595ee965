"""Whether somebody is needed in two places: answers, no side effects."""

from __future__ import annotations

from workshops.models import Assignment, Slot, Trainer


def clash_of(trainer: Trainer, slot: Slot) -> Assignment | None:
    """Another slot that binds the trainer while `slot` does, set-up and tear-down included; None if there is none."""
    others = Assignment.objects.accepted().filter(trainer=trainer, override_reason="", during__overlap=slot.during)
    return others.exclude(slot=slot).select_related("slot__workshop").order_by("during").first()
