"""Whether a message is still true and still of use, asked at the moment of sending."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from booking.messages import for_people, wishing
from booking.messages.catalogue import KINDS
from booking.models import ENDED, Booking, Message
from booking.told import team_of, visits_of
from workshops.models import Assignment, Slot

State = Booking.State
# Which states make a message untrue. What is not named here is told whatever came after.
UNTRUE = {
    "booking_confirmed": ENDED,
    "booking_requested": tuple(set(State) - {State.REQUESTED}),  # of what came after there is a mail of its own
    "booking_waitlisted": tuple(set(State) - {State.WAITLISTED}),
    "booking_changed": ENDED,
    "slot_moved": ENDED,
    "booking_moved": ENDED,
    "booking_taken_over": ENDED,
    "hand_over_asked": (*ENDED, State.ATTENDED, State.NO_SHOW),
    "booking_reconfirm": tuple(set(State) - {State.CONFIRMED}),
    "reconfirm_office": tuple(set(State) - {State.CONFIRMED}),
    "reconfirm_missing": tuple(set(State) - {State.CONFIRMED}),
    "class_confirmed": ENDED,
    "class_changed": ENDED,
    "booking_offered": tuple(set(State) - {State.OFFERED}),
    "request_arrived": tuple(set(State) - {State.REQUESTED}),
    "reminder": tuple(set(State) - {State.CONFIRMED}),
    "broadcast": ENDED,
}
# Which state alone makes a message true: what was taken back is not told.
TRUE_ONLY = {
    "booking_cancelled": State.CANCELLED,
    "booking_declined": State.DECLINED,
    "thanks": State.ATTENDED,
    "booking_missed": State.NO_SHOW,
    "booking_missed_answer": State.NO_SHOW,
}
OF_A_TEAM = {"trainer_asked", "trainer_assigned", "slot_moved_team", "class_moved", "team_reminder"}
# How a trainer must stand to a date, so that a message about it is true; None is not at all.
Standing = Assignment.State
TRUE_WHILE: dict[str, tuple[Assignment.State | None, ...]] = {
    "class_confirmed": (Standing.ACCEPTED,),
    "class_changed": (Standing.ACCEPTED,),
    "class_cancelled": (Standing.ACCEPTED,),
    "class_moved": (Standing.ACCEPTED,),
    "trainer_asked": (Standing.ASKED,),
    "trainer_assigned": (Standing.ACCEPTED,),
    "slot_moved_team": (Standing.ACCEPTED,),
    "attendance_missing": (Standing.ACCEPTED,),
    "trainer_unassigned": (None, Standing.DECLINED, Standing.WITHDRAWN),
}
OF_NUMBERS = {"attendance_missing", "attendance_open"}
OF_RECONFIRMING = {"booking_reconfirm", "reconfirm_office", "reconfirm_missing"}
OF_THE_FUTURE = {*UNTRUE, *OF_A_TEAM, "trainer_unassigned", "trainer_answered"}
INVITING = [kind.code for kind in KINDS.values() if kind.calendar == "REQUEST" and kind.to == "contact"]
INVITING_TEAMS = [kind.code for kind in KINDS.values() if kind.calendar == "REQUEST" and kind.to == "trainers"]


def why_not(message: Message, now: datetime) -> str:
    """The reason for which `message` is not sent any more, or "". Reads what was loaded with it."""
    if message.useful_until and now >= message.useful_until:
        return "too late"
    if getattr(message, "unwanted", False):
        return "not wanted"
    if message.booking:
        return why_not_of_booking(message, message.booking, now)
    if message.slot:
        return why_not_of_slot(message, message.slot, now)
    return wishing.why_not(message, now) or for_people.why_not(message)


def why_not_of_booking(message: Message, booking: Booking, now: datetime) -> str:
    if booking.state in UNTRUE.get(message.kind, ()):
        return booking.state
    if message.slot_id:
        return why_not_of_class(message, booking, now)
    if booking.state != TRUE_ONLY.get(message.kind, booking.state):
        return "taken back"
    if message.kind == "booking_missed" and booking.attendance.excused_at:
        return "excused"
    if message.kind in OF_THE_FUTURE and booking.slot.ends_at <= now:
        return "the visit is over"
    if (later := getattr(message, "overtaken_at", None)) and later <= now:
        return "a later reminder is due"
    if message.kind in OF_RECONFIRMING and booking.reconfirm_step == Booking.Reconfirm.DONE:
        return "answered"
    if message.context.get("copy"):
        return "" if reads_along(message.to_address, booking) else "reads along no more"
    to_contact = KINDS[message.kind].to == "contact" and message.kind != "contact_replaced"
    if to_contact and not message.context.get("own") and not is_contact(message, booking):
        return "the contact was replaced"
    return ""


def why_not_of_class(message: Message, booking: Booking, now: datetime) -> str:
    """Of what a class does, to the team of its date."""
    if message.slot_id != booking.slot_id:
        return "moved"
    if message.kind in OF_THE_FUTURE and booking.slot.ends_at <= now:
        return "the visit is over"
    return "" if is_of_team(message) else "the team has changed"


def why_not_of_slot(message: Message, slot: Slot, now: datetime) -> str:
    if message.kind in OF_A_TEAM and slot.state == Slot.State.CANCELLED:
        return "cancelled"
    if message.kind in OF_THE_FUTURE and slot.ends_at <= now:
        return "the visit is over"
    if not is_of_team(message):
        return "the team has changed"
    if message.kind == "team_reminder":
        return why_not_of_reminder(message, slot)
    if message.kind in OF_NUMBERS and all(visit.state != State.CONFIRMED for visit in visits_of(slot)):
        return "recorded"
    return ""


def why_not_of_reminder(message: Message, slot: Slot) -> str:
    if all(visit.state != State.CONFIRMED for visit in visits_of(slot)):
        return "nobody comes"
    return "" if any(one.trainer.email == message.to_address for one in team_of(slot)) else "leads it no more"


def is_of_team(message: Message) -> bool:
    """Whether the trainer to whom it goes still stands to the date as the message says."""
    ways = TRUE_WHILE.get(message.kind)
    return ways is None or "trainer" not in message.context or standing(message) in ways


def reads_along(address: str, booking: Booking) -> bool:
    office = booking.school.office_mail if booking.school.office_copies else ""
    return address.lower() in {booking.further_email.lower(), office.lower()} - {""}


def standing(message: Message) -> str | None:
    """How the trainer to whom `message` goes stands to its date now."""
    found = assignment_of(message)
    return found.state if found else None


def assignment_of(message: Message) -> Assignment | None:
    """One query, then remembered with the message."""
    if not hasattr(message, "assignment"):
        rows = Assignment.objects.filter(slot=message.slot_id, trainer=message.context.get("trainer"))
        message.assignment = rows.first()  # type: ignore[attr-defined]  # only mails read it
    return message.assignment  # type: ignore[no-any-return,attr-defined]  # set above


def is_contact(message: Message, booking: Booking) -> bool:
    return bool(booking.contact_email) and message.to_address.lower() == booking.contact_email.lower()


def must_wait(message: Message) -> bool:
    """Whether another sender just has the invitation that `message` takes back: it must come first."""
    if KINDS[message.kind].calendar != "CANCEL":
        return False
    return to_same_place(message).filter(state=Message.State.CLAIMED).exclude(pk=message.pk).exists()


def was_invited(message: Message) -> bool:
    """Whether this address got, or may have got, an invitation to the visit (RFC 5546: only then it gets its end)."""
    got = Q(state=Message.State.SENT, context__calendar="REQUEST") | Q(context__unanswered=True)
    return to_same_place(message).filter(got).exists()


def to_same_place(message: Message) -> QuerySet[Message]:
    """The invitations to the same date, for who leads it, or to the same visit."""
    if KINDS[message.kind].to == "trainers":
        same = Message.objects.filter(slot=message.slot_id, kind__in=INVITING_TEAMS)
    else:
        same = Message.objects.filter(booking=message.booking_id, kind__in=INVITING)
    return same.filter(to_address__iexact=message.to_address)
