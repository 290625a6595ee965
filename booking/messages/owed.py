"""One message as a row of the outbox: what it is made with, and why what it tells of was changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from booking.messages.catalogue import KINDS, Kind
from booking.messages.recipients import readers_of
from booking.models import Booking, Message

LONGEST_NAME = 120  # of a reader, as a message keeps it; schools have longer ones
TO_CONTACT = [kind.code for kind in KINDS.values() if kind.to == "contact" and kind.code != "contact_replaced"]

# All else that a message is made with is context.
READER = {"to_user_id", "to_address", "to_name", "language"}
COLUMNS = {*READER, "booking", "slot", "inquiry", "partner", "partner_id", "broadcast", "dedupe_key", "sealed"}

Reasons = list[list[str]]  # each with the moment of its change


def message_to(kind: Kind, to: dict[str, Any], *, now: datetime, due_at: datetime | None = None, **row: Any) -> Message:
    due, row = due_at or now + kind.delay, to | row
    row["to_name"] = row.get("to_name", "")[:LONGEST_NAME]
    context = {name: row.pop(name) for name in list(row) if name not in COLUMNS}
    return Message(
        kind=kind.code,
        due_at=due,
        next_try_at=due,
        useful_until=due + kind.useful_for if kind.useful_for else None,
        priority=kind.priority,
        context=context,
        created_at=now,
        **row,
    )


def copies(kind: Kind, booking: Booking, *, now: datetime, **row: Any) -> list[Message]:
    """The same mail for who reads along: without the link, which is the contact's alone, and without an invitation."""
    if not kind.copied:
        return []
    return [message_to(kind, to, now=now, booking=booking, copy=True, **row) for to in readers_of(booking)]


def with_new(reasons: Reasons, reason: str, now: datetime) -> Reasons:
    return [*reasons, [reason, now.isoformat()]] if reason else reasons


def reasons_of(message: Message) -> Reasons:
    """Why, and when it was changed; of each change that this message tells of."""
    if reason := message.context.get("reason"):  # the one of mails that were owed before there could be several
        return [[reason, message.created_at.isoformat()]]
    found: Reasons = message.context.get("reasons", [])
    return found
