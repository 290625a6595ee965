"""Rows that the rules of slots hold: the slot, then trainers by key, then bookings by key."""

from __future__ import annotations

from collections.abc import Iterable

from booking.models import Booking
from workshops.models import Slot, Trainer, TrainerPartner


def lock(slot: Slot) -> Slot:
    locked = Slot.objects.lock(slot.pk)
    locked.workshop = slot.workshop
    return locked


def lock_team(trainer_ids: Iterable[int], partner_id: int | None = None) -> set[int]:
    """Hold the rows of these trainers, with `partner_id` only of that team; the keys of those found."""
    rows = Trainer.objects.filter(pk__in=set(trainer_ids)).select_for_update(no_key=True).order_by("pk")
    held = set(rows.values_list("pk", flat=True))
    if partner_id is None:
        return held
    # Asked once the rows are held: who was taken out of the team at this moment is not of it any more.
    ours = TrainerPartner.objects.filter(partner=partner_id, trainer__in=held)
    return set(ours.values_list("trainer", flat=True))


def live_bookings(slot: Slot) -> list[Booking]:
    """The slot's live bookings, locked by key; they share the locked slot."""
    bookings = list(
        Booking.objects.live()
        .filter(slot=slot)
        .select_for_update(of=("self",), no_key=True)
        .select_related("school")
        .order_by("pk")
    )
    for booking in bookings:
        booking.slot = slot
    return bookings
