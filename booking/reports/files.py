"""Files for spreadsheets: written to a file first, then sent, with a memory that does not grow with the rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date, time
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from django.utils.formats import date_format, get_format
from django.utils.translation import gettext as _

from accounts.text import one_line
from booking.reports.definitions import sheet_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
TYPES = {"csv": CSV, "xlsx": XLSX}
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
MOST_IN_XLSX = 100_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def written(line: Iterable[Any]) -> list[Any]:
    """Days and times as people write them, for a file without types."""
    return [in_words(cell) for cell in line]


def in_words(cell: Any) -> Any:
    if isinstance(cell, date):
        return date_format(cell, "SHORT_DATE_FORMAT")
    return f"{cell:%H:%M}" if isinstance(cell, time) else cell


def as_csv(heading: Iterable[str], lines: Iterable[Iterable[Any]], *, decimal: str = "") -> IO[bytes]:
    """Semicolons, CRLF, UTF-8 with BOM; decimals as spreadsheets of the reader's language read them, where nothing
    else is said; nothing is taken for a formula."""
    file = TemporaryFile()  # noqa: SIM115 (the answer closes it)
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(heading)
    decimal = decimal or get_format("DECIMAL_SEPARATOR")
    writer.writerows([plain(cell, decimal) for cell in line] for line in lines)
    text.detach()
    file.seek(0)
    return file


def plain(cell: Any, decimal: str) -> Any:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return f"{cell:.2f}".replace(".", decimal) if isinstance(cell, float) else defused(cell)


def defused(cell: Any) -> Any:
    """No cell is taken for a formula."""
    if isinstance(cell, int):
        return cell
    words = one_line(cell)
    return f"'{words}" if words.startswith(FORMULA) else words


def rows_xlsx(heading: Iterable[str], lines: Iterable[Iterable[Any]], explained: list[list[str]]) -> IO[bytes]:
    with Book() as book:
        heading = list(heading)
        book.sheet(_("Visits"), heading, lines)
        book.sheet(_("Definitions"), (_("What"), _("Meaning")), [*explained, *sheet_of(heading)])
    return book.file


class Link(str):
    """An address that a spreadsheet opens."""

    __slots__ = ()


class Book:
    """A workbook in a temporary file, written line by line."""

    def __enter__(self) -> Book:
        self.file: IO[bytes] = TemporaryFile()
        self.book = xlsxwriter.Workbook(self.file, OPTIONS)
        self.bold = self.book.add_format({"bold": True})
        self.hours = self.book.add_format({"num_format": "#,##0.00"})
        self.clock = self.book.add_format({"num_format": "hh:mm"})
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
        elif isinstance(cell, time):
            sheet.write_datetime(number, column, cell, self.clock)
        elif isinstance(cell, Link):
            sheet.write_url(number, column, cell)
        elif isinstance(cell, float):
            sheet.write_number(number, column, cell, self.hours)
        elif isinstance(cell, int):
            sheet.write_number(number, column, cell)
        elif cell is not None:
            sheet.write_string(number, column, one_line(cell))
