"""Slots and who stands in them: open, assign, close, cancel. Locks the slot first, then trainers, then bookings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from booking import access, policy, rules
from booking.errors import Conflict, FieldErrors, NotActive, NotAllowed
from booking.messages import outbox
from booking.models import LIVE, Booking, Change
from booking.retry import retried
from workshops.clashes import clash_of
from workshops.models import Assignment, Slot, Trainer, Venue, Workshop


@dataclass(frozen=True, slots=True)
class Opening:
    """A date to open. What is None comes from the workshop."""

    workshop: Workshop
    starts_at: datetime
    ends_at: datetime | None = None
    venue: Venue | None = None
    capacity: int | None = None
    max_groups: int | None = None
    languages: tuple[str, ...] | None = None
    listed: bool = True


@retried
def open_slot(opening: Opening, *, by: Actor, now: datetime) -> Slot:
    """Open a date for booking. Raises NotAllowed, FieldErrors."""
    workshop = opening.workshop
    if not (by.user and access.roles_of(by.user).organises(workshop.partner_id)):
        raise NotAllowed("open_slot")
    require_sane_times(opening, now)
    slot = Slot.objects.create(
        workshop=workshop,
        starts_at=opening.starts_at,
        ends_at=end_of(opening),
        venue=opening.venue or workshop.venue,
        capacity=opening.capacity or workshop.capacity,
        max_groups=opening.max_groups or workshop.max_groups,
        languages=list(opening.languages or workshop.languages),
        booking_mode=workshop.booking_mode,
        book_from=now,
        book_until=policy.book_until(opening.starts_at, workshop.policy.close_days),
        listed=opening.listed,
    )
    Change.objects.write("opened", slot=slot, by=by.acting_as("organiser"), at=now)
    return slot


def end_of(opening: Opening) -> datetime:
    return opening.ends_at or opening.starts_at + timedelta(minutes=opening.workshop.minutes)


def require_sane_times(opening: Opening, now: datetime) -> None:
    if opening.starts_at <= now:
        raise FieldErrors({"starts_at": ("past", _("This date is over already."))})
    if end_of(opening) <= opening.starts_at:
        raise FieldErrors({"ends_at": ("too_early", _("The end comes after the beginning."))})
    if timezone.localtime(opening.starts_at).date() != timezone.localtime(end_of(opening)).date():
        raise FieldErrors({"ends_at": ("other_day", _("A slot begins and ends on the same day."))})


@retried
def assign(
    slot: Slot, wanted: Sequence[tuple[Trainer, str]], *, by: Actor, now: datetime, override_reason: str = ""
) -> Slot:
    """Replace the trainers of a slot by `wanted`, pairs of trainer and role; those who are new hear of it.

    Locks the slot, then the trainers. Raises NotAllowed, NotActive, FieldErrors, Conflict.
    """
    by = access.require(by, "assign", slot)
    slot = lock(slot)
    if slot.state == Slot.State.CANCELLED:
        raise NotActive
    lock_trainers(slot, [trainer for trainer, _role in wanted])
    former = {row.trainer_id for row in slot.assignments.accepted()}
    with clashes_are_named():
        replace_assignments(slot, wanted, override_reason)
    slot.change(now)
    Change.objects.write("assigned", slot=slot, by=by, at=now, reason=override_reason)
    new = [trainer for trainer, _role in wanted if trainer.pk not in former]
    outbox.announce_slot("trainer_assigned", slot, new, now=now)
    return slot


def lock_trainers(slot: Slot, trainers: Sequence[Trainer]) -> None:
    """Hold the trainers' rows, in the order of keys. Raises FieldErrors for one who does not work for the partner."""
    wanted = {trainer.pk for trainer in trainers}
    ours = Trainer.objects.filter(pk__in=wanted, engagements__partner=slot.workshop.partner_id)
    locked = set(ours.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk", flat=True))
    if locked != wanted or len(wanted) != len(trainers):
        raise FieldErrors({"assignments": ("unknown", _("Please choose trainers of your team, each once."))})


def replace_assignments(slot: Slot, wanted: Sequence[tuple[Trainer, str]], override_reason: str) -> None:
    slot.assignments.all().delete()
    for trainer, role in wanted:
        clash = None if override_reason else clash_of(trainer, slot)
        if clash:
            raise Conflict(who=trainer.name, what=str(clash.slot.workshop))
        Assignment.objects.create(
            slot=slot, trainer=trainer, role=role, during=DateTimeTZRange(*slot.during), override_reason=override_reason
        )


class clashes_are_named:  # noqa: N801 (reads as a sentence after `with`)
    """Turns the database's word on a trainer in two places into Conflict, should a twin have come between."""

    def __enter__(self) -> None:
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        self.savepoint.__exit__(kind, error, trace)
        if isinstance(error, IntegrityError) and "trainer_in_one_place" in str(error):
            raise Conflict(who=_("Somebody of the team"), what=_("another date")) from error


@retried
def cancel_slot(slot: Slot, *, by: Actor, now: datetime, reason: str) -> Slot:
    """Call a date off. Every group and every trainer hears of it, with the reason.

    Locks the slot, then its bookings. Raises NotAllowed, FieldErrors, NotActive.
    """
    by = access.require(by, "cancel_slot", slot)
    rules.require_reason(reason)
    slot = lock(slot)
    if slot.state == Slot.State.CANCELLED or slot.ends_at <= now:
        raise NotActive
    for booking in live_bookings(slot):
        rules.end_by_cancelling(slot, booking, by=by, now=now, reason=reason)
        outbox.announce("booking_cancelled", booking, now=now)
    slot.change(now, state=Slot.State.CANCELLED, cancel_reason=reason, sequence=slot.sequence + 1)
    Change.objects.write("slot_cancelled", slot=slot, by=by, at=now, reason=reason)
    trainers = [row.trainer for row in outbox.leading(slot)]
    slot.assignments.update(state=Assignment.State.WITHDRAWN)  # feeds show for a while that it went
    outbox.announce_slot("slot_cancelled", slot, trainers, now=now, reason=reason)
    return slot


def live_bookings(slot: Slot) -> list[Booking]:
    """The slot's live bookings, locked by key; they share the locked slot."""
    bookings = list(
        Booking.objects.filter(slot=slot, state__in=LIVE)
        .select_for_update(of=("self",), no_key=True)
        .select_related("school")
        .order_by("pk")
    )
    for booking in bookings:
        booking.slot = slot
    return bookings


def lock(slot: Slot) -> Slot:
    locked = Slot.objects.lock(slot.pk)
    locked.workshop = slot.workshop
    return locked
