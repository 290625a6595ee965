"""What a house knows of a school from former visits: whether it was here, and what it let pass. Organisers see missed
visits, nobody else; with the school year, or a later one as the house wishes, they are forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.prepared import prepared_cursor
from booking import policy
from schools.models import School
from workshops.models import Policy, Slot

# Asked with every booking: missed and late visits are found along the index booking_marks.
STANDING = """
    SELECT NOT EXISTS (
               SELECT FROM booking_booking b JOIN workshops_slot s ON s.id = b.slot_id
               JOIN workshops_workshop w ON w.id = s.workshop_id
               WHERE b.school_id = %(school)s AND b.state IN ('confirmed', 'attended') AND w.partner_id = %(partner)s),
           (SELECT count(*) FROM booking_booking b JOIN workshops_slot s ON s.id = b.slot_id
               JOIN workshops_workshop w ON w.id = s.workshop_id
               WHERE b.school_id = %(school)s AND b.state = 'no_show'
                 AND w.partner_id = %(partner)s AND s.starts_at >= %(since)s
                 AND NOT EXISTS (
                     SELECT FROM booking_attendance a WHERE a.booking_id = b.id AND a.excused_at IS NOT NULL)),
           EXISTS (
               SELECT FROM booking_booking b JOIN workshops_slot s ON s.id = b.slot_id
               JOIN workshops_workshop w ON w.id = s.workshop_id
               WHERE b.school_id = %(school)s AND b.late
                 AND w.partner_id = %(partner)s AND s.starts_at >= %(since)s
                 AND NOT EXISTS (
                     SELECT FROM booking_booking n JOIN workshops_slot t ON t.id = n.slot_id
                     JOIN workshops_workshop v ON v.id = t.workshop_id
                     WHERE n.school_id = b.school_id AND v.partner_id = w.partner_id AND n.created_at > b.updated_at))
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """`missed` visits that still count, without those that were excused; `late`: cancelled late, and not booked again
    since."""

    is_new: bool = True
    missed: int = 0
    late: bool = False

    def asks_first(self, rules: Policy) -> bool:
        """Whether a person looks at the next booking of the school before it holds."""
        missed_too_often = bool(rules.no_show_limit) and self.missed >= rules.no_show_limit
        return missed_too_often or (rules.late_asks and self.late)


def standing(school: School | None, slot: Slot, now: datetime) -> Standing:
    """How the school stands with the house of the slot. One query; of a school that is not known yet nothing."""
    if school is None:
        return Standing()
    since = policy.marks_since(now, slot.workshop.policy)
    with prepared_cursor() as cursor:
        cursor.execute(STANDING, {"school": school.pk, "partner": slot.workshop.partner_id, "since": since})
        return Standing(*cursor.fetchone())
