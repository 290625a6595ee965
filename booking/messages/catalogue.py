"""Which message when, to whom, with which calendar part. One table; docs/messages.md shows it, a test compares both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

To = Literal["contact", "colleague", "office", "trainers", "partner", "person"]

SOON, USUAL, LATER = 0, 5, 7
SECOND_THOUGHTS = timedelta(seconds=60)  # so long a decline or a cancellation can be taken back
BUNDLING = timedelta(minutes=15)  # so long dates that open one after the other become one mail
CORRECTIONS = timedelta(hours=2)  # so long whoever counts may still correct a number before the school reads it
THE_VISIT = "the visit"
ANY_TIME = "any time"


@dataclass(frozen=True, slots=True)
class Kind:
    """`to`: the contact of the booking, a colleague who may become it, the office of its school, the slot's trainers,
    the partner's organisers, or one person. `when` and `until` say in words what owes it and how long it is of use.

    `calendar` is the iTIP method of the invitation that goes with it, `useful_for` how long after it is due a mail is
    still worth sending (None: as long as it is true), `delay` how long it waits for second thoughts, `optional`
    whether a person can switch it off, `copied` whether the school's office and the further contact read along where
    that is wished.
    """

    code: str
    to: To
    when: str
    until: str = ANY_TIME
    calendar: Literal["", "REQUEST", "CANCEL"] = ""
    priority: int = USUAL
    useful_for: timedelta | None = None
    delay: timedelta = timedelta(0)
    optional: bool = False
    copied: bool = False


KINDS = {
    kind.code: kind
    for kind in (
        Kind(
            "sign_in_code",
            "person",
            "somebody asks for a code",
            "10 minutes later",
            priority=SOON,
            useful_for=timedelta(minutes=10),
        ),
        Kind("membership_asked", "person", "somebody says to be of a school: to its mailbox", "it is decided"),
        Kind("membership_decided", "person", "somebody confirmed or refused that"),
        Kind(
            "requests_digest",
            "person",
            "7:30 of a school day, only if something is open",
            "17:30 of that day",
            useful_for=timedelta(hours=10),
            optional=True,
        ),
        Kind("invited", "person", "a house takes somebody in"),
        Kind("barrier_reported", "person", "somebody reports a barrier: to the admins of the network"),
        Kind(
            "booking_confirmed",
            "contact",
            "the booking is confirmed, at once or later",
            THE_VISIT,
            "REQUEST",
            copied=True,
        ),
        Kind("booking_requested", "contact", "a request arrived", "it is decided", copied=True),
        Kind("booking_waitlisted", "contact", "a class joined the waiting list", "it is decided"),
        Kind("booking_offered", "contact", "a place became free for a class that waits", "the answer is due"),
        Kind(
            "booking_declined",
            "contact",
            "a request is declined",
            calendar="CANCEL",
            delay=SECOND_THOUGHTS,
            copied=True,
        ),
        Kind("booking_changed", "contact", "the class or its contact changed", THE_VISIT, "REQUEST", copied=True),
        Kind(
            "booking_cancelled",
            "contact",
            "the school or the house cancels",
            calendar="CANCEL",
            delay=SECOND_THOUGHTS,
            copied=True,
        ),
        Kind("booking_expired", "contact", "booking closed and nobody had decided", calendar="CANCEL", copied=True),
        Kind("booking_offer_expired", "contact", "nobody answered an offer in time", copied=True),
        Kind("contact_replaced", "contact", "somebody else is the contact now: to the former one", calendar="CANCEL"),
        Kind("booking_moved", "contact", "the class goes to another date", THE_VISIT, "REQUEST", copied=True),
        Kind("hand_over_asked", "colleague", "the contact asks a colleague to take over", "the answer is due"),
        Kind("booking_taken_over", "contact", "the colleague said yes", THE_VISIT, "REQUEST", copied=True),
        Kind("booking_reconfirm", "contact", "some weeks before the visit: is it still on?", "it is answered"),
        Kind("reconfirm_office", "office", "the contact did not answer", "it is answered"),
        Kind("reconfirm_missing", "partner", "the office did not answer either", "it is answered", optional=True),
        Kind(
            "reminder",
            "contact",
            "8:00, some school days before the visit",
            THE_VISIT,
            "REQUEST",
            LATER,
            optional=True,
            copied=True,
        ),
        Kind(
            "thanks",
            "contact",
            "two hours after the visit was recorded as attended",
            "14 days later",
            priority=LATER,
            useful_for=timedelta(days=14),
            delay=CORRECTIONS,
            optional=True,
        ),
        Kind(
            "booking_missed",
            "contact",
            "two hours after the visit was recorded as missed",
            "14 days later",
            useful_for=timedelta(days=14),
            delay=CORRECTIONS,
            copied=True,
        ),
        Kind(
            "booking_missed_answer",
            "contact",
            "the house answers why a visit was missed",
            "14 days later",
            useful_for=timedelta(days=14),
            copied=True,
        ),
        Kind("broadcast", "contact", "an organiser writes to groups", THE_VISIT, priority=LATER),
        Kind("inquiry_answered", "person", "the house answers a wish that names no date"),
        Kind(
            "slot_opened",
            "person",
            "a date opens for which somebody waits; once a day",
            "no such date is free any more",
            priority=LATER,
            delay=BUNDLING,
        ),
        Kind("request_arrived", "partner", "a request arrived", "it is decided", optional=True),
        Kind("class_confirmed", "trainers", "a class is confirmed, moved here or back again", THE_VISIT, "REQUEST"),
        Kind("class_changed", "trainers", "a class changed in what the team prepares", THE_VISIT, "REQUEST"),
        Kind("class_cancelled", "trainers", "a class that was confirmed is cancelled", calendar="REQUEST"),
        Kind(
            "class_moved",
            "trainers",
            "a class went to another date: to the team of the former one",
            THE_VISIT,
            "REQUEST",
        ),
        Kind("trainer_asked", "trainers", "somebody is asked whether they can lead a date", THE_VISIT, "REQUEST"),
        Kind("trainer_assigned", "trainers", "somebody is assigned to a date", THE_VISIT, "REQUEST"),
        Kind("trainer_unassigned", "trainers", "somebody does not lead a date any more", THE_VISIT, "CANCEL"),
        Kind("trainer_answered", "partner", "a trainer accepts or declines", THE_VISIT),
        Kind(
            "team_reminder",
            "trainers",
            "8:00, some school days before a date with groups",
            THE_VISIT,
            priority=LATER,
            optional=True,
        ),
        Kind("slot_cancelled", "trainers", "a date is called off", calendar="CANCEL"),
        Kind("slot_moved", "contact", "a date has another time or place", THE_VISIT, "REQUEST", copied=True),
        Kind("slot_moved_team", "trainers", "a date has another time or place", THE_VISIT, "REQUEST"),
        Kind(
            "attendance_missing",
            "trainers",
            "8:00 on the day after a visit that nobody recorded",
            "14 days later",
            priority=LATER,
            useful_for=timedelta(days=14),
        ),
        Kind(
            "attendance_open",
            "partner",
            "8:00 three days later, if it is still not recorded",
            "14 days later",
            priority=LATER,
            useful_for=timedelta(days=14),
            optional=True,
        ),
    )
}
