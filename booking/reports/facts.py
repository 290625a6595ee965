"""One row a visit for all reports: written with the booking that ends, from the booking's own rows.

A fact stands for a visit that took place or was missed, for one that the school called off late or the provider at
all, and for a wish that came to nothing: declined, or never answered. *Turned away* are the pupils of a group whose
wishes for a workshop led to no date of its own within the school year, each group once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db import connection

from booking.models import Booking, VisitFact
from booking.reports import effort
from schools.models import School
from workshops.models import Policy, Slot

State = Booking.State

# What the rows of bookings say today.
FOUND = """
    SELECT b.id AS booking_id, b.slot_id, s.workshop_id, w.partner_id, s.pot_id, b.school_id,
           CASE b.state WHEN 'attended' THEN 'held' WHEN 'no_show' THEN 'no_show'
                WHEN 'cancelled' THEN CASE WHEN b.ended_by = 'school' THEN 'late_cancel'
                                           WHEN b.confirmed_at IS NULL THEN 'turned_away' ELSE 'provider_cancel' END
                ELSE 'turned_away' END AS status,
           day, school_year, coalesce(nullif(a.minutes, 0), extract(epoch FROM s.ends_at - s.starts_at)::int / 60)
               AS minutes,
           b.language, b.grades,
           CASE WHEN cardinality(b.grades) = 1 THEN b.grades[1]::text ELSE 'mixed' END AS grade_key,
           b.first_visit, b.pupils AS planned, coalesce(a.f, 0) AS f, coalesce(a.m, 0) AS m, coalesce(a.d, 0) AS d,
           coalesce(a.unknown, 0) AS unknown, coalesce(a.adults, 0) AS adults,
           md5(concat_ws('|', b.school_id, s.workshop_id, school_year, b.group_key))::uuid AS family,
           w.format, coalesce(w.disciplines[1], '') AS discipline,
           c.kind AS school_kind, c.country, c.district_code AS district,
           ARRAY(SELECT h.partner_id FROM workshops_cooperation h
                 WHERE h.workshop_id = w.id AND h.valid @> day ORDER BY 1) AS helpers
    FROM booking_booking b
    JOIN workshops_slot s ON s.id = b.slot_id
    JOIN workshops_workshop w ON w.id = s.workshop_id
    JOIN schools_school c ON c.id = b.school_id
    LEFT JOIN booking_attendance a ON a.booking_id = b.id
    CROSS JOIN LATERAL (SELECT (s.starts_at AT TIME ZONE %(zone)s)::date AS day) AS local
    CROSS JOIN LATERAL (SELECT make_date(extract(year FROM day - interval '7 months')::int, 8, 1) AS school_year) AS y
    WHERE (%(bookings)s::bigint[] IS NULL OR b.id = ANY(%(bookings)s::bigint[]))
"""
ENDED = """
    b.state IN ('attended', 'no_show', 'declined', 'expired')
    OR b.state = 'cancelled' AND (b.late OR b.ended_by = 'provider')
"""
LIVING = (
    "slot_id", "workshop_id", "partner_id", "pot_id", "school_id", "status", "day", "school_year", "minutes",
    "language", "grades", "grade_key", "first_visit", "planned", "f", "m", "d", "unknown", "adults", "family",
)  # fmt: skip
COPIED = ("format", "discipline", "school_kind", "country", "district", "helpers")  # as they were when it was written
COLUMNS = ", ".join(("booking_id", *LIVING, *COPIED))

TO_KEEP = f"{FOUND} AND ({ENDED})"
# The families of these bookings, before and now, locked one after the other until the transaction ends.
FAMILIES = f"""
    SELECT family, pg_advisory_xact_lock(hashtextextended(family::text, 0)) FROM (
        SELECT family FROM booking_visitfact WHERE booking_id = ANY(%(bookings)s)
        UNION SELECT family FROM ({FOUND}) AS found ORDER BY family
    ) AS families
"""  # noqa: S608 (names of our own)
WRITE = f"""
    INSERT INTO booking_visitfact ({COLUMNS}, turned_away) SELECT {COLUMNS}, 0 FROM ({TO_KEEP}) AS found
    ON CONFLICT (booking_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in LIVING)}, turned_away = 0
"""  # noqa: S608 (names of our own)
FORGET = f"""
    DELETE FROM booking_visitfact f USING booking_booking b
    WHERE b.id = f.booking_id AND b.id = ANY(%(bookings)s) AND NOT ({ENDED})
"""  # noqa: S608 (names of our own)
# Of a family that was given no date, the first row says how many were turned away.
SHARES = """
    SELECT id, CASE WHEN bool_or(status IN ('held', 'no_show', 'late_cancel')) OVER family
                      OR id <> first_value(id) OVER (family ORDER BY day, booking_id) THEN 0 ELSE planned END AS share
    FROM booking_visitfact WHERE %(families)s::uuid[] IS NULL OR family = ANY(%(families)s::uuid[])
    WINDOW family AS (PARTITION BY family)
"""
SHARE = f"""
    UPDATE booking_visitfact f SET turned_away = share
    FROM ({SHARES}) AS shares WHERE shares.id = f.id AND f.turned_away <> share
"""  # noqa: S608 (names of our own)
WRONG = f"""
    SELECT b.reference, CASE WHEN f.id IS NULL THEN format('%%s, but reports do not count it', b.state)
                             WHEN found.booking_id IS NULL THEN format('%%s, but reports count it', b.state)
                             ELSE 'reports count it with other figures' END
    FROM booking_visitfact f FULL JOIN ({TO_KEEP}) AS found ON found.booking_id = f.booking_id
    JOIN booking_booking b ON b.id = coalesce(f.booking_id, found.booking_id)
    WHERE ({", ".join(f"f.{name}" for name in LIVING)})
          IS DISTINCT FROM ({", ".join(f"found.{name}" for name in LIVING)})
    UNION ALL
    SELECT b.reference, format('reports count %%s turned away instead of %%s', f.turned_away, share)
    FROM booking_visitfact f JOIN ({SHARES}) AS shares ON shares.id = f.id JOIN booking_booking b ON b.id = f.booking_id
    WHERE f.turned_away <> share
    UNION ALL {effort.WRONG}
"""  # noqa: S608 (names of our own)


def counts(booking: Booking) -> bool:
    """Whether reports have a row for a booking as it stands."""
    if booking.state == State.CANCELLED:
        return booking.late or booking.ended_by == "provider"
    return booking.state in {State.ATTENDED, State.NO_SHOW, State.DECLINED, State.EXPIRED}


def keep(bookings: Iterable[int]) -> None:
    """Write, correct or take away the facts of these bookings, by key; then who was turned away in their families.

    What the dates took their teams is shared out anew among their visits. The caller holds the slots. Two dates of one
    family wait for each other here. Six queries for any number.
    """
    values = asked(list(bookings))
    with connection.cursor() as cursor:
        cursor.execute(FAMILIES, values)
        values["families"] = [family for family, _lock in cursor]
        for statement in (FORGET, WRITE, SHARE, effort.SETTLE, effort.SHARE):
            cursor.execute(statement, values)


def asked(bookings: list[int] | None) -> dict[str, Any]:
    """What the statements need to know; all bookings for None."""
    usual = Policy()
    rules = {name: getattr(usual, name) for name in ("prep_minutes", "travel_minutes", "counts_km")}
    return {"bookings": bookings, "families": None, "zone": settings.TIME_ZONE, **rules}


def keep_slot(slot: Slot) -> None:
    """After a date itself was changed: another pot, other times, another team. The caller holds it."""
    if ended := list(VisitFact.objects.filter(slot=slot).values_list("booking", flat=True)):
        keep(ended)


def follow_school(typed: School) -> None:
    """Facts of a school that somebody typed, written anew for the one that the register knows; both are locked, and
    bookings have followed."""
    gone = VisitFact.objects.filter(school=typed)
    ended = list(gone.values_list("booking", flat=True))
    gone.delete()
    keep(ended)


def keep_all() -> None:
    """Write what lacks, for rows that came by another way than the rules; nobody else writes meanwhile."""
    with connection.cursor() as cursor:
        for statement in (WRITE, SHARE, effort.SETTLE, effort.SHARE):
            cursor.execute(statement, asked(None))


def wrong() -> Iterator[tuple[str, str]]:
    """References of bookings whose fact is not what their rows say, and how."""
    with connection.cursor() as cursor:
        cursor.execute(WRONG, asked(None))
        yield from cursor
