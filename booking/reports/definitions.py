"""What each figure counts: in words, and the query behind it, which a test runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FACTS = "FROM booking_visitfact WHERE day BETWEEN %(first)s AND %(last)s"
HELD = f"{FACTS}\n  AND status = 'held'"
PLACES_USED = f"""SELECT round(100.0 * sum(came) / nullif(sum(capacity), 0), 2) FROM (
  SELECT capacity, (
    SELECT coalesce(sum(f + m + d + unknown), 0) FROM booking_visitfact WHERE slot_id = s.id AND status = 'held'
  ) AS came
  FROM workshops_slot s
  WHERE (starts_at AT TIME ZONE '{settings.TIME_ZONE}')::date BETWEEN %(first)s AND %(last)s
    AND ends_at <= %(now)s AND state <> 'cancelled'
    AND NOT EXISTS (SELECT 1 FROM booking_booking WHERE slot_id = s.id AND state = 'confirmed')
) AS dates"""  # noqa: S608 (names of our own)


@dataclass(frozen=True, slots=True)
class Definition:
    """`columns` are the names in files and in the API."""

    key: str
    name: str | Promise
    words: str | Promise
    query: str
    columns: tuple[str, ...] = ()


DEFINITIONS = (
    Definition(
        "sessions",
        _("Visits"),
        _(
            "One group on one date that took place and was recorded. Two classes on the same date are two visits. What "
            "is not recorded yet is counted nowhere; such dates are listed."
        ),
        f"SELECT count(*) {HELD}",
        ("sessions", "open_dates", "joint_sessions"),
    ),
    Definition(
        "participations",
        _("Participations"),
        _(
            "Pupils who were there, each time anew: whoever comes three times counts three times. As recorded, not as "
            "booked; more may come than were booked. Girls, boys, diverse and not stated add up to it. How many "
            "different pupils that were, nobody knows: no names are kept."
        ),
        f"SELECT sum(f), sum(m), sum(d), sum(unknown), sum(f + m + d + unknown) {HELD}",
        (
            "participations_f", "participations_m", "participations_d", "participations_unknown",
            "participations_total", "joint_participations", "f", "m", "d", "unknown",
        ),
    ),
    Definition(
        "adults",
        _("Adults"),
        _("Teachers and others who came along with the groups, as recorded."),
        f"SELECT sum(adults) {HELD}",
        ("adults",),
    ),
    Definition(
        "contact_hours",
        _("Contact hours of 60 minutes"),
        _(
            "Pupils who were there, times the minutes of the visit, divided by 60. The minutes are as recorded; where "
            "none are recorded, as planned. Parts are rounded so that they add up to the total; each is less than a "
            "hundredth away from its exact value. The minutes stand beside them in files."
        ),
        f"SELECT round(sum((f + m + d + unknown)::int * minutes) / 60.0, 2) {HELD}",
        ("contact_hours", "contact_minutes", "minutes"),
    ),
    Definition(
        "lesson_hours",
        _("Lessons of 45 minutes"),
        _("The same, divided by 45. Not to be mixed with the contact hours."),
        f"SELECT round(sum((f + m + d + unknown)::int * minutes) / 45.0, 2) {HELD}",
        ("lesson_hours",),
    ),
    Definition(
        "schools",
        _("Schools that came"),
        _(
            "Different schools with at least one visit. They are never added: a school that came in two months stands "
            "in both, and once in the total."
        ),
        f"SELECT count(DISTINCT school_id) {HELD}",
        ("schools",),
    ),
    Definition(
        "turned_away",
        _("Turned away"),
        _(
            "Pupils of groups that asked for a workshop and got no visit of it within the school year: declined, never "
            "answered, waited in vain, or called off by the house. Each group once, however many dates it asked for, "
            "on the first of them."
        ),
        f"SELECT sum(turned_away) {FACTS}",
        ("turned_away",),
    ),
    Definition(
        "no_show_rate",
        _("Did not come"),
        _(
            "Visits that nobody came to; in percent, their share of those that were to take place. Called off late is "
            "something else."
        ),
        "SELECT count(*) FILTER (WHERE status = 'no_show'),\n"
        "  100.0 * count(*) FILTER (WHERE status = 'no_show') / nullif(count(*), 0)\n"
        f"{FACTS}\n  AND status IN ('held', 'no_show')",
        ("no_shows",),
    ),
    Definition(
        "first_visits",
        _("First visits"),
        _("Visits of a school that had not been with this workshop's house before, as it was when it booked."),
        f"SELECT count(*) {HELD} AND first_visit",
        ("first_visits", "first_visit"),
    ),
    Definition(
        "utilisation",
        _("Offered places used"),
        _(
            "Pupils who were there, in percent of the places of all dates that are over. Dates that nobody booked and "
            "those to which nobody came count with all their places. Dates that were called off do not count, nor do "
            "dates of which a group is not recorded yet, with whoever came to them. Above 100 where more came than "
            "there are places. Only of whole dates: not where a report is narrowed to district, country, school type "
            "or grade."
        ),
        PLACES_USED,
        ("places_offered", "places_used", "places_percent"),
    ),
)  # fmt: skip
COMMON = (
    (_("Where and what kind"), _(
        "Where a school lies, of which type it is and what a workshop is about stand as they were on the day on which "
        "the visit was recorded; a school that moves to another district later changes no report. Numbers follow a "
        "correction. Names are the ones of today; in a frozen report those of the day on which it was frozen."
    )),
    (_("Each visit in one part"), _(
        "Whatever a report is grouped by, each visit stands in exactly one part: under the house that is responsible, "
        "the pot that the date is charged to, its grade or “several grades”. So parts add up to the total."
    )),
    (_("Joint visits"), _(
        "Visits of a workshop of another house that this one helped with on that day. The other house counts them; "
        "here they stand in a block of their own and in no sum."
    )),
    (_("First and last day"), _("Local days in the time of Berlin, the first and the last one included.")),
)  # fmt: skip


def sheet_of(columns: Iterable[str]) -> list[list[str]]:
    """The meaning of these columns, for a sheet of definitions."""
    meanings = {column: one for one in DEFINITIONS for column in one.columns}
    named = [[column, f"{meanings[column].name}: {meanings[column].words}"] for column in columns if column in meanings]
    return [*named, *([str(name), str(words)] for name, words in COMMON)]
