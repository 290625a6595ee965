"""Messages are rows, written in the transaction of the change they tell of. Nothing is sent here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from booking import policy
from accounts.models import User
from booking.messages.catalogue import KINDS, SOON, Kind
from booking.messages.relevance import UNTRUE
from booking.models import Booking, Message
from schools.schooldays import closed_days, local_day
from workshops.models import Assignment, Slot, Trainer

CHANNEL = "outbox"
TO_CONTACT = [kind.code for kind in KINDS.values() if kind.to == "contact" and kind.code != "contact_replaced"]


def announce(code: str, booking: Booking, *, now: datetime, reminders: bool = False, **context: Any) -> None:
    """Owe everybody whom the catalogue names a message about `booking`; with `reminders` also the later ones."""
    owed = [compose(KINDS[code], to, now=now, booking=booking, **context) for to in recipients(KINDS[code], booking)]
    owed += [row for side in ALSO.get(code, ()) for row in also(side, booking, now=now)]
    if reminders:
        owed += reminders_of(booking, now=now)
    Message.objects.bulk_create(owed)


ALSO = {"booking_requested": ("request_arrived",), "booking_confirmed": ("class_confirmed",)}


def also(code: str, booking: Booking, *, now: datetime) -> list[Message]:
    return [compose(KINDS[code], to, now=now, booking=booking) for to in recipients(KINDS[code], booking)]


def compose(kind: Kind, to: dict[str, Any], *, now: datetime, due_at: datetime | None = None, **row: Any) -> Message:
    due = due_at or now
    context = {name: row.pop(name) for name in list(row) if name not in {"booking", "slot", "dedupe_key", "sealed"}}
    return Message(
        kind=kind.code,
        due_at=due,
        next_try_at=due,
        useful_until=due + kind.useful_for if kind.useful_for else None,
        priority=kind.priority,
        context=context,
        created_at=now,
        **to,
        **row,
    )


def recipients(kind: Kind, booking: Booking) -> list[dict[str, Any]]:
    """Addresses for a message about a booking; nobody without an address, trainers only of what was confirmed once."""
    if kind.to == "trainers" and not booking.confirmed_at:
        return []
    if kind.to == "trainers":
        return [trainer_address(assignment.trainer) for assignment in leading(booking.slot) if assignment.trainer.email]
    if kind.to == "partner":
        partner = booking.slot.workshop.partner
        return [{"to_address": partner.mailbox, "to_name": partner.name}]
    return [contact_address(booking)] if booking.contact_email else []


def contact_address(booking: Booking) -> dict[str, Any]:
    return {
        "to_user_id": booking.owner_id,
        "to_address": booking.contact_email,
        "to_name": booking.contact_name,
        "language": booking.contact_language,
    }


def trainer_address(trainer: Trainer) -> dict[str, Any]:
    language = trainer.user.language if trainer.user else "de"
    return {"to_user_id": trainer.user_id, "to_address": trainer.email, "to_name": trainer.name, "language": language}


def leading(slot: Slot) -> Sequence[Assignment]:
    return list(slot.assignments.accepted().select_related("trainer__user"))


def reminders_of(booking: Booking, *, now: datetime) -> list[Message]:
    """The reminders still to come: at 8:00 local time, so many school days before, each of use until the visit."""
    slot, lesson = booking.slot, local_day(booking.slot.starts_at)
    closed = closed_days(booking.school, lesson - policy.LONGEST_LOOK_BACK, lesson)
    times = policy.reminder_times(slot.starts_at, slot.workshop.policy, closed)
    rows = []
    for days, due in times.items():
        if due <= now or not booking.contact_email:
            continue
        key = f"reminder:{days}:booking:{booking.pk}:{booking.sequence}"
        row = compose(KINDS["reminder"], contact_address(booking), now=now, due_at=due, booking=booking, dedupe_key=key)
        row.useful_until = slot.starts_at
        rows.append(row)
    return rows


def forget(booking: Booking, *, why: str, now: datetime) -> None:
    """Drop what is owed about a visit that will not be, or was, with the reason; what stays true is still told."""
    Message.objects.filter(booking=booking, state=Message.State.OWED, kind__in=UNTRUE).update(
        state=Message.State.DROPPED, last_error=why
    )


def tell_of_amendment(
    booking: Booking, changes: dict[str, Any], *, before: str, facts: dict[str, Any], now: datetime
) -> None:
    """Tell the contact what changed, a new contact by an invitation, the former one by its end, trainers the number."""
    if before != booking.contact_email:
        former = {"to_address": before, "language": booking.contact_language}
        Message.objects.filter(booking=booking, state=Message.State.OWED, kind__in=TO_CONTACT).update(
            to_address=booking.contact_email, to_name=booking.contact_name, language=booking.contact_language
        )
        if before:
            compose(KINDS["contact_replaced"], former, now=now, booking=booking).save()
    announce("booking_changed", booking, now=now, facts=facts)
    if "pupils" in changes and booking.state == Booking.State.CONFIRMED:
        announce("class_changed", booking, now=now, facts=facts)


def announce_slot(code: str, slot: Slot, trainers: Iterable[Trainer], *, now: datetime, **context: Any) -> None:
    """Owe trainers a message about a slot."""
    Message.objects.bulk_create(
        [compose(KINDS[code], trainer_address(one), now=now, slot=slot, **context) for one in trainers if one.email]
    )


def send_sign_in_code(*, email: str, code: str, language: str, now: datetime) -> None:
    """Owe a sign-in code, first in the queue; the code is sealed in the row and wiped when sent. Wakes the sender."""
    to = {"to_address": email, "language": language}
    compose(KINDS["sign_in_code"], to, now=now, sealed=code).save()
    wake()


def wake() -> None:
    """Tell `send_due --loop` at commit. Only for codes: NOTIFY serialises commits, and all else may wait a tick."""
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")


__all__ = [
    "SOON",
    "announce",
    "announce_slot",
    "forget",
    "send_sign_in_code",
    "tell_of_amendment",
    "tell_person",
    "wake",
]
def tell_person(code: str, user: User, *, now: datetime, **context: Any) -> None:
    """Owe one person a message about no booking and no date, in their language."""
    compose(KINDS[code], person_address(user), now=now, **context).save()


