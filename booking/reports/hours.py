"""Hours and kilometres of those who lead: what each date took each of its team. Dates are over, were not called off,
and somebody was to come. The parts are those of `booking/reports/effort.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Extract

from accounts.models import User
from booking.models import Booking
from schools.schooldays import at_local, day_end
from schools.search import FoldDe
from schools.sorting import for_people
from workshops.models import Assignment, Policy, Slot
from workshops.vocabulary import Format

SHOWN = (
    "role", "trainer__name", "slot__starts_at", "slot__ends_at", "slot__venue__name", "slot__venue__city",
    "slot__workshop__title", "slot__workshop__format", "slot__workshop__partner__name",
)  # fmt: skip
PARTS = ("teaching", "around", "preparation", "travel", "minutes", "km")


@dataclass(frozen=True, slots=True)
class Period:
    """Local days, both included."""

    first: date
    last: date


def dates_led(period: Period, now: datetime) -> QuerySet[Assignment]:
    """A row a date and trainer with its PARTS: whole minutes and kilometres; `minutes` is the sum of the first four."""
    over = Assignment.objects.accepted().filter(
        slot__starts_at__gte=at_local(period.first, time.min),
        slot__starts_at__lt=day_end(period.last),
        slot__ends_at__lte=now,
        slot__groups_taken__gt=0,
    )
    parts = over.exclude(slot__state=Slot.State.CANCELLED).annotate(
        teaching=Cast(Extract(F("slot__ends_at") - F("slot__starts_at"), "epoch") / 60, IntegerField()),
        around=F("slot__setup_minutes") + F("slot__teardown_minutes"),
        preparation=by_rule("prep_minutes"),
        travel=to_schools(by_rule("travel_minutes")),
        km=Case(When(pk=driver(), then=Coalesce("slot__km", 0)), default=0, output_field=IntegerField()),
    )
    return parts.annotate(minutes=F("teaching") + F("around") + F("preparation") + F("travel"))


def by_rule(name: str) -> Coalesce:
    """As it was settled when somebody came, else as the workshop, its house or nobody says."""
    usual = Value(getattr(Policy(), name))
    return Coalesce(f"slot__{name}", f"slot__workshop__{name}", f"slot__workshop__partner__{name}", usual)


def to_schools(minutes: Any) -> Case:
    return Case(When(slot__workshop__format=Format.MOBILE, then=minutes), default=0, output_field=IntegerField())


def driver() -> Subquery:
    """Of several the first who leads, else the first at all: the way is driven once."""
    team = Assignment.objects.accepted().filter(slot=OuterRef("slot"))
    return Subquery(team.order_by("-role", "pk").values("pk")[:1])


def of_houses(rows: QuerySet[Assignment], user: User) -> QuerySet[Assignment]:
    """The dates of the houses that `user` organises."""
    if user.is_network_admin:
        return rows
    return rows.filter(slot__workshop__partner__in=user.partner_roles.values("partner"))


def by_trainer(rows: QuerySet[Assignment]) -> QuerySet[Any]:
    """The sums of each trainer, by name."""
    sums = {f"all_{name}": Sum(name) for name in PARTS}
    names = rows.annotate(sort_name=FoldDe("trainer__name")).values("trainer", "trainer__name", "sort_name")
    return names.annotate(dates=Count("pk"), **sums).order_by("sort_name", "trainer__name", "trainer")


def total(rows: QuerySet[Assignment]) -> dict[str, int]:
    """Dates counted once for each of the team, and the sums of all parts."""
    sums = rows.aggregate(dates=Count("pk"), **{f"all_{name}": Sum(name) for name in PARTS})
    return {name: value or 0 for name, value in sums.items()}


def in_full(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """By time, with just what a line shows; each slot has its `visits`."""
    visits = Booking.objects.visiting().select_related("school").only("slot", "school__name", "school__city")
    facts = rows.select_related("trainer", "slot__workshop__partner", "slot__venue").only(*SHOWN)
    told = facts.prefetch_related(Prefetch("slot__bookings", visits.order_by("pk"), to_attr="visits"))
    return told.order_by("slot__starts_at", "slot", *for_people("trainer__name"))
