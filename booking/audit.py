"""Every promise about the rows, asked again from the rows: sums, states, history, offers, reminders. Read only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from booking import policy
from booking.models import Booking, Message
from booking.reports import facts, freezing
from booking.rules.intake import school_closures


@dataclass(frozen=True, slots=True)
class Breach:
    """What is not as it must be: the kind, the row, what was found."""

    kind: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.where}: {self.what}"


# Each query gives the row and what was found. Deadlines have a quarter of an hour for the process that minds them.
CHECKS = {
    "sums": """
        SELECT format('slot %%s', s.id), format('%%s is %%s, its bookings give %%s', sums.name, sums.stored, sums.found)
        FROM workshops_slot s
        LEFT JOIN (
            SELECT slot_id, sum(places_held) AS places, count(*) FILTER (WHERE places_held > 0) AS groups,
                   count(*) FILTER (WHERE state = 'waitlisted') AS waiting
            FROM booking_booking GROUP BY slot_id
        ) b ON b.slot_id = s.id
        CROSS JOIN LATERAL (VALUES
            ('places_taken', s.places_taken, coalesce(b.places, 0)),
            ('groups_taken', s.groups_taken, coalesce(b.groups, 0)),
            ('groups_waiting', s.groups_waiting, coalesce(b.waiting, 0))
        ) AS sums (name, stored, found)
        WHERE sums.stored <> sums.found
    """,
    "overbooked": """
        SELECT format('slot %%s', id),
               format('%%s of %%s places, %%s of %%s groups', places_taken, capacity, groups_taken, max_groups)
        FROM workshops_slot WHERE places_taken > capacity OR groups_taken > max_groups
    """,
    "held": """
        SELECT reference, format('%%s with %%s pupils holds %%s places', state, pupils, places_held)
        FROM booking_booking
        WHERE CASE WHEN state IN ('confirmed', 'offered', 'attended', 'no_show') THEN places_held <> pupils
                   WHEN state = 'requested' THEN places_held NOT IN (0, pupils)
                   ELSE places_held <> 0 END
    """,
    "twice": """
        SELECT min(reference), format('group %%s has %%s live bookings in slot %%s', group_key, count(*), slot_id)
        FROM booking_booking WHERE state IN ('requested', 'waitlisted', 'offered', 'confirmed')
        GROUP BY slot_id, school_id, group_key HAVING count(*) > 1
    """,
    "history": """
        SELECT reference, 'no history'
        FROM booking_booking b WHERE NOT EXISTS (SELECT FROM booking_change c WHERE c.booking_id = b.id)
    """,
    "state": """
        SELECT reference, format('%%s, but its history ends with %%s', b.state, last.state)
        FROM booking_booking b JOIN (
            SELECT DISTINCT ON (booking_id) booking_id,
                   CASE WHEN kind IN ('moved', 'undone') THEN facts -> 'state' ->> 1 ELSE kind END AS state
            FROM booking_change
            WHERE kind IN ('requested', 'waitlisted', 'offered', 'confirmed', 'declined', 'expired', 'cancelled',
                           'attended', 'no_show', 'undone') OR (kind = 'moved' AND facts ? 'state')
            ORDER BY booking_id, id DESC
        ) last ON last.booking_id = b.id
        WHERE last.state <> b.state
    """,
    "terms": """
        SELECT reference, 'does not say what was agreed' FROM booking_booking WHERE NOT terms ? 'cancel_until'
    """,
    "moments": """
        SELECT reference, format('%%s without its moment', state)
        FROM booking_booking
        WHERE (state = 'waitlisted' AND waiting_since IS NULL)
           OR (state IN ('confirmed', 'attended', 'no_show') AND confirmed_at IS NULL)
           OR (state = 'offered' AND offer_expires_at IS NULL)
    """,
    "offer": """
        SELECT reference, format('its offer ended at %%s', offer_expires_at)
        FROM booking_booking WHERE state = 'offered' AND offer_expires_at < %(now)s - interval '15 minutes'
    """,
    "question": """
        SELECT reference, format('the next step of asking whether it is still on was due at %%s', reconfirm_due_at)
        FROM booking_booking b JOIN workshops_slot s ON s.id = b.slot_id
        WHERE b.state = 'confirmed' AND reconfirm_due_at < %(now)s - interval '15 minutes' AND s.starts_at > %(now)s
    """,
    "hand over": """
        SELECT reference, format('%%s, but a colleague is still asked', b.state)
        FROM booking_handover h JOIN booking_booking b ON b.id = h.booking_id
        WHERE h.accepted_at IS NULL AND h.ended_at IS NULL AND h.expires_at > %(now)s
          AND b.state NOT IN ('requested', 'waitlisted', 'offered', 'confirmed')
    """,
    "queue": """
        SELECT reference, format('waits first for %%s places while %%s are free', pupils, free)
        FROM (
            SELECT DISTINCT ON (b.slot_id) b.reference, b.pupils, s.capacity - s.places_taken AS free
            FROM booking_booking b JOIN workshops_slot s ON s.id = b.slot_id
            WHERE b.state = 'waitlisted' AND s.state <> 'cancelled' AND s.starts_at > %(now)s
              AND s.groups_taken < s.max_groups
            ORDER BY b.slot_id, b.waiting_since, b.id
        ) AS first WHERE pupils <= free
    """,
    "cancelled slot": """
        SELECT reference, format('%%s in a cancelled slot', b.state)
        FROM booking_booking b JOIN workshops_slot s ON s.id = b.slot_id
        WHERE s.state = 'cancelled' AND b.state IN ('requested', 'waitlisted', 'offered', 'confirmed')
    """,
    "attendance": """
        SELECT reference, CASE WHEN a.id IS NULL THEN format('%%s, but nobody recorded it', state)
                               ELSE format('recorded, but %%s', state) END
        FROM booking_booking b LEFT JOIN booking_attendance a ON a.booking_id = b.id
        WHERE (state = 'attended' AND coalesce(a.no_show, true))
           OR (state = 'no_show' AND NOT coalesce(a.no_show, false))
           OR (state NOT IN ('attended', 'no_show') AND a.id IS NOT NULL)
    """,
    "trainer": """
        SELECT format('slot %%s', s.id), 'a trainer is bound at another time'
        FROM workshops_assignment a JOIN workshops_slot s ON s.id = a.slot_id
        WHERE a.state = 'accepted' AND NOT a.during @> tstzrange(s.starts_at, s.ends_at)
    """,
    "news missing": """
        SELECT reference, format('%%s, and its contact was never told', b.state)
        FROM booking_booking b JOIN workshops_slot s ON s.id = b.slot_id
        WHERE b.state IN ('requested', 'waitlisted', 'offered', 'confirmed') AND b.contact_email <> ''
          AND s.starts_at > %(now)s
          AND NOT EXISTS (
              SELECT FROM booking_message m WHERE m.booking_id = b.id
              AND m.kind IN ('booking_' || b.state, 'booking_changed', 'booking_moved', 'booking_taken_over'))
    """,
    "reminder too many": """
        SELECT reference, format('%%s, but a reminder is owed', b.state)
        FROM booking_message m JOIN booking_booking b ON b.id = m.booking_id
        WHERE m.kind = 'reminder' AND m.state = 'owed' AND b.state <> 'confirmed'
    """,
}


def breaches(now: datetime) -> Iterator[Breach]:
    """Everything that is not as it must be. One query a question, each of one moment, so that load does not disturb."""
    for kind, query in CHECKS.items():
        with connection.cursor() as cursor:
            cursor.execute(query, {"now": now})
            for where, what in cursor:
                yield Breach(kind, where, what)
    yield from reminders_missing(now)
    for where, what in freezing.broken():
        yield Breach("frozen", where, what)
    for where, what in facts.wrong():
        yield Breach("fact", where, what)


def reminders_missing(now: datetime) -> Iterator[Breach]:
    """Confirmed visits to come that owe their contact a reminder and have none. School days are counted in Python."""
    coming = Booking.objects.filter(state=Booking.State.CONFIRMED, slot__starts_at__gt=now).exclude(contact_email="")
    owed = Message.objects.unsent().filter(kind="reminder", booking__isnull=False)
    reminded = owed.exclude(context__has_key="copy").values("booking")
    for booking in coming.exclude(pk__in=reminded).with_facts().iterator(chunk_size=1000):
        times = policy.reminder_times(
            booking.slot.starts_at, booking.slot.workshop.policy, school_closures(booking.slot, booking.school)
        )
        if any(due > max(now, booking.confirmed_at or now) for due in times.values()):
            yield Breach("reminder missing", booking.reference, "nobody will remind its contact")
