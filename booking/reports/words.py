"""What was asked, in words: above a report and on the sheet of definitions."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from booking.reports import labels
from booking.reports.participation import Report
from booking.reports.question import FILTERS, GROUPINGS


def explained(found: Report) -> list[list[str]]:
    """Period, grouping and each filter, as two columns; and where numbers are withheld, what that means."""
    words = labels.chosen(found["filters"])
    narrowed = [[str(GROUPINGS[name]), words.get(name) or _("All")] for name in FILTERS]
    return [
        [_("Period"), period(found)],
        [_("Grouped by"), str(GROUPINGS[found["group_by"]])],
        *narrowed,
        [_("Not recorded yet"), str(len(found["open"]))],
        *([[capfirst(_("withheld")), what_is_withheld()]] if withholds(found) else []),
    ]


def withholds(found: Report) -> bool:
    """Whether a funder reads it."""
    return any(None in (*one.values(), *one["participations"].values()) for one in (*found["rows"], found["total"]))


def what_is_withheld() -> str:
    return _(
        "A dot or an empty cell stands for a number that is under five, or would tell such a number by a difference."
    )


def period(found: Report) -> str:
    first, last = (date_format(date.fromisoformat(found[name]), "SHORT_DATE_FORMAT") for name in ("from", "to"))
    return _("%(first)s to %(last)s, both included") % {"first": first, "last": last}
