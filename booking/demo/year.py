"""Dates by the rhythm of each offer, and classes that book, come and are counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q

from booking.demo.life import book_for_sure, cancel, open_date, record, resize, staff
from booking.demo.offers import offers
from booking.demo.stage import Stage, any_group
from booking.models import Booking
from schools.schooldays import at_local, local_day
from workshops.models import Slot, Trainer, Workshop
from workshops.vocabulary import BookingMode

DAY = timedelta(days=1)
PLANNED = timedelta(days=45)  # so far ahead trainers are assigned
OPEN_ENDS = 3  # visits of the first trainer that nobody has recorded yet


def open_year(stage: Stage) -> None:
    """Every date of every offer, with trainers for what is over or near; each fifth near one has nobody yet."""
    taken = {(slot.workshop_id, local_day(slot.starts_at)) for slot in stage.slots}
    for workshop in stage.workshops.values():
        for number, starts_at in enumerate(rhythm(stage, workshop)):
            if (workshop.pk, local_day(starts_at)) not in taken:
                slot = open_date(stage, workshop, starts_at)
                if starts_at < stage.days.now or (starts_at < stage.days.now + PLANNED and number % 5 != 4):
                    staff(stage, slot, first=number)


def rhythm(stage: Stage, workshop: Workshop) -> Iterator[datetime]:
    offer, days = offers()[workshop.slug], stage.days
    earliest = days.today + DAY * offer["from_day"] if "from_day" in offer else days.first
    for each in offer["dates"]:
        for day in weekly(each, days.first, days.last):
            if day >= earliest and days.is_school_day(day):
                yield at_local(day, each["clock"])


def weekly(each: dict[str, Any], first: date, last: date) -> Iterator[date]:
    """The days of one weekday, every so many weeks; weeks are counted from the calendar, so that reloading agrees."""
    day = first + DAY * ((each["weekday"] - first.weekday()) % 7)
    while day <= last:
        if (day.toordinal() // 7 + each.get("offset", 0)) % each["weeks"] == 0:
            yield day
        day += 7 * DAY


def fill_year(stage: Stage) -> None:
    """Classes for the dates that no scene has used."""
    unrecorded = open_ends(stage)
    for slot in sorted(stage.slots, key=lambda slot: (slot.starts_at, slot.pk)):
        if slot.pk in stage.used or slot.booking_mode == BookingMode.WISH or not slot.listed:
            continue
        if slot.ends_at < stage.days.now:
            bring(stage, slot, chance=1 if slot.pk in unrecorded else 0.86)
        elif not stays_free(stage, slot):
            bring(stage, slot, chance=0.4)
    record_year(stage, unrecorded)


def stays_free(stage: Stage, slot: Slot) -> bool:
    """The open lab keeps its bookable dates empty for whoever tries the demo."""
    return bool(offers()[slot.workshop.slug].get("stays_free")) and slot.book_until > stage.days.now


def open_ends(stage: Stage) -> set[int]:
    first = stage.trainers["Jana Krause"]
    led = Slot.objects.filter(assignments__trainer=first, ends_at__lt=stage.days.now).exclude(pk__in=stage.used)
    shared = Q(max_groups__gt=2)  # one group a date makes the clearer example
    return set(led.exclude(shared).order_by("-starts_at").values_list("pk", flat=True)[:OPEN_ENDS])


def bring(stage: Stage, slot: Slot, chance: float) -> None:
    """Perhaps a class books this date; several small ones where it is shared."""
    if stage.rng.random() > chance:
        return
    left, schools = slot.capacity, set[str]()
    wanted = stage.rng.randint(2, 4) if slot.max_groups > 2 else stage.rng.randint(1, slot.max_groups)
    for at in moments(stage, slot, wanted):
        group = any_group(stage, slot, left, schools)
        if group is None or left < 4:
            return
        booking = book_for_sure(stage, slot, group, at)
        left -= booking.pupils
        schools.add(group.school.source_id)
        perhaps_change(stage, booking, at)


def moments(stage: Stage, slot: Slot, count: int) -> list[datetime]:
    """When classes book: in working hours between opening and closing, not after now."""
    first = local_day(slot.book_from) + DAY
    last = min(local_day(slot.book_until) - 2 * DAY, stage.days.today - 3 * DAY)
    span = (last - first).days
    if span < 0:
        return []
    rng = stage.rng
    return sorted(
        at_local(first + DAY * rng.randint(0, span), time(rng.randint(7, 16), rng.randint(0, 59))) for _ in range(count)
    )


def perhaps_change(stage: Stage, booking: Booking, at: datetime) -> None:
    """One in eight comes with fewer, one in fourteen cancels."""
    later = at + timedelta(days=stage.rng.randint(2, 9), hours=1)
    later = min(later, booking.slot.starts_at - DAY, stage.days.now - DAY)
    chance = stage.rng.random()
    if chance < 0.12 and booking.pupils > 6:
        resize(stage, booking, booking.pupils - stage.rng.randint(1, 3), later)
    elif chance > 0.93:
        cancel(stage, booking, later, stage.rng.choice(("", "Klassenfahrt", "Der Bus fällt aus", "Prüfung verlegt")))


def record_year(stage: Stage, unrecorded: set[int]) -> None:
    over = Booking.objects.unrecorded(stage.days.now).exclude(slot__in=unrecorded).exclude(slot__in=today(stage))
    for booking in over.select_related("slot__workshop__partner").order_by("slot__starts_at", "pk"):
        record(stage, booking, trainer_of(stage, booking))


def today(stage: Stage) -> list[int]:
    return [slot.pk for slot in stage.slots if local_day(slot.starts_at) == stage.days.today]


def trainer_of(stage: Stage, booking: Booking) -> Trainer | None:
    names = booking.slot.assignments.accepted().values_list("trainer__name", flat=True)
    return next((stage.trainers[name] for name in names), None)
