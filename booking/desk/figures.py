"""What an organiser's first page asks: what needs somebody today, and how the school year goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, Sum
from django.db.models.functions import Lower

from accounts.models import User
from booking.access import roles_of
from booking.models import Booking, Bounce, Message, VisitFact
from booking.reports.figures import Row, led, sums, values_of
from booking.reports.places import CAME, Places, places_of
from booking.reports.question import Question
from booking.reports.weeks import Week, weeks_around
from schools.schooldays import ONE_DAY, end_of_school_year, local_day, school_year_of
from workshops.models import Slot

KEPT_SECONDS = 60
ENDING = timedelta(days=2)  # an offer whose deadline is so near is told
Status = VisitFact.Status


@dataclass(frozen=True)
class SoFar:
    """The school year or the month up to this day, of one's own houses; `at` is when it was counted. Who was turned
    away is counted up to the last day, `until`: a date to come is refused before it is there.

    `girls` counts those whose gender was stated as such, `asked` all whose gender was stated; `before` who came a year
    ago up to the same day; `new_schools` those that never came before. `pupils_away` are pupils of `groups_away`
    groups; `waiting` groups wait now. `weeks` and `months` are those of the school year in any case.
    """

    since: date
    until: date
    at: datetime
    visits: int
    present: int
    before: int
    girls: int
    asked: int
    schools: int
    new_schools: int
    places: Places
    pupils_away: int
    groups_away: int
    waiting: int
    weeks: list[Week]
    months: list[Row]

    @property
    def girls_percent(self) -> int | None:
        """Half a percent is rounded up, as in reports."""
        return (200 * self.girls + self.asked) // (2 * self.asked) if self.asked else None


def so_far(user: User, now: datetime, *, month: bool = False) -> SoFar:
    """The figures of the partners that `user` organises; counted at most once a minute."""
    today = local_day(now)
    key = f"so-far:{user.pk}:{today}:{month}"
    known = cache.get(key)
    if known is None:
        known = count(user, *period_of(today, month=month), now)
        cache.set(key, known, KEPT_SECONDS)
    return known  # type: ignore[no-any-return]  # of the cache


def period_of(today: date, *, month: bool = False) -> tuple[date, date]:
    """The first and the last day of the school year or the month."""
    if month:
        first = today.replace(day=1)
        return first, (first + 31 * ONE_DAY).replace(day=1) - ONE_DAY
    return school_year_of(today), end_of_school_year(today)


def facts_of(user: User) -> Any:
    """What reports know of the houses that `user` organises; the network's admin organises all."""
    if user.is_network_admin:
        return VisitFact.objects.all()
    return VisitFact.objects.filter(partner__in=user.partner_roles.values("partner"))


def count(user: User, since: date, until: date, now: datetime) -> SoFar:
    """Eleven queries."""
    facts, slots, today = facts_of(user), Slot.objects.organised_by(user), local_day(now)
    waiting = slots.to_come(now).aggregate(groups=Sum("groups_waiting"))["groups"]
    found = sums_of_facts(facts, since, today, until)
    return SoFar(
        since=since,
        until=until,
        at=now,
        **found,
        **schools_reached(facts, since),
        places=places_of(slots.from_day(since).to_day(today), now, found["present"]),
        waiting=waiting or 0,
        weeks=weeks_around(now, slots, facts),
        months=by_month(user, today),
    )


def by_month(user: User, today: date) -> list[Row]:
    """Participations of the school year, as the report on them has them."""
    question = Question(school_year_of(today), today)
    houses = None if user.is_network_admin else roles_of(user).partners
    rows, _total = sums("month", led(question, houses), values_of(question, houses))
    return rows


def sums_of_facts(facts: Any, since: date, today: date, until: date) -> dict[str, int]:
    stated = F("f") + F("m") + F("d")
    held = Q(status=Status.HELD, day__gte=since, day__lte=today)
    former = Q(status=Status.HELD, day__gte=a_year_before(since), day__lte=a_year_before(today))
    away = Q(day__gte=since, day__lte=until, turned_away__gt=0)
    sums = facts.filter(day__gte=a_year_before(since)).aggregate(
        visits=Count("pk", filter=held),
        present=Sum(CAME, filter=held),
        before=Sum(CAME, filter=former),
        girls=Sum("f", filter=held),
        asked=Sum(stated, filter=held),
        pupils_away=Sum("turned_away", filter=away),
        groups_away=Count("pk", filter=away),
    )
    return {name: value or 0 for name, value in sums.items()}


def a_year_before(day: date) -> date:
    """The same day of the year before; before the 29th of February stands the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def schools_reached(facts: Any, since: date) -> dict[str, int]:
    """Schools that came since that day, and those of them that had never come before."""
    by_school = facts.filter(status=Status.HELD).order_by().values("school").annotate(first=Min("day"), last=Max("day"))
    reached = by_school.filter(last__gte=since)
    found: dict[str, int] = reached.aggregate(
        schools=Count("school"), new_schools=Count("school", filter=Q(first__gte=since))
    )
    return found


def unrecorded_slots(user: User, now: datetime) -> Any:
    """Dates that are over with groups whose record is missing, the oldest first."""
    missing = Booking.objects.to_record().filter(slot=OuterRef("pk"))
    return Slot.objects.organised_by(user).filter(Exists(missing), ends_at__lt=now).with_facts().by_time()


def unstaffed_slots(user: User, now: datetime) -> Any:
    """Coming dates with groups whom nobody leads, the next first."""
    coming = Slot.objects.organised_by(user).to_come(now).filter(groups_taken__gt=0)
    return coming.without_trainer().with_facts().by_time()


def unanswered_bookings(user: User, now: datetime) -> Any:
    """Visits to come of which nobody said whether they are still on."""
    return Booking.objects.unanswered().organised_by(user).filter(slot__starts_at__gt=now).with_facts()


def explained_bookings(user: User, _now: datetime) -> Any:
    """Missed visits whose school wrote why and waits for an answer."""
    return Booking.objects.explained().organised_by(user).with_facts()


def slots_with_room_for_waiting(user: User, now: datetime) -> Any:
    coming = Slot.objects.organised_by(user).to_come(now)
    return coming.with_room_for_waiting().annotate(left=F("capacity") - F("places_taken")).with_facts().by_time()


def failed_messages(user: User) -> Any:
    return Message.objects.failed().organised_by(user).order_by("-created_at", "-pk")


def unreachable_bookings(user: User, now: datetime) -> Any:
    """Classes to come whose contact has an address that takes no mails, the next first."""
    marked = Bounce.objects.filter(address=Lower(OuterRef("contact_email")))
    coming = Booking.objects.organised_by(user).live().filter(Exists(marked), slot__starts_at__gt=now)
    return coming.with_facts().order_by("slot__starts_at", "pk")


def ending_offers(user: User, now: datetime) -> Any:
    """Free places that were offered and whose time runs out, the next first."""
    offered = Booking.objects.organised_by(user).filter(state=Booking.State.OFFERED)
    return offered.filter(offer_expires_at__gt=now, offer_expires_at__lte=now + ENDING).with_facts()
