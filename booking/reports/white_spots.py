"""Schools and towns that nobody reached yet, or not for long. Reached is who had a visit that took place."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max

from booking.models import VisitFact
from schools.distance import km_between
from schools.models import Country, School
from workshops.models import Venue

Kind = School.Kind
NEVER, LONG, REACHED = "never", "long", "reached"
COLUMNS = ("pk", "name", "city", "kind", "country", "district_code", "lat", "lon", "sort_name")
ALL_YEARS = range(1, 14)
# Years of schooling that a kind of school has, as the domain of each country knows it; all for what is not named.
YEARS: dict[tuple[str, str], range] = {
    (Country.DE, Kind.PRIMARY): range(1, 5),
    (Country.DE, Kind.LOWER_SEC): range(5, 11),
    (Country.DE, Kind.UPPER_SEC): range(5, 14),
    (Country.DE, Kind.VOCATIONAL): range(10, 14),
    (Country.DE, Kind.SPECIAL): range(1, 11),
    (Country.PL, Kind.PRIMARY): range(1, 9),
    (Country.PL, Kind.UPPER_SEC): range(9, 13),
    (Country.PL, Kind.VOCATIONAL): range(9, 14),
    (Country.CZ, Kind.PRIMARY): range(1, 10),
    (Country.CZ, Kind.UPPER_SEC): range(6, 14),
    (Country.CZ, Kind.VOCATIONAL): range(10, 14),
}


def years_of(country: str, kind: str) -> range:
    return YEARS.get((country, kind), ALL_YEARS)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look at: kinds and countries (none: all), within `km` of a place, with this grade; since when a visit
    counts as fresh."""

    since: date
    kinds: Collection[str] = ()
    countries: Collection[str] = ()
    venue: Venue | None = None
    km: int | None = None
    grade: int | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """A school; `last` is its latest visit, None for never. `km` from the chosen place, None where nobody knows."""

    pk: int
    name: str
    city: str
    kind: str
    country: str
    district_code: str
    lat: float | None
    lon: float | None
    sort_name: str
    last: date | None
    visits: int
    km: float | None
    status: str

    @property
    def kind_name(self) -> str:
        return str(Kind(self.kind).label)

    @property
    def has_place(self) -> bool:
        return self.lat is not None and self.lon is not None


@dataclass(frozen=True, slots=True)
class Town:
    """A town with all its schools that were looked at."""

    name: str
    country: str
    schools: int
    reached: int
    last: date | None
    km: float | None
    status: str


def look(facts: Any, wanted: Wanted) -> list[Spot]:
    """Active schools with what these facts know of them, by name. Two queries, whatever there is."""
    visits = facts.filter(status=VisitFact.Status.HELD).order_by().values("school")
    known = {school: (last, number) for school, last, number in visits.values_list("school", Max("day"), Count("pk"))}
    rows = School.objects.active().by_name()
    if wanted.kinds:
        rows = rows.filter(kind__in=wanted.kinds)
    if wanted.countries:
        rows = rows.filter(country__in=wanted.countries)
    spots = (spot_of(row, known.get(row["pk"]), wanted) for row in rows.values(*COLUMNS))
    return [spot for spot in spots if fits(spot, wanted)]


def spot_of(row: dict[str, Any], visit: tuple[date, int] | None, wanted: Wanted) -> Spot:
    last, visits = visit or (None, 0)
    status = NEVER if last is None else REACHED if last >= wanted.since else LONG
    return Spot(**row, last=last, visits=visits, km=km_to(row, wanted.venue), status=status)


def km_to(row: dict[str, Any], venue: Venue | None) -> float | None:
    if venue is None or None in {venue.lat, venue.lon, row["lat"], row["lon"]}:
        return None
    return km_between(venue.lat, venue.lon, row["lat"], row["lon"])  # type: ignore[arg-type]  # asked above


def fits(spot: Spot, wanted: Wanted) -> bool:
    if wanted.grade and wanted.grade not in years_of(spot.country, spot.kind):
        return False
    return wanted.km is None or (spot.km is not None and spot.km <= wanted.km)


def towns_of(spots: Iterable[Spot]) -> list[Town]:
    """A town is reached as the best of its schools is; of two with one name in two districts each stands for itself."""
    grouped: dict[tuple[str, str, str], list[Spot]] = {}
    for spot in spots:
        grouped.setdefault((spot.city, spot.country, spot.district_code), []).append(spot)
    return [town_of(name, country, group) for (name, country, _district), group in grouped.items()]


def town_of(name: str, country: str, group: list[Spot]) -> Town:
    statuses = {spot.status for spot in group}
    best = next(status for status in (REACHED, LONG, NEVER) if status in statuses)
    reached = sum(spot.status == REACHED for spot in group)
    last = max((spot.last for spot in group if spot.last), default=None)
    km = min((spot.km for spot in group if spot.km is not None), default=None)
    return Town(name, country, len(group), reached, last, km, best)
