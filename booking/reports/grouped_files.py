"""The report on participations for spreadsheets: its lines, and what stands in no sum of them, never left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import IO, Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from booking.reports.definitions import sheet_of
from booking.reports.files import Book, Link, as_csv, written
from booking.reports.participation import Report

PEOPLE = ("f", "m", "d", "unknown", "total")
HOURS = ("contact_hours", "lesson_hours")
COLUMNS = (
    "key", "label", "sessions", *(f"participations_{name}" for name in PEOPLE), "adults", *HOURS, "schools",
    "turned_away", "contact_minutes", "no_shows", "first_visits",
)  # fmt: skip
OF_TOTAL = (  # of the whole report, in the line of its total alone
    "places_offered", "places_used", "places_percent", "open_dates", "joint_sessions", "joint_participations",
)  # fmt: skip


def cells(one: dict[str, Any]) -> list[Any]:
    """A row of a report in the order of COLUMNS."""
    flat = one | {f"participations_{name}": one["participations"][name] for name in PEOPLE}
    return [flat[name] for name in COLUMNS]


def grouped(found: Report) -> list[list[Any]]:
    """The rows, then their total, which also says what stands in no row."""
    empty = [None] * len(OF_TOTAL)
    return [*(cells(one) + empty for one in found["rows"]), cells(found["total"]) + of_total(found)]


def of_total(found: Report) -> list[Any]:
    places, joint = found.get("places") or {}, found["joint"]
    used = [places.get(name) for name in ("offered", "used", "percent")]
    others = [joint["total"]["sessions"], joint["total"]["participations"]["total"]] if joint else [None, None]
    return [*used, len(found["open"]) or None, *others]


def grouped_csv(found: Report) -> IO[bytes]:
    """For programs: each row under the names of the JSON, decimals with a point, the total last."""
    return as_csv([*COLUMNS, *OF_TOTAL], grouped(found), decimal=".")


def blocks_csv(found: Report) -> IO[bytes]:
    """For people: the same, below it what stands in no sum, in blocks after an empty line, with their own headings."""
    lines = grouped(found)
    if joint := joint_lines(found):
        lines += [[], [_("Joint visits led by others")], list(COLUMNS), *joint]
    if found["open"]:
        lines += [[], [open_title()], open_heading(), *map(written, open_lines(found))]
    return as_csv([*COLUMNS, *OF_TOTAL], lines)


def joint_lines(found: Report) -> list[list[Any]]:
    if not found["joint"] or not found["joint"]["rows"]:
        return []
    return [cells(one) for one in (*found["joint"]["rows"], found["joint"]["total"])]


def open_title() -> str:
    return pgettext("spreadsheet", "Open dates")


def open_heading() -> list[str]:
    return [_("Day"), _("Begins"), _("Workshop"), _("Place"), _("Link")]


def open_lines(found: Report) -> Iterator[list[Any]]:
    """Dates that are not recorded yet; what was frozen early knows nothing but their keys."""
    for one in found.get("open_dates", [{"slot": pk} for pk in found["open"]]):
        day = date.fromisoformat(one["day"]) if "day" in one else None
        begins = time.fromisoformat(one["begins"]) if "begins" in one else None
        yield [day, begins, one.get("workshop"), one.get("place"), link_to(one["slot"])]


def link_to(slot: int | None) -> Link | None:
    return None if slot is None else Link(settings.SITE_URL + reverse("organise_slot", args=[slot]))


def grouped_xlsx(found: Report, explained: list[list[str]]) -> IO[bytes]:
    """The rows and their total, visits led by others and open dates on sheets of their own, and what all means."""
    with Book() as book:
        book.sheet(_("Report"), [*COLUMNS, *OF_TOTAL], grouped(found))
        if joint := joint_lines(found):
            book.sheet(_("Joint visits"), COLUMNS, joint)
        if found["open"]:
            book.sheet(open_title(), open_heading(), open_lines(found))
        book.sheet(_("Definitions"), (_("What"), _("Meaning")), [*explained, *sheet_of([*COLUMNS, *OF_TOTAL])])
    return book.file
