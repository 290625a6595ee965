"""Answers of the catalogue: which dates come next, how many there are, and what one sees without a filter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Case, Count, F, QuerySet, When, Window
from django.db.models.functions import RowNumber

from workshops.models import Slot, Workshop
from workshops.models.slot import FULL, SlotQuerySet

DATES_ON_A_CARD = 3
FREE_FIRST = Case(When(FULL, then=1), default=0)


def with_next_dates(workshops: Sequence[Workshop], slots: QuerySet[Slot]) -> list[Workshop]:
    """Gives each workshop `next_slots`, its next three of `slots`, `slots_count` and `booked_up`. One query for all.

    Full dates stand there only where fewer than three are free.
    """
    next_slots: dict[int, list[Slot]] = defaultdict(list)
    for slot in first_of_each(slots.filter(workshop__in=[workshop.pk for workshop in workshops])):
        next_slots[slot.workshop_id].append(slot)
    for workshop in workshops:
        mine = next_slots[workshop.pk]
        workshop.next_slots = mine  # type: ignore[attr-defined]  # for the card
        workshop.booked_up = bool(mine) and all(slot.is_full for slot in mine)  # type: ignore[attr-defined]  # same
        workshop.slots_count = mine[0].of_all if mine else 0  # type: ignore[attr-defined]  # same
    return list(workshops)


def first_of_each(slots: QuerySet[Slot]) -> QuerySet[Slot]:
    return (
        slots.annotate(
            rank=Window(RowNumber(), partition_by=F("workshop"), order_by=(FREE_FIRST, "starts_at", "pk")),
            of_all=Window(Count("pk"), partition_by=F("workshop")),
        )
        .filter(rank__lte=DATES_ON_A_CARD)
        .order_by("workshop", "starts_at", "pk")
    )


def coming(now: datetime) -> SlotQuerySet:
    """Dates that pages show to everybody."""
    return on_offer(Slot.objects.public(), now)


def on_offer(dates: SlotQuerySet, now: datetime) -> SlotQuerySet:
    """Those that one may still book, wait for or wish for: pages name no date that is closed."""
    return dates.filter(state=Slot.State.OPEN, book_until__gt=now)
