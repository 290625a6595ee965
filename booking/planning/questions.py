"""Questions to trainers that nobody has answered yet: they bind nobody, stand in no feed, and end with the date."""

from __future__ import annotations

from collections.abc import Collection

from workshops.models import Slot, Trainer


def withdraw_questions(slot: Slot, roles: Collection[str] | None = None) -> list[Trainer]:
    """End the open questions about a locked slot, with `roles` only those for these tasks; whom they had asked."""
    rows = slot.assignments.asked() if roles is None else slot.assignments.asked().filter(role__in=roles)
    asked = [row.trainer for row in rows.select_related("trainer__user").order_by("pk")]
    rows.delete()
    return asked


def newer(slot: Slot, is_other: object) -> dict[str, int]:
    """What to write so that invitations to another team are newer than those to the former one (RFC 5546 §2.1.4)."""
    return {"sequence": slot.sequence + 1} if is_other else {}
