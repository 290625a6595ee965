"""What a date took its team: minutes and kilometres of the date, and the share of each of its visits.

A date takes each of its trainers the time of the visit, set-up, tear-down, preparation and travel. Only where the team
drives to a school there are travel and kilometres: the straight line between both places, times 1.3, there and back,
to the farthest school; from the place of the date or the offer, else from the nearest place of the house. One of the
team drives. What the rules said when somebody first came, or failed to, stays with the date.
"""

from __future__ import annotations

from schools.distance import EARTH_KM

DETOUR = 1.3  # roads are longer than the straight line

# Metres would promise more than is known: a whole number of kilometres.
WAY = f"""
    SELECT round(2 * {DETOUR} * max(way))::int FROM (
        SELECT min(2 * {EARTH_KM} * asin(sqrt(least(1,
            sin(radians(c.lat - v.lat) / 2) ^ 2
            + cos(radians(v.lat)) * cos(radians(c.lat)) * sin(radians(c.lon - v.lon) / 2) ^ 2)))) AS way
        FROM booking_booking b JOIN schools_school c ON c.id = b.school_id JOIN workshops_venue v ON
            CASE WHEN coalesce(s.venue_id, w.venue_id) IS NULL THEN v.partner_id = p.id AND v.active
                 ELSE v.id = coalesce(s.venue_id, w.venue_id) END
        WHERE b.slot_id = s.id AND b.state IN ('attended', 'no_show')
            AND num_nulls(c.lat, c.lon, v.lat, v.lon) = 0 GROUP BY c.id
    ) AS ways
"""  # noqa: S608 (numbers of our own)
# Dates of these bookings to which somebody came, or was to come and did not.
SETTLE = f"""
    UPDATE workshops_slot s SET
        prep_minutes = coalesce(s.prep_minutes, w.prep_minutes, p.prep_minutes, %(prep_minutes)s),
        travel_minutes = CASE WHEN w.format = 'mobile'
            THEN coalesce(s.travel_minutes, w.travel_minutes, p.travel_minutes, %(travel_minutes)s) ELSE 0 END,
        km = CASE WHEN w.format = 'mobile' AND coalesce(w.counts_km, p.counts_km, %(counts_km)s)
            THEN coalesce(({WAY}), 0) ELSE 0 END
    FROM workshops_workshop w JOIN workshops_partner p ON p.id = w.partner_id
    WHERE w.id = s.workshop_id AND s.id IN (
        SELECT slot_id FROM booking_booking b WHERE b.state IN ('attended', 'no_show')
            AND (%(bookings)s::bigint[] IS NULL OR b.id = ANY(%(bookings)s::bigint[])))
"""  # noqa: S608 (names of our own)
# Shares are whole and add up to what the date took: each visit gets what its place in the row brings. Where nobody
# came at all, those who were awaited share.
SHARES = """
    SELECT f.id, CASE WHEN f.status = first AND f.groups > 0 THEN
               took.minutes * f.place / f.groups - took.minutes * (f.place - 1) / f.groups ELSE 0 END AS minutes,
           CASE WHEN f.status = first AND f.groups > 0 THEN
               took.km * f.place / f.groups - took.km * (f.place - 1) / f.groups ELSE 0 END AS km
    FROM (
        SELECT id, slot_id, status, first, count(*) FILTER (WHERE status = first) OVER (PARTITION BY slot_id) AS groups,
               count(*) FILTER (WHERE status = first) OVER (PARTITION BY slot_id ORDER BY booking_id) AS place
        FROM (
            SELECT id, booking_id, slot_id, status,
                   min(status) FILTER (WHERE status IN ('held', 'no_show')) OVER (PARTITION BY slot_id) AS first
            FROM booking_visitfact
            WHERE %(bookings)s::bigint[] IS NULL
               OR slot_id IN (SELECT slot_id FROM booking_booking WHERE id = ANY(%(bookings)s::bigint[]))
        ) AS firsts
    ) AS f
    JOIN workshops_slot s ON s.id = f.slot_id
    CROSS JOIN LATERAL (
        SELECT count(*) * (extract(epoch FROM s.ends_at - s.starts_at)::int / 60 + s.setup_minutes + s.teardown_minutes
                           + coalesce(s.prep_minutes, 0) + coalesce(s.travel_minutes, 0)) AS minutes,
               CASE WHEN count(*) > 0 THEN coalesce(s.km, 0) ELSE 0 END AS km
        FROM workshops_assignment t WHERE t.slot_id = s.id AND t.state = 'accepted'
    ) AS took
"""
SHARE = f"""
    UPDATE booking_visitfact f SET trainer_minutes = shares.minutes, km = shares.km
    FROM ({SHARES}) AS shares WHERE shares.id = f.id AND (f.trainer_minutes, f.km) <> (shares.minutes, shares.km)
"""  # noqa: S608 (names of our own)
WRONG = f"""
    SELECT b.reference, format('reports count %%s minutes and %%s km of the team instead of %%s and %%s',
                               f.trainer_minutes, f.km, shares.minutes, shares.km)
    FROM booking_visitfact f JOIN ({SHARES}) AS shares ON shares.id = f.id JOIN booking_booking b ON b.id = f.booking_id
    WHERE (f.trainer_minutes, f.km) <> (shares.minutes, shares.km)
"""  # noqa: S608 (names of our own)
