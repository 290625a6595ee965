"""Asking several people who can lead a date, and their answers. The first who says yes leads it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from booking import access
from booking.errors import FieldErrors, NotActive
from booking.messages import outbox
from booking.models import Change
from booking.planning.assigning import clashes_are_named, lock_trainers, refuse_clash
from booking.planning.locking import lock, lock_team
from booking.planning.questions import newer, withdraw_questions
from booking.retry import retried
from workshops.models import Assignment, Slot, Trainer

State = Assignment.State


@retried
def ask(slot: Slot, trainers: Sequence[Trainer], role: str, *, by: Actor, now: datetime) -> Slot:
    """Ask these trainers whether they can take a task; who leads or is asked already is not asked again.

    It binds nobody. Locks the slot, then the trainers. Raises NotAllowed, NotActive, FieldErrors.
    """
    by = access.require(by, "assign", slot)
    slot = lock(slot)
    lock_trainers(slot, trainers)
    require_ahead(slot, now)
    if not trainers or not all(trainer.email for trainer in trainers):
        raise FieldErrors({"trainers": ("required", _("Please choose whom to ask; they need an address."))})
    known = set(slot.assignments.filter(state__in=[State.ASKED, State.ACCEPTED]).values_list("trainer", flat=True))
    new = [trainer for trainer in trainers if trainer.pk not in known]
    for trainer in new:
        values = {"role": role, "state": State.ASKED, "override_reason": "", "answered_at": None}
        values |= {"ended_at": None, "during": DateTimeTZRange(*slot.during)}
        Assignment.objects.update_or_create(slot=slot, trainer=trainer, defaults=values)
    slot.change(now, **newer(slot, new))
    Change.objects.write("trainers_asked", slot=slot, by=by, at=now)
    outbox.announce_slot("trainer_asked", slot, new, now=now, role=role)
    return slot


def require_ahead(slot: Slot, now: datetime) -> None:
    if slot.state == Slot.State.CANCELLED or slot.starts_at <= now:
        raise NotActive


@retried
def answer(assignment: Assignment, *, comes: bool, by: Actor, now: datetime) -> Assignment:
    """Yes or no of a trainer: to a question, or no to a date that they lead. The same answer again changes nothing.

    With a yes the others who were asked for the task hear that it is taken. Locks the slot, then the trainer. Raises
    NotAllowed, NotActive, Conflict.
    """
    by = access.answering(by, assignment)
    slot = lock(assignment.slot)
    lock_team([assignment.trainer_id])
    row = slot.assignments.select_related("trainer__user").filter(pk=assignment.pk).first()
    if row is None or row.state == State.WITHDRAWN:
        raise NotActive
    require_ahead(slot, now)
    row.slot = slot
    if row.state == (State.ACCEPTED if comes else State.DECLINED):
        return row
    if comes:
        accept(row, now=now)
    else:
        decline(row, now=now)
    Change.objects.write("trainer_accepted" if comes else "trainer_declined", slot=slot, by=by, at=now)
    outbox.announce_answer(slot, row.trainer, comes=comes, now=now)
    return row


def accept(row: Assignment, *, now: datetime) -> None:
    if row.state != State.ASKED:
        raise NotActive
    refuse_clash(row.trainer, row.slot)
    with clashes_are_named():
        stand(row, State.ACCEPTED, now)
    others = withdraw_questions(row.slot, {row.role})
    row.slot.change(now, **newer(row.slot, is_other=True))
    outbox.announce_slot("trainer_assigned", row.slot, [row.trainer], now=now, said_yes=True)
    outbox.announce_slot("trainer_unassigned", row.slot, others, now=now, taken=True)


def decline(row: Assignment, *, now: datetime) -> None:
    if row.state == State.ACCEPTED:
        row.ended_at = now
    stand(row, State.DECLINED, now)
    row.slot.change(now, **newer(row.slot, is_other=True))
    outbox.announce_slot("trainer_unassigned", row.slot, [row.trainer], now=now, declined=True)


def stand(row: Assignment, state: Assignment.State, now: datetime) -> None:
    row.state, row.answered_at = state, now
    row.save(update_fields=["state", "answered_at", "ended_at"])
