"""A report on paper, in German: a tagged PDF (PDF/UA-1). What people typed goes in as data, never as markup."""

from __future__ import annotations

from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from booking.documents.pdf import TAGGED, typeset
from booking.reports import files, grouped_files
from booking.reports.definitions import COMMON, DEFINITIONS
from booking.reports.participation import Report
from booking.reports.question import GROUPINGS
from booking.reports.words import explained

SOURCE = Path(__file__).parent / "typst" / "report.typ"
LANGUAGE = "de"
MOST = 200  # dates that are named


def write(found: Report, *, at: datetime, house: str, funders: list[dict[str, str]], frozen: str = "") -> bytes:
    """`frozen` says since when and under which digest; the same bytes for the same report and moment."""
    with override(LANGUAGE):
        paper = paper_of(found, house=house or settings.NETWORK_NAME, funders=funders, frozen=frozen, at=at)
    return typeset(SOURCE, paper, at=at, **TAGGED)


def paper_of(found: Report, *, house: str, funders: list[dict[str, str]], frozen: str, at: datetime) -> dict[str, Any]:
    first, last = (formats.date_format(date.fromisoformat(found[name]), "j. F Y") for name in ("from", "to"))
    joint = found["joint"] if found["joint"] and found["joint"]["rows"] else None
    return {
        "lang": LANGUAGE,
        "title": _("Participations from %(first)s to %(last)s") % {"first": first, "last": last},
        "house": house,
        "made": _("As of %(day)s") % {"day": formats.date_format(at.astimezone(), "j. F Y")},
        "frozen": frozen,
        "asked": explained(found),
        "heading": heading(found),
        "rows": [cells(row) for row in found["rows"]],
        "total": cells(found["total"]),
        "joint": joint
        and {"title": _("Joint visits led by others"), "rows": [*map(cells, joint["rows"]), cells(joint["total"])]},
        "places": places_words(found.get("places")),
        "open": open_words(found),
        "funders_title": _("Funded by"),
        "funders": [one["text"] or f"{one['funder']} ({one['pot']})" for one in funders],
        "definitions_title": _("What the figures mean"),
        "definitions": [[str(one.name), str(one.words)] for one in [*DEFINITIONS[:7], DEFINITIONS[-1]]]
        + [[str(name), str(words)] for name, words in COMMON],
    }


def heading(found: Report) -> list[str]:
    return [
        str(GROUPINGS[found["group_by"]]), _("Visits"), _("Girls"), _("Boys"), _("Diverse"), _("Not stated"),
        _("Participations"), _("Adults"), _("Contact hours (60)"), _("Lessons (45)"), _("Schools"), _("Turned away"),
    ]  # fmt: skip


def cells(row: dict[str, Any]) -> list[str]:
    people = row["participations"]
    numbers = [row["sessions"], *(people[name] for name in ("f", "m", "d", "unknown", "total")), row["adults"]]
    hours = [row["contact_hours"], row["lesson_hours"]]
    return [row["label"], *map(shown, [*numbers, *hours, row["schools"], row["turned_away"]])]


def shown(value: Any) -> str:
    if value is None:
        return "·"
    places = 2 if isinstance(value, float) else 0
    return formats.number_format(value, places, force_grouping=True)


def places_words(places: dict[str, Any] | None) -> str:
    if not places or not places["offered"]:
        return ""
    name, number = _("Offered places used"), shown(places["percent"])
    numbers = _("%(taken)s of %(all)s places") % {"taken": shown(places["used"]), "all": shown(places["offered"])}
    return f"{name}: {number} % ({numbers})"


def open_words(found: Report) -> str:
    if not found["open"]:
        return ""
    lines = islice(grouped_files.open_lines(found), MOST)
    dates = [" ".join(map(str, filter(None, files.written(line[:3])))) for line in lines]
    words = ngettext(
        "Not recorded yet and in no figure: %(count)d date.",
        "Not recorded yet and in no figure: %(count)d dates.",
        len(found["open"]),
    )
    more = " …" if len(found["open"]) > MOST else ""
    return f"{words % {'count': len(found['open'])}} {'; '.join(filter(None, dates))}{more}".strip()
