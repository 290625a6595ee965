"""Dates and times as people say them, in the language of the page, on the clock of the lesson.

Templates have them as filters. All take an aware datetime and answer in the default time zone (Europe/Berlin),
whatever zone is active; `day` takes a plain date as well. Nothing for nothing.
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django.utils import dateformat
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import get_default_timezone
from django.utils.translation import get_language, pgettext, pgettext_lazy

PATTERNS = {
    # Translators: E instead of F where a day has the month in the genitive (18 listopada); F where it stands alone.
    "short": pgettext_lazy("date format", "D, j F"),
    "row": pgettext_lazy("date format", "D, j N"),  # N shortens long months, and only those
    "long": pgettext_lazy("date format", "l, j F"),
    "full": pgettext_lazy("date format", "l, j F Y"),
    "bare": pgettext_lazy("date format", "j F"),
    "month": pgettext_lazy("date format", "F Y"),
}


def local(value: date) -> date:
    """The same moment on the local clock; a date stays as it is."""
    return value.astimezone(get_default_timezone()) if isinstance(value, datetime) else value


def written(value: date | None, pattern: str) -> str:
    return in_language(local(value), pattern, get_language()) if value else ""


@lru_cache(maxsize=4096)
def in_language(value: date, pattern: str, language: str | None) -> str:
    """Lists and batches of mails say the same few dates again and again."""
    return dateformat.format(value, pattern)


def day(value: date | None, length: str = "short") -> str:
    """Tue, 11 May; `row`: Tue, 24 Nov.; `long`: Tuesday, 11 May; `full`: Tuesday, 11 May 2027; `month`: May 2027."""
    return written(value, str(PATTERNS[length]))


def days(first: date, last: date) -> str:
    """14–18 May, or 28 June – 2 July: from one day to another, both counted."""
    begin, end = day(first, "bare"), day(last, "bare")
    if (local(first).year, local(first).month) != (local(last).year, local(last).month):
        return f"{begin} – {end}"
    begin = written(first, pgettext("date format", "j"))
    return f"{begin}–{end}"


def clock(value: datetime | None) -> str:
    """8:00, without a leading zero."""
    return written(value, "G:i")


def when(value: datetime | None, length: str = "short") -> str:
    """Tue, 11 May, 8:00; `long` and `full` as in `day`."""
    if not value:
        return ""
    words = {"day": day(value, length), "time": clock(value)}
    return pgettext("day and time", "%(day)s, %(time)s") % words


def span(start: datetime | None, end: datetime | None) -> str:
    """8:00–11:00: from when to when, on one day."""
    if not start or not end:
        return ""
    words = {"start": clock(start), "end": clock(end)}
    return pgettext("from time to time", "%(start)s–%(end)s") % words


def from_to(start: datetime | None, end: datetime | None) -> SafeString:
    """`span` for pages: no line ends after its dash."""
    words = span(start, end)
    return format_html('<span class="one-line">{}</span>', words) if words else SafeString("")


def last_day(until: datetime | None, length: str = "short") -> str:
    """The day that a deadline names: what ends at midnight ends with the day before, what ends earlier at an hour."""
    if until is None:
        return ""
    at_midnight = until.astimezone(get_default_timezone()).time() == time.min
    return day(until - timedelta(microseconds=1), length) if at_midnight else when(until, length)


def leaf(value: date | None, line: str) -> str:
    """One line of a calendar leaf: `weekday`, `day` or `month`; months begin small where days do."""
    weekday, month = written(value, "D"), written(value, "M")
    leaf = {"weekday": weekday, "day": written(value, "j"), "month": month.lower() if weekday.islower() else month}
    return leaf[line]
