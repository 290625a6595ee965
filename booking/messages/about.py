"""What messages are about, read for a whole batch in a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Min

from booking.messages import for_people, mail_choices, wishing
from booking.models import Alternative, Broadcast, Message
from booking.told import told_bookings, told_slots
from workshops.models import Slot

OF_REQUESTS = {"booking_requested", "request_arrived"}


def load_subjects(messages: Sequence[Message]) -> None:
    """Fill in the bookings and slots of `messages` as they are now, with all that a mail says of them."""
    bookings = (
        told_bookings()
        .select_related("attendance", "owner")
        .in_bulk({one.booking_id for one in messages if one.booking_id})
    )
    reminders = next_reminders([one.booking_id for one in messages if one.kind == "booking_confirmed"])
    slots = told_slots().in_bulk({one.slot_id for one in messages if one.slot_id})
    written = {one.broadcast_id for one in messages if one.broadcast_id}
    broadcasts = Broadcast.objects.select_related("by").in_bulk(written)
    load_alternatives(messages)
    load_later_reminders(messages)
    mail_choices.load(messages)
    for_people.load(messages)
    wishing.load(messages)
    for message in messages:
        if message.booking_id:
            message.booking = bookings[message.booking_id]
            message.reminder_at = reminders.get(message.booking_id)  # type: ignore[attr-defined]  # only mails read it
        if message.broadcast_id:
            message.broadcast = broadcasts[message.broadcast_id]
        if message.slot_id:
            message.slot = slots[message.slot_id]
    load_suggestions(messages)


def load_suggestions(messages: Sequence[Message]) -> None:
    """The dates that a house suggests instead of one that it called off, as far as they still take a class."""
    wanted = {pk for one in messages for pk in one.context.get("instead", ())}
    slots = Slot.objects.select_related("venue", "workshop").in_bulk(wanted) if wanted else {}
    for one in messages:
        found = [slots[pk] for pk in one.context.get("instead", ()) if pk in slots]
        pupils = one.booking.pupils if one.booking else 1
        one.instead = [slot for slot in found if slot.is_bookable(one.due_at) and slot.has_room_for(pupils)]  # type: ignore[attr-defined]  # only mails read it


def load_alternatives(messages: Sequence[Message]) -> None:
    """The further wishes of requests, with their dates."""
    asked = {one.booking_id for one in messages if one.kind in OF_REQUESTS}
    wishes_of: dict[int | None, list[Alternative]] = defaultdict(list)
    for row in Alternative.objects.filter(booking__in=asked).select_related("slot") if asked else ():
        wishes_of[row.booking_id].append(row)
    for one in messages:
        one.alternatives = wishes_of[one.booking_id]  # type: ignore[attr-defined]  # only mails read it


def load_later_reminders(messages: Sequence[Message]) -> None:
    """Since when the next reminder of the same visit is due as well: after an outage one of them is enough."""
    reminders = [one for one in messages if one.kind == "reminder"]
    due: dict[tuple[int | None, str], list[datetime]] = defaultdict(list)
    if reminders:
        rows = Message.objects.filter(booking__in={one.booking_id for one in reminders}, kind="reminder")
        rows = rows.exclude(state__in=[Message.State.DROPPED, Message.State.FAILED])
        for booking, address, due_at in rows.values_list("booking", "to_address", "due_at"):
            due[booking, address].append(due_at)
    for one in reminders:
        later = [at for at in due[one.booking_id, one.to_address] if at > one.due_at]
        one.overtaken_at = min(later, default=None)  # type: ignore[attr-defined]  # only `why_not` reads it


def next_reminders(bookings: Sequence[int | None]) -> dict[int | None, datetime]:
    """When the next reminder of each booking is due."""
    owed = Message.objects.filter(booking__in=bookings, kind="reminder", state=Message.State.OWED)
    return dict(owed.values_list("booking").annotate(Min("due_at")).order_by())
