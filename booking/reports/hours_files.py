"""Hours of trainers for spreadsheets, a line a date and trainer, the sums last. Written to a file, then sent."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.text import one_line
from booking.planning.week import defused
from booking.reports.hours import Period, by_trainer, in_full, total
from booking.visits import place_of
from workshops.models import Assignment

MOST_IN_XLSX = 100_000
AT_ONCE = 2_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "dd.mm.yyyy"
}  # fmt: skip


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
    """The cells of a date; the day stays a date."""
    slot, visits = row.slot, row.slot.visits  # type: ignore[attr-defined]  # prefetched
    starts, ends = timezone.localtime(slot.starts_at), timezone.localtime(slot.ends_at)
    workshop = slot.workshop
    where = place_of(slot, visits[0] if visits else None)
    what = [str(workshop.title), workshop.partner.name, where, row.get_role_display(), len(visits)]
    return [row.trainer.name, starts.date(), f"{starts:%H:%M}", f"{ends:%H:%M}", *what, *parts(row)]


def parts(row: Any) -> list[int]:
    return [row.teaching, row.around, row.preparation, row.travel, row.minutes, row.km]


def sums(found: dict[str, Any]) -> list[int]:
    return [found[f"all_{name}"] for name in ("teaching", "around", "preparation", "travel", "minutes", "km")]


def lines(rows: QuerySet[Assignment]) -> Iterator[list[Any]]:
    for row in in_full(rows).iterator(chunk_size=AT_ONCE):
        yield line(row)


def sum_line(rows: QuerySet[Assignment]) -> list[Any]:
    return [_("Sum"), *[""] * (len(heading()) - 7), *sums(total(rows))]


def as_csv(rows: QuerySet[Assignment]) -> IO[bytes]:
    """Semicolons, CRLF, UTF-8 with BOM; nothing is taken for a formula."""
    file = TemporaryFile()  # noqa: SIM115 (the answer closes it)
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(heading())
    for cells in lines(rows):
        cells[1] = date_format(cells[1], "SHORT_DATE_FORMAT")
        writer.writerow([*map(defused, cells)])
    writer.writerow([*map(defused, sum_line(rows))])
    text.detach()
    file.seek(0)
    return file


def as_xlsx(rows: QuerySet[Assignment], period: Period) -> IO[bytes]:
    """Typed cells, frozen headings; a sheet of dates, one of sums, one that says what is counted."""
    file = TemporaryFile()  # noqa: SIM115 (the answer closes it)
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        bold = book.add_format({"bold": True})
        write(book.add_worksheet(_("Dates")), [heading(), *lines(rows), sum_line(rows)], bold)
        names = [_("Trainer"), _("Dates"), *numbers_heading(), _("Kilometres")]
        people = [[one["trainer__name"], one["dates"], *sums(one)] for one in by_trainer(rows)]
        write(book.add_worksheet(_("By trainer")), [names, *people], bold)
        write(book.add_worksheet(_("Definitions")), [[_("What"), _("Meaning")], *definitions(period)], bold)
    file.seek(0)
    return file


def write(sheet: Any, rows: list[list[Any]], bold: Any) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, len(rows[0]) - 1, 16)
    for number, cells in enumerate(rows):
        clean = [one_line(cell) if isinstance(cell, str) else cell for cell in cells]
        sheet.write_row(number, 0, clean, bold if number == 0 else None)


def definitions(period: Period) -> list[list[str]]:
    first, last = (date_format(day, "SHORT_DATE_FORMAT") for day in (period.first, period.last))
    return [
        [_("Period"), _("%(first)s to %(last)s, both included") % {"first": first, "last": last}],
        [_("Dates"), _("Over, not called off, and somebody was to come. A date with two trainers has two lines.")],
        [_("Minutes with the groups"), _("From the beginning to the end of the date, as planned.")],
        [_("Set-up and tear-down"), _("As it stands with the date.")],
        [_("Preparation"), _("By the rule of the workshop or its house, once for each trainer and date.")],
        [_("Travel"), _("By the rule of the workshop or its house, only where the team drives to a school.")],
        [_("Kilometres"), what_km_are()],
    ]


def what_km_are() -> str:
    return _(
        "Estimated: the straight line from our place to the farthest school of the date, times 1.3, there and back; "
        "once a date, with the first who leads. They stand here once the visit is recorded."
    )
