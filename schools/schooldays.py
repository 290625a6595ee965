"""Arithmetic of school days in the zone of the installation; holidays of Saxony, Poland and Czechia.

School holidays come from the package `holidays` (Saxony to summer 2029, Poland by voivodeship), Czech ones and all
days of single schools from Closure rows.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import holidays
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language, override

from accounts.prepared import Question
from schools.holiday_names import in_own_words
from schools.models import Closure, Country

if TYPE_CHECKING:
    from schools.models import School

ONE_DAY, WEEK = timedelta(days=1), timedelta(days=7)
SUBDIVISIONS = {Country.DE: "SN", Country.PL: "02", Country.CZ: None}
LUBUSKIE = "08"
FIRST_MONTH = 8


def local_day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def day_end(day: date) -> datetime:
    """24:00 of a local day: deadlines in days end with that day."""
    return at_local(day + ONE_DAY, time.min)


def monday_of(day: date) -> date:
    return day - ONE_DAY * day.weekday()


def at_local(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


@lru_cache(maxsize=128)
def named_holidays(country: str, subdivision: str | None, year: int, language: str = "de") -> dict[date, str]:
    """Public and school holidays of a year with their names in `language`: of the package, else ours."""
    categories = categories_of(country)
    calendar = holidays.country_holidays(country, subdivision, year, categories=categories, language=language)
    if language in calendar.supported_languages:
        return dict(calendar.items())
    with override(language):
        return {day: in_own_words(name) for day, name in calendar.items()}


def categories_of(country: str) -> tuple[str, ...]:
    return ("public",) if country == Country.CZ else ("public", "school")


@lru_cache(maxsize=64)
def closed_by_law(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    return frozenset(named_holidays(country, subdivision, year))


@lru_cache(maxsize=32)
def public_holidays(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    """Days on which offices are closed; weekends not counted."""
    return frozenset(holidays.country_holidays(country, subdivision, year, categories=("public",)))


def working_days_before(day: date, count: int) -> date:
    """The `count`-th working day of the houses before `day`: Monday to Friday, no public holiday of Saxony."""
    years = (day.year - 1, day.year)
    closed = frozenset[date]().union(*(public_holidays(Country.DE, SUBDIVISIONS[Country.DE], year) for year in years))
    return school_days_before(day, count, closed)


def school_year_of(day: date) -> date:
    """The first of August on or before `day`: there a school year begins."""
    return date(day.year if day.month >= FIRST_MONTH else day.year - 1, FIRST_MONTH, 1)


def end_of_school_year(day: date) -> date:
    """The last of July on or after `day`."""
    first = school_year_of(day)
    return first.replace(year=first.year + 1) - ONE_DAY


def subdivision_of(school: School | None) -> tuple[str, str | None]:
    country = school.country if school else Country.DE
    if country == Country.PL and school and school.region_code.startswith(LUBUSKIE):
        return country, LUBUSKIE
    return country, SUBDIVISIONS[Country(country)]


def closed_days(school: School | None, first: date, last: date) -> frozenset[date]:
    """Days without lessons from `first` to `last`, weekends not counted: holidays of the school's region and closures.

    Without a school it is Saxony. One query, then remembered on the object: terms and reminders ask the same.
    """
    if school is None:
        return look_up(None, first, last)
    if (first, last) not in school.remembered_days:
        school.remembered_days[first, last] = look_up(school, first, last)
    return school.remembered_days[first, last]


def look_up(school: School | None, first: date, last: date) -> frozenset[date]:
    country, subdivision = subdivision_of(school)
    by_law = frozenset().union(
        *(closed_by_law(country, subdivision, year) for year in range(first.year, last.year + 1))
    )
    return by_law.union(*(days_of(closure) for closure in closures_for(school, first, last)))


def concerning(first: Any, last: Any, country: Any, school: Any, district: Any, region: Any) -> QuerySet[Closure]:
    of_school = Q(country=country) | Q(school=school) | Q(district_code=district)
    return Closure.objects.touching(first, last).filter(of_school | Q(region_code=region) | Q(municipality_code=region))


CONCERNING = Question(concerning)


def closures_for(school: School | None, first: date, last: date) -> list[Closure]:
    """Closures between the two days that concern the school; without one, those of the whole country."""
    places = {
        "country": school.country if school else Country.DE,
        "school": school.pk if school else None,
        "district": (school and school.district_code) or None,  # an empty code is nowhere, and nothing equals NULL
        "region": (school and school.region_code) or None,
    }
    return CONCERNING.ask(first=first, last=last, **places)


def named_closed_days(schools: Iterable[School], first: date, last: date) -> dict[int, dict[date, str]]:
    """As `closed_days` for each of the schools by key, each day with the name of its holiday. One query."""
    schools = list(schools)
    general = Q(school=None)
    closures = list(Closure.objects.touching(first, last).filter(general | Q(school__in=schools)))
    return {school.pk: named_days(school, closures, range(first.year, last.year + 1)) for school in schools}


def named_days(school: School, closures: Iterable[Closure], years: Iterable[int]) -> dict[date, str]:
    days: dict[date, str] = {}
    for year in years:
        days |= named_holidays(*subdivision_of(school), year, language=get_language() or "de")
    for closure in closures:
        if concerns(closure, school):
            days |= dict.fromkeys(days_of(closure), closure.name)
    return days


def concerns(closure: Closure, school: School) -> bool:
    """Whether the closure's one scope holds the school."""
    region = school.region_code
    return (
        closure.school_id == school.pk
        or closure.country == school.country
        or bool(closure.district_code and closure.district_code == school.district_code)
        or bool(region and region in {closure.region_code, closure.municipality_code})
    )


def days_of(closure: Closure) -> list[date]:
    return [closure.first + ONE_DAY * offset for offset in range((closure.last - closure.first).days + 1)]


def is_school_day(day: date, closed: Container[date]) -> bool:
    return day.weekday() < 5 and day not in closed


def school_days_before(day: date, count: int, closed: Container[date]) -> date:
    """The `count`-th school day before `day`; weekends and `closed` do not count."""
    while count > 0:
        day -= ONE_DAY
        count -= is_school_day(day, closed)
    return day


def school_days_after(day: date, count: int, closed: Container[date]) -> date:
    """The `count`-th school day after `day`."""
    while count > 0:
        day += ONE_DAY
        count -= is_school_day(day, closed)
    return day


def school_days_between(first: date, last: date, closed: Container[date]) -> int:
    """How many school days have passed from `first` (not counted) to `last` (counted)."""
    return sum(is_school_day(first + ONE_DAY * step, closed) for step in range(1, (last - first).days + 1))
