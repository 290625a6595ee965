"""Reports for spreadsheets: written to a file first, then sent, with a memory that does not grow with the rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.text import one_line
from booking.planning.week import defused
from booking.reports.definitions import sheet_of
from booking.reports.participation import Report

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
TYPES = {"csv": CSV, "xlsx": XLSX}
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
MOST_IN_XLSX = 100_000
PEOPLE = ("f", "m", "d", "unknown", "total")
HOURS = ("contact_hours", "lesson_hours")
COLUMNS = (
    "key", "label", "sessions", *(f"participations_{name}" for name in PEOPLE), "adults", *HOURS, "schools",
    "turned_away", "contact_minutes", "no_shows", "first_visits",
)  # fmt: skip


def cells(one: dict[str, Any]) -> list[Any]:
    """A row of a report in the order of COLUMNS."""
    flat = one | {f"participations_{name}": one["participations"][name] for name in PEOPLE}
    return [flat[name] for name in COLUMNS]


def grouped_csv(found: Report) -> IO[bytes]:
    lines = [cells(one) for one in (*found["rows"], found["total"])]
    return as_csv(COLUMNS, lines)


def as_csv(heading: Iterable[str], lines: Iterable[Iterable[Any]]) -> IO[bytes]:
    """Semicolons, CRLF, UTF-8 with BOM; decimals with a point; nothing is taken for a formula."""
    file = TemporaryFile()  # noqa: SIM115 (the answer closes it)
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(heading)
    writer.writerows([plain(cell) for cell in line] for line in lines)
    text.detach()
    file.seek(0)
    return file


def plain(cell: Any) -> Any:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return f"{cell:.2f}" if isinstance(cell, float) else defused(cell)


def grouped_xlsx(found: Report, explained: list[list[str]]) -> IO[bytes]:
    """The rows and their total, visits led by others on a sheet of their own, and what everything means."""
    with Book() as book:
        book.sheet(_("Report"), COLUMNS, [cells(one) for one in (*found["rows"], found["total"])])
        if found["joint"] and found["joint"]["rows"]:
            joint = (*found["joint"]["rows"], found["joint"]["total"])
            book.sheet(_("Joint visits"), COLUMNS, [cells(one) for one in joint])
        if found["open"]:
            book.sheet(pgettext("spreadsheet", "Open dates"), ["slot"], ([pk] for pk in found["open"]))
        book.sheet(_("Definitions"), (_("What"), _("Meaning")), [*explained, *sheet_of(COLUMNS)])
    return book.file


def rows_xlsx(heading: Iterable[str], lines: Iterable[Iterable[Any]], explained: list[list[str]]) -> IO[bytes]:
    with Book() as book:
        heading = list(heading)
        book.sheet(_("Visits"), heading, lines)
        book.sheet(_("Definitions"), (_("What"), _("Meaning")), [*explained, *sheet_of(heading)])
    return book.file


class Book:
    """A workbook in a temporary file, written line by line."""

    def __enter__(self) -> Book:
        self.file: IO[bytes] = TemporaryFile()
        self.book = xlsxwriter.Workbook(self.file, OPTIONS)
        self.bold = self.book.add_format({"bold": True})
        self.hours = self.book.add_format({"num_format": "#,##0.00"})
        self.day = self.book.add_format({"num_format": "dd.mm.yyyy"})
        self.wrapped = self.book.add_format({"text_wrap": True, "valign": "top"})
        return self

    def __exit__(self, *exc: object) -> None:
        self.book.close()
        self.file.seek(0)

    def sheet(self, name: str, heading: Iterable[str], lines: Iterable[Iterable[Any]]) -> None:
        """Rows only forward: what lies behind is on the disk already."""
        sheet = self.book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, 1, 60 if name == _("Definitions") else 30, self.wrapped)
        sheet.set_column(2, 40, 14)
        sheet.write_row(0, 0, list(heading), self.bold)
        for number, line in enumerate(lines, 1):
            for column, cell in enumerate(line):
                self.write(sheet, number, column, cell)

    def write(self, sheet: Any, number: int, column: int, cell: Any) -> None:
        """Each cell with its type; a text that looks like a formula stays a text."""
        if isinstance(cell, bool):
            sheet.write_boolean(number, column, cell)
        elif isinstance(cell, date):
            sheet.write_datetime(number, column, cell, self.day)
        elif isinstance(cell, float):
            sheet.write_number(number, column, cell, self.hours)
        elif isinstance(cell, int):
            sheet.write_number(number, column, cell)
        elif cell is not None:
            sheet.write_string(number, column, one_line(cell))
