"""Who leads a date. Nobody stands in two places, unless a reason is given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from booking import access
from booking.errors import Conflict, FieldErrors, NotActive
from booking.messages import outbox
from booking.messages.recipients import leading
from booking.models import Change
from booking.planning.locking import lock, lock_team
from booking.planning.questions import newer, withdraw_questions
from booking.reports.facts import keep_slot
from booking.retry import retried
from workshops.clashes import clash_of
from workshops.models import Assignment, Slot, Trainer


@retried
def assign(
    slot: Slot, wanted: Sequence[tuple[Trainer, str]], *, by: Actor, now: datetime, override_reason: str = ""
) -> Slot:
    """Replace the trainers of a slot by `wanted`, pairs of trainer and role; who is new or gone hears of it, and who
    was asked for a task that is taken now. The same once more changes nothing.

    Locks the slot, then the trainers. Raises NotAllowed, NotActive, FieldErrors, Conflict.
    """
    by = access.require(by, "assign", slot)
    slot = lock(slot)
    lock_trainers(slot, [trainer for trainer, _role in wanted])
    if slot.state == Slot.State.CANCELLED:
        raise NotActive
    standing = leading(slot)
    if {(row.trainer_id, row.role, row.override_reason) for row in standing} == {
        (trainer.pk, role, override_reason) for trainer, role in wanted
    }:
        return slot
    former = {row.trainer_id: row.trainer for row in standing}
    wanted_ids = {trainer.pk for trainer, _role in wanted}
    with clashes_are_named():
        replace_assignments(slot, wanted, override_reason, now)
    new = [trainer for trainer, _role in wanted if trainer.pk not in former]
    gone = [trainer for pk, trainer in former.items() if pk not in wanted_ids]
    taken = withdraw_questions(slot, {role for trainer, role in wanted if trainer in new})
    if new or gone:
        keep_slot(slot)
    slot.change(now, **newer(slot, new or gone or taken))
    Change.objects.write("assigned", slot=slot, by=by, at=now, reason=override_reason)
    outbox.announce_slot("trainer_assigned", slot, new, now=now)
    outbox.announce_slot("trainer_unassigned", slot, gone, now=now)
    outbox.announce_slot("trainer_unassigned", slot, taken, now=now, taken=True)
    return slot


def lock_trainers(slot: Slot, trainers: Sequence[Trainer]) -> None:
    """Hold the trainers' rows, in the order of keys. Raises FieldErrors for one who does not work for the partner."""
    wanted = {trainer.pk for trainer in trainers}
    if lock_team(wanted, slot.workshop.partner_id) != wanted or len(wanted) != len(trainers):
        raise FieldErrors({"assignments": ("unknown", _("Please choose trainers of your team, each once."))})


def replace_assignments(slot: Slot, wanted: Sequence[tuple[Trainer, str]], override_reason: str, now: datetime) -> None:
    """Who stays keeps the row, and with it the link to answer; of who goes, feeds show for a while that it ended."""
    gone = slot.assignments.accepted().exclude(trainer__in=[trainer for trainer, _role in wanted])
    gone.update(state=Assignment.State.WITHDRAWN, ended_at=now)
    new = slot.assignments.filter(trainer__in=[trainer for trainer, _role in wanted])
    new.exclude(state=Assignment.State.ACCEPTED).update(answered_at=None)  # the house decides, whatever they had said
    for trainer, role in wanted:
        if not override_reason:
            refuse_clash(trainer, slot)
        values = {"role": role, "state": Assignment.State.ACCEPTED, "override_reason": override_reason}
        bound = {"during": DateTimeTZRange(*slot.during), "ended_at": None}
        Assignment.objects.update_or_create(slot=slot, trainer=trainer, defaults={**values, **bound})


def follow(slot: Slot, override_reason: str) -> None:
    """Bind the trainers of a locked slot for its new time; a reason sets aside the clashes there are, and only those.

    Locks the trainers. Raises Conflict.
    """
    bound = list(slot.assignments.accepted().filter(override_reason="").select_related("trainer"))
    lock_team(row.trainer_id for row in bound)
    for row in bound:
        if not override_reason:
            refuse_clash(row.trainer, slot)
        elif clash_of(row.trainer, slot):
            slot.assignments.filter(pk=row.pk).update(override_reason=override_reason)
    slot.assignments.update(during=DateTimeTZRange(*slot.during))


def refuse_clash(trainer: Trainer, slot: Slot) -> None:
    if clash := clash_of(trainer, slot):
        raise Conflict(who=trainer.name, what=str(clash.slot.workshop))


@contextmanager
def clashes_are_named() -> Iterator[None]:
    """Turns the database's word on a trainer in two places into Conflict, should a twin have come between."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "trainer_in_one_place" in str(error):
            raise Conflict(who=_("Somebody of the team"), what=_("another date")) from error
        raise
