"""Where nobody of a house ever was: how many schools, and where they lie."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.core.cache import cache

from accounts.models import User
from booking.desk.figures import facts_of
from booking.reports.map import Map, draw
from booking.reports.white_spots import NEVER, REACHED, Wanted, look
from schools.schooldays import local_day

KEPT_SECONDS = 600  # it looks at every school that there is


@dataclass(frozen=True)
class Reach:
    """Active schools that came at least once, those that never did, and both on a map."""

    reached: int
    never: int
    map: Map | None


def reach_of(user: User, now: datetime) -> Reach:
    """Of the houses that `user` organises; looked at once in ten minutes. Two queries."""
    key = f"reach:{user.pk}:{local_day(now)}"
    known = cache.get(key)
    if known is None:
        spots = look(facts_of(user), Wanted(since=date.min))
        counts = Counter(spot.status for spot in spots)
        known = Reach(counts[REACHED], counts[NEVER], draw(spots))
        cache.set(key, known, KEPT_SECONDS)
    return known  # type: ignore[no-any-return]  # of the cache
