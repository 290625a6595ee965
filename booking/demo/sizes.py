"""The larger demos: a region, a federal state. Around the small demo stand many more schools, houses, dates, visits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.db import transaction

from booking import policy
from booking.demo.crowd import MANY_GROUPS, House, build_houses, found_schools, names
from booking.demo.days import LOOK_AHEAD, Days
from booking.demo.groups import Groups, Plan
from booking.demo.load import analyze, take_time
from booking.demo.promises import Promises
from booking.models import Booking
from booking.reports.facts import keep_all
from schools.models import School
from schools.schooldays import ONE_DAY, at_local, closed_days, is_school_day
from workshops.models import Slot, Trainer

CLOCKS = (time(8), time(12, 30))
OPENED = timedelta(days=130)
BATCH = 200
STEADY = 60  # the last shared dates take just what is left, so that the sum is exact
LATER_SHARE = 0.45  # dates to come have so much of the groups that past ones had


@dataclass(frozen=True, slots=True)
class Size:
    """How many of each there are in the end, the small demo included; `partners` are new ones."""

    name: str
    schools: int
    trainers: int
    slots: int
    bookings: int
    partners: int
    shared: float
    back: timedelta


SIZES = {
    "region": Size("region", 300, 60, 4_000, 20_000, partners=9, shared=1 / 3, back=timedelta(days=365)),
    "state": Size("state", 2_200, 400, 50_000, 1_000_000, partners=37, shared=0.8, back=timedelta(days=1100)),
}


def is_there(name: str) -> bool:
    return School.objects.filter(source="demo", source_id=f"{name}-0001").exists()


@transaction.atomic
def load_size(size: Size, *, seed: int, now: datetime) -> None:
    """Everything that lacks to the size, beside the small demo, in one transaction."""
    rng = Random(f"{size.name} {seed}")  # noqa: S311 (the same every time, and no secret)
    take_time()
    people = names(rng)
    guests = found_schools(size.name, size.schools - School.objects.count(), people)
    houses = build_houses(size.name, size.partners, size.trainers - Trainer.objects.count(), people)
    days = Days(now)
    first, last = days.today - size.back, days.today + LOOK_AHEAD
    plans = plan_dates(houses, school_days(first, last), size, rng)
    groups = Groups(guests, Promises(first - OPENED, last + OPENED), rng, now)
    fill(plans, groups, size.bookings - Booking.objects.count())
    keep_all()
    analyze()


def school_days(first: date, last: date) -> list[date]:
    closed = closed_days(None, first, last)
    days = (first + ONE_DAY * step for step in range((last - first).days + 1))
    return [day for day in days if is_school_day(day, closed)]


def plan_dates(houses: list[House], days: list[date], size: Size, rng: Random) -> list[Plan]:
    """So many dates as lack: each trainer of the crowd leads at most one in the morning and one after noon."""
    team = [(house, trainer) for house in houses for trainer in house.team]
    cells = rng.sample(range(len(team) * len(days) * len(CLOCKS)), size.slots - Slot.objects.count())
    plans = []
    for cell in cells:
        rest, clock = divmod(cell, len(CLOCKS))
        which, day = divmod(rest, len(days))
        house, trainer = team[which]
        workshop = house.offers[0] if rng.random() < size.shared else rng.choice(house.offers[1:])
        plans.append(Plan(house, trainer, workshop, at_local(days[day], CLOCKS[clock])))
    return sorted(plans, key=lambda plan: plan.starts_at)


def fill(plans: list[Plan], groups: Groups, bookings: int) -> None:
    """Dates of one class first; what is then left of the bookings is spread over the shared ones."""
    single = [plan for plan in plans if plan.workshop.max_groups == 1]
    shared = [plan for plan in plans if plan.workshop.max_groups > 1]
    for batch in batches(single):
        for plan in batch:
            bookings -= groups.single(plan, slot_of(plan))
        groups.flush()
    weights = [1 if plan.starts_at < groups.now else LATER_SHARE for plan in shared]
    left = sum(weights)
    for number, (plan, weight) in enumerate(zip(shared, weights, strict=True)):
        wanted = bookings * weight / left
        jitter = groups.rng.uniform(0.6, 1.4) if number < len(shared) - STEADY else 1
        bookings -= groups.shared(plan, slot_of(plan), min(round(wanted * jitter), MANY_GROUPS + 2))
        left -= weight
        if number % BATCH == 0:
            groups.flush()
    groups.flush()


def batches(plans: list[Plan]) -> Iterator[list[Plan]]:
    for first in range(0, len(plans), BATCH):
        yield plans[first : first + BATCH]


def slot_of(plan: Plan) -> Slot:
    """The date as it is opened; its counters are worked out with its groups, and then it is copied."""
    offer = plan.workshop
    return Slot(
        workshop=offer, venue=offer.venue, starts_at=plan.starts_at,
        ends_at=plan.starts_at + timedelta(minutes=offer.minutes),
        book_from=plan.starts_at - OPENED, book_until=policy.book_until(plan.starts_at, offer.policy),
        capacity=offer.capacity, max_groups=offer.max_groups, booking_mode=offer.booking_mode,
        languages=offer.languages,
    )  # fmt: skip
