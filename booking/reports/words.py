"""What was asked, in words: above a report and on the sheet of definitions."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from booking.reports import labels
from booking.reports.participation import Report
from booking.reports.question import FILTERS, GROUPINGS


def explained(found: Report) -> list[list[str]]:
    """Period, grouping and each filter, as two columns."""
    words = labels.chosen(found["filters"])
    narrowed = [[str(GROUPINGS[name]), words.get(name) or _("All")] for name in FILTERS]
    return [
        [_("Period"), period(found)],
        [_("Grouped by"), str(GROUPINGS[found["group_by"]])],
        *narrowed,
        [_("Not recorded yet"), str(len(found["open"]))],
    ]


def period(found: Report) -> str:
    first, last = (date_format(date.fromisoformat(found[name]), "SHORT_DATE_FORMAT") for name in ("from", "to"))
    return _("%(first)s to %(last)s, both included") % {"first": first, "last": last}
