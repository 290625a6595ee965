"""How many of the places that were offered were used: one figure for reports, the first page and each of its weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from booking.models import Booking, VisitFact
from workshops.models import Slot

CAME = F("f") + F("m") + F("d") + F("unknown")
NOT_RECORDED = Exists(Booking.objects.to_record().filter(slot=OuterRef("pk")))


@dataclass(frozen=True, slots=True)
class Places:
    """`used` are the pupils who were there, on the dates whose places are `offered`."""

    offered: int
    used: int

    @property
    def percent(self) -> float | None:
        """With two decimals; above 100 where more came than there are places."""
        return round(100 * self.used / self.offered, 2) if self.offered else None

    @property
    def whole(self) -> int | None:
        """As it is shown; half a percent is rounded up."""
        return (200 * self.used + self.offered) // (2 * self.offered) if self.offered else None


def counted(slots: Any, now: datetime) -> Any:
    """The dates that the figure counts: over, not called off, each group recorded; empty ones included."""
    return slots.filter(~NOT_RECORDED, ends_at__lte=now).exclude(state=Slot.State.CANCELLED)


def left_out(slots: Any, now: datetime) -> Any:
    """The other dates that have begun: what is recorded of them counts as visits, but not here."""
    others = Q(state=Slot.State.CANCELLED) | Q(ends_at__gt=now) | NOT_RECORDED
    return slots.filter(others, starts_at__lte=now)


def with_came(slots: Any) -> Any:
    """Each with how many pupils `came`."""
    facts = VisitFact.objects.filter(status=VisitFact.Status.HELD, slot=OuterRef("pk")).order_by().values("slot")
    return slots.annotate(came=Coalesce(Subquery(facts.annotate(sum=Sum(CAME)).values("sum")), 0))


def summed(slots: Any) -> Places:
    """Of dates with who `came`. One query."""
    found = slots.order_by().aggregate(offered=Sum("capacity"), used=Sum("came"))
    return Places(found["offered"] or 0, found["used"] or 0)


def held_on(slots: Any) -> Any:
    return VisitFact.objects.filter(status=VisitFact.Status.HELD, slot__in=slots)


def places_of(slots: Any, now: datetime, present: int) -> Places:
    """Of these dates, all of whose visits brought `present` pupils. Two queries, both over few rows: a report has
    summed up all visits already."""
    offered = counted(slots, now).aggregate(sum=Sum("capacity"))["sum"] or 0
    besides = held_on(left_out(slots, now).values("pk")).aggregate(sum=Sum(CAME))["sum"] or 0
    return Places(offered, present - besides)
