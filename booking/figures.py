"""What an organiser's first page asks: what needs somebody today, and how the school year goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Exists, F, OuterRef, Sum
from django.db.models.functions import Lower

from accounts.models import User
from booking.models import LIVE, Booking, Bounce, Message
from schools.schooldays import at_local, local_day, school_year_of
from workshops.models import Slot

KEPT_SECONDS = 600


@dataclass(frozen=True)
class YearSoFar:
    """Visits recorded since the school year began; `at` is when it was counted.

    `girls` counts those whose gender was stated as such, `asked` all whose gender was stated. `offered` are the places
    of dates that are over and were not called off.
    """

    since: date
    at: datetime
    visits: int
    present: int
    girls: int
    asked: int
    schools: int
    offered: int

    @property
    def girls_percent(self) -> int | None:
        return round(100 * self.girls / self.asked) if self.asked else None

    @property
    def used_percent(self) -> int | None:
        return round(100 * self.present / self.offered) if self.offered else None


def year_so_far(user: User, now: datetime) -> YearSoFar:
    """The figures of the partners that `user` organises; counted at most every ten minutes."""
    since = school_year_of(local_day(now))
    key = f"year-so-far:{user.pk}:{since}"
    known = cache.get(key)
    if known is None:
        known = count_year(user, since, now)
        cache.set(key, known, KEPT_SECONDS)
    return known  # type: ignore[no-any-return]  # of the cache


def count_year(user: User, since: date, now: datetime) -> YearSoFar:
    start = at_local(since, time.min)
    came = Booking.objects.organised_by(user).filter(
        state="attended", slot__starts_at__gte=start, slot__starts_at__lte=now
    )
    sums = came.aggregate(
        visits=Count("pk"),
        schools=Count("school", distinct=True),
        f=Sum("attendance__f"),
        m=Sum("attendance__m"),
        d=Sum("attendance__d"),
        unknown=Sum("attendance__unknown"),
    )
    over = Slot.objects.organised_by(user).filter(starts_at__gte=start, ends_at__lte=now)
    offered = over.exclude(state=Slot.State.CANCELLED).aggregate(places=Sum("capacity"))["places"]
    f, m, d, unknown = (sums[name] or 0 for name in ("f", "m", "d", "unknown"))
    return YearSoFar(since, now, sums["visits"], f + m + d + unknown, f, f + m + d, sums["schools"], offered or 0)


def unrecorded_slots(user: User, now: datetime) -> Any:
    """Dates that are over with groups whose record is missing, the oldest first."""
    missing = Booking.objects.to_record().filter(slot=OuterRef("pk"))
    return Slot.objects.organised_by(user).filter(Exists(missing), ends_at__lt=now).with_facts().by_time()


def unstaffed_slots(user: User, now: datetime) -> Any:
    """Coming dates with groups whom nobody leads, the next first."""
    coming = Slot.objects.organised_by(user).to_come(now).filter(groups_taken__gt=0)
    return coming.without_trainer().with_facts().by_time()


def slots_with_room_for_waiting(user: User, now: datetime) -> Any:
    coming = Slot.objects.organised_by(user).to_come(now)
    return coming.with_room_for_waiting().annotate(left=F("capacity") - F("places_taken")).with_facts().by_time()


def failed_messages(user: User) -> Any:
    return Message.objects.failed().organised_by(user).order_by("-created_at", "-pk")


def unreachable_bookings(user: User, now: datetime) -> Any:
    """Classes to come whose contact has an address that takes no mails, the next first."""
    marked = Bounce.objects.filter(address=Lower(OuterRef("contact_email")))
    coming = Booking.objects.organised_by(user).filter(Exists(marked), state__in=LIVE, slot__starts_at__gt=now)
    return coming.with_facts().order_by("slot__starts_at", "pk")
