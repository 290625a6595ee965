"""Hours of trainers for spreadsheets, a line a date and trainer, the sums last. Written to a file, then sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from booking.reports import files
from booking.reports.hours import PARTS, Period, by_trainer, in_full, total
from booking.visits import place_of
from workshops.models import Assignment

AT_ONCE = 2_000


def heading() -> list[str]:
    numbers = [*numbers_heading(), _("Kilometres")]
    return [
        _("Trainer"), _("Day"), _("Begins"), _("Ends"), _("Workshop"), _("House"), _("Place"), _("Task"),
        _("Groups"), *numbers,
    ]  # fmt: skip


def numbers_heading() -> list[str]:
    return [
        _("Minutes with the groups"), _("Set-up and tear-down"), _("Preparation"), _("Travel"), _("Minutes in all"),
    ]  # fmt: skip


def line(row: Assignment) -> list[Any]:
    """The cells of a date; day and times stay what they are."""
    slot, visits = row.slot, row.slot.visits  # type: ignore[attr-defined]  # prefetched
    starts, ends = timezone.localtime(slot.starts_at), timezone.localtime(slot.ends_at)
    workshop = slot.workshop
    where = place_of(slot, visits[0] if visits else None)
    what = [str(workshop.title), workshop.partner.name, where, row.get_role_display(), len(visits)]
    return [row.trainer.name, starts.date(), starts.time(), ends.time(), *what, *parts(row)]


def parts(row: Any) -> list[int]:
    return [getattr(row, name) for name in PARTS]


def sums(found: dict[str, Any]) -> list[int]:
    return [found[f"all_{name}"] for name in PARTS]


def lines(rows: QuerySet[Assignment]) -> Iterator[list[Any]]:
    for row in in_full(rows).iterator(chunk_size=AT_ONCE):
        yield line(row)


def sum_line(rows: QuerySet[Assignment]) -> list[Any]:
    return [_("Sum"), *[""] * (len(heading()) - 7), *sums(total(rows))]


def as_csv(rows: QuerySet[Assignment]) -> IO[bytes]:
    return files.as_csv(heading(), map(files.written, all_lines(rows)))


def all_lines(rows: QuerySet[Assignment]) -> Iterator[list[Any]]:
    yield from lines(rows)
    yield sum_line(rows)


def as_xlsx(rows: QuerySet[Assignment], period: Period) -> IO[bytes]:
    """A sheet of dates, one of sums, one that says what is counted."""
    names = [_("Trainer"), _("Dates"), *numbers_heading(), _("Kilometres")]
    people = ([one["trainer__name"], one["dates"], *sums(one)] for one in by_trainer(rows))
    with files.Book() as book:
        book.sheet(_("Dates"), heading(), all_lines(rows))
        book.sheet(_("By trainer"), names, people)
        book.sheet(_("Definitions"), (_("What"), _("Meaning")), definitions(period))
    return book.file


def definitions(period: Period) -> list[list[str]]:
    first, last = (date_format(day, "SHORT_DATE_FORMAT") for day in (period.first, period.last))
    return [
        [_("Period"), _("%(first)s to %(last)s, both included") % {"first": first, "last": last}],
        [_("Dates"), _("Over, not called off, and somebody was to come. A date with two trainers has two lines.")],
        [_("Minutes with the groups"), _("From the beginning to the end of the date, as planned.")],
        [_("Set-up and tear-down"), _("As it is kept with the date.")],
        [_("Preparation"), _("By the rule of the workshop or its house, once for each trainer and date.")],
        [_("Travel"), _("By the rule of the workshop or its house, only where the team drives to a school.")],
        [_("Kilometres"), what_km_are()],
    ]


def what_km_are() -> str:
    return _(
        "Estimated: the straight line from our place to the farthest school of the date, times 1.3, there and back; "
        "once a date, with the first who leads. They stand here once the visit is recorded."
    )
