"""Which message when, to whom, with which calendar part. One table; docs and tests read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

To = Literal["contact", "colleague", "office", "trainers", "partner", "person"]

SOON, USUAL, LATER = 0, 5, 7
SECOND_THOUGHTS = timedelta(seconds=60)  # so long a decline or a cancellation can be taken back


@dataclass(frozen=True, slots=True)
class Kind:
    """`to`: the contact of the booking, a colleague who may become it, the office of its school, the slot's trainers,
    the partner's organisers, or one person.

    `calendar` is the iTIP method of the invitation that goes with it, `useful_for` how long after it is due a mail is
    still worth sending (None: always), `delay` how long it waits for second thoughts.
    """

    code: str
    to: To
    calendar: Literal["", "REQUEST", "CANCEL"] = ""
    priority: int = USUAL
    useful_for: timedelta | None = None
    delay: timedelta = timedelta(0)


KINDS = {
    kind.code: kind
    for kind in (
        Kind("sign_in_code", "person", priority=SOON, useful_for=timedelta(minutes=10)),
        Kind("membership_asked", "person"),
        Kind("membership_decided", "person"),
        Kind("requests_digest", "person", useful_for=timedelta(hours=10)),
        Kind("invited", "person"),
        Kind("booking_confirmed", "contact", calendar="REQUEST"),
        Kind("booking_requested", "contact"),
        Kind("booking_waitlisted", "contact"),
        Kind("booking_offered", "contact"),
        Kind("booking_declined", "contact", calendar="CANCEL", delay=SECOND_THOUGHTS),
        Kind("booking_changed", "contact", calendar="REQUEST"),
        Kind("booking_cancelled", "contact", calendar="CANCEL", delay=SECOND_THOUGHTS),
        Kind("booking_expired", "contact", calendar="CANCEL"),
        Kind("contact_replaced", "contact", calendar="CANCEL"),
        Kind("booking_moved", "contact", calendar="REQUEST"),
        Kind("hand_over_asked", "colleague"),
        Kind("booking_taken_over", "contact", calendar="REQUEST"),
        Kind("booking_reconfirm", "contact"),
        Kind("reconfirm_office", "office"),
        Kind("reconfirm_missing", "partner"),
        Kind("reminder", "contact", calendar="REQUEST", priority=LATER),
        Kind("broadcast", "contact", priority=LATER),
        Kind("request_arrived", "partner"),
        Kind("class_confirmed", "trainers"),
        Kind("class_changed", "trainers"),
        Kind("class_cancelled", "trainers"),
        Kind("class_moved", "trainers"),
        Kind("trainer_asked", "trainers", calendar="REQUEST"),
        Kind("trainer_assigned", "trainers", calendar="REQUEST"),
        Kind("trainer_unassigned", "trainers", calendar="CANCEL"),
        Kind("trainer_answered", "partner"),
        Kind("slot_cancelled", "trainers", calendar="CANCEL"),
        Kind("slot_moved", "contact", calendar="REQUEST"),
        Kind("slot_moved_team", "trainers", calendar="REQUEST"),
        Kind("attendance_missing", "trainers", priority=LATER, useful_for=timedelta(days=14)),
    )
}
