"""A week as a board: who leads what on which day, or where it takes place, or which house holds it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from django.utils.translation import gettext as _

from accounts.models import User
from schools.schooldays import ONE_DAY, WEEK, local_day
from schools.sorting import for_people, sort_key
from workshops.models import Assignment, Slot, Trainer, TrainerPartner
from workshops.month import Month

Side = Literal["trainer", "place", "house"]
SIDES: tuple[Side, ...] = ("trainer", "place", "house")
MOST_AT_HAND = 40
MOST_IN_A_CELL = 12


@dataclass(slots=True)
class Elsewhere:
    """Time in which a trainer leads for a house that is none of the reader's: no more is said of it. Aware."""

    starts: datetime
    ends: datetime


@dataclass(slots=True)
class Cell:
    """`page` of the list is where the day begins."""

    slots: list[Slot] = field(default_factory=list)
    elsewhere: list[Elsewhere] = field(default_factory=list)
    page: int = 1

    @property
    def first(self) -> list[Slot]:
        """What a cell has room for."""
        return self.slots if len(self.slots) <= MOST_IN_A_CELL else self.slots[: MOST_IN_A_CELL - 1]

    @property
    def more(self) -> int:
        return len(self.slots) - len(self.first)


@dataclass(slots=True)
class Row:
    """`is_open`: dates that nobody leads. `minutes` count set-up and tear-down."""

    key: int
    name: str
    cells: dict[date, Cell]
    is_open: bool = False
    minutes: int = 0

    def add(self, slot: Slot) -> None:
        self.cells[local_day(slot.starts_at)].slots.append(slot)
        lasts = int((slot.ends_at - slot.starts_at).total_seconds()) // 60
        self.minutes += lasts + slot.setup_minutes + slot.teardown_minutes

    @property
    def hours(self) -> float:
        return self.minutes / 60

    @property
    def count(self) -> int:
        return sum(len(cell.slots) for cell in self.cells.values())


def days_of_board(monday: date, slots: Iterable[Slot]) -> list[date]:
    """Monday to Friday, and a day of the weekend on which something takes place."""
    taken = {local_day(slot.starts_at) for slot in slots}
    week = [monday + timedelta(days=number) for number in range(WEEK.days)]
    return [day for day in week if day.weekday() < 5 or day in taken]


def rows_of_board(side: Side, slots: list[Slot], days: list[date]) -> list[Row]:
    """A row for whoever or whatever has a date in the week, by name; first the dates that nobody leads.

    The slots come with facts and trainers.
    """
    rows: dict[int, Row] = {}
    unled = Row(0, _("Still open"), empty(days), is_open=True)
    for slot in slots:
        owners = list(owners_of(side, slot))
        for key, name in owners:
            rows.setdefault(key, Row(key, name, empty(days))).add(slot)
        if not owners:
            unled.add(slot)
    named = sorted(rows.values(), key=lambda row: (sort_key(row.name), row.key))
    return [unled, *named] if unled.count else named


def owners_of(side: Side, slot: Slot) -> Iterator[tuple[int, str]]:
    """In whose rows a date stands: key and name."""
    if side == "trainer":
        yield from ((one.trainer_id, one.trainer.name) for one in slot.assignments.all())
    elif side == "house":
        yield slot.workshop.partner_id, slot.workshop.partner.name
    elif slot.venue:
        yield slot.venue.pk, slot.venue.name
    else:
        yield 0, _("At schools")


def empty(days: Iterable[date]) -> dict[date, Cell]:
    return {day: Cell() for day in days}


def lead_to_list(rows: Iterable[Row], slots: list[Slot], a_page: int) -> None:
    """Tell each cell on which page of the list, `a_page` dates long, its day begins. The slots come by time."""
    pages: dict[date, int] = {}
    for place, slot in enumerate(slots):
        pages.setdefault(local_day(slot.starts_at), place // a_page + 1)
    for row in rows:
        for day, cell in row.cells.items():
            cell.page = pages.get(day, 1)


def add_elsewhere(user: User, rows: Iterable[Row], monday: date) -> None:
    """Mark when the trainers of a board lead for houses that are none of `user`'s. One query."""
    shown = {row.key: row for row in rows if not row.is_open}
    week = Slot.objects.from_day(monday).to_day(monday + WEEK - ONE_DAY).exclude(state=Slot.State.CANCELLED)
    strange = Assignment.objects.accepted().filter(
        trainer__in=list(shown), slot__in=week.exclude(pk__in=Slot.objects.organised_by(user).values("pk"))
    )
    times = strange.order_by("slot__starts_at").values_list("trainer", "slot__starts_at", "slot__ends_at")
    for key, starts, ends in times:
        if cell := shown[key].cells.get(local_day(starts)):
            cell.elsewhere.append(Elsewhere(starts, ends))


def at_hand(user: User, rows: Iterable[Row]) -> list[str]:
    """Names of those in the pool without a date of own houses in the week; one more than MOST_AT_HAND if there is."""
    pool = Trainer.objects.all()
    if not user.is_network_admin:
        own = TrainerPartner.objects.filter(partner__in=user.partner_roles.values("partner"))
        pool = pool.filter(pk__in=own.values("trainer"))
    free = pool.exclude(pk__in=[row.key for row in rows]).order_by(*for_people("name"))
    return list(free.values_list("name", flat=True)[: MOST_AT_HAND + 1])


def counted(user: User, month: Month) -> Counter[date]:
    """How many dates begin on each day of the month, without those called off. One query."""
    slots = Slot.objects.organised_by(user).in_month(month.year, month.number).exclude(state=Slot.State.CANCELLED)
    return Counter(local_day(starts) for starts in slots.values_list("starts_at", flat=True))
