"""A week of dates with who comes: for the sheet on the door, and as a table for other programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import IO, Any

from django.db.models import Prefetch
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from booking.models import Booking
from booking.reports import files
from booking.visits import place_of
from booking.wording import needs_of
from schools.schooldays import WEEK, local_day, monday_of
from workshops.models import Slot
from workshops.models.slot import SlotQuerySet

FRIDAY = 4


def coming_week(now: datetime) -> date:
    """The Monday of the week that one prepares for: from Friday on the next one."""
    today = local_day(now)
    return monday_of(today + WEEK if today.weekday() >= FRIDAY else today)


def slots_of_week(user: User, monday: date) -> SlotQuerySet:
    """Dates of own partners in the week by time, with trainers and `visits`, the groups that come. Three queries."""
    visits = Booking.objects.visiting().select_related("school").defer("school__search")
    slots = Slot.objects.organised_by(user).from_day(monday).to_day(monday + timedelta(days=6))
    return (
        slots.exclude(state=Slot.State.CANCELLED)
        .with_facts()
        .with_trainers()
        .prefetch_related(Prefetch("bookings", visits.order_by("group_name", "pk"), to_attr="visits"))
        .by_time()
    )


def as_csv(slots: Iterable[Slot], now: datetime) -> IO[bytes]:
    """The week for spreadsheets: a line a group, one for a date to which nobody comes yet."""
    return files.as_csv(heading(), (row for slot in slots for row in rows_of(slot, now)))


def heading() -> list[str]:
    return [
        _("Day"),
        _("Begins"),
        _("Ends"),
        _("Workshop"),
        _("Place"),
        _("Class or course"),
        _("School"),
        _("Town of the school"),
        _("Pupils"),
        _("Adults"),
        _("Language"),
        _("What the class needs"),
        _("Contact"),
        _("Phone on the day of the visit"),
        _("Team"),
    ]


def rows_of(slot: Slot, now: datetime) -> Iterator[list[Any]]:
    starts, ends = localtime(slot.starts_at), localtime(slot.ends_at)
    day = date_format(starts, "SHORT_DATE_FORMAT")
    when = [day, f"{starts:%H:%M}", f"{ends:%H:%M}", slot.workshop.title, place_of(slot)]
    team = ", ".join(one.trainer.name for one in slot.assignments.all())
    visits: list[Booking] = slot.visits  # type: ignore[attr-defined]  # prefetched
    for visit in visits:
        yield [*when, *cells_of(visit, is_over=slot.ends_at <= now), team]
    if not visits:
        yield [*when, *[""] * 9, team]


def cells_of(visit: Booking, *, is_over: bool) -> list[Any]:
    """A group; whom to call only until the visit is over."""
    needs = ", ".join(filter(None, [needs_of(visit), visit.needs]))
    contact = ["", ""] if is_over else [visit.contact_name, visit.contact_phone]
    size = [visit.pupils, visit.adults, visit.get_language_display()]
    return [visit.group_name, visit.school.name, visit.school.city, *size, needs, *contact]
