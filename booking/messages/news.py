"""What everybody hears when a booking changes or is cancelled: what is new, who is the contact now, and who did it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.actor import Actor
from booking.messages.catalogue import KINDS
from booking.messages.outbox import address_anew, announce
from booking.messages.owed import message_to, reasons_of, with_new
from booking.messages.recipients import person_address, readers_of
from booking.messages.reminders import remind_along
from booking.models import Booking, Message

TO_PREPARE = {"group_name", "pupils", "adults", "grades", "language", "needs", "needs_list", "arrival"}
# Personal facts: their names are kept with the message, what stands there now is read when it goes out.
PERSONAL = {"contact_name", "contact_email", "contact_phone", "needs", "note", "further_email"}
FOR_THE_TEAM = PERSONAL - {"further_email"}


def tell_of_amendment(
    booking: Booking,
    changes: dict[str, Any],
    *,
    before: dict[str, Any],
    facts: dict[str, Any],
    now: datetime,
    reason: str = "",
) -> None:
    """Tell the contact what changed, nothing where all is again as they know it; a new contact that they are it, by an
    invitation, the former one by its end, trainers what they prepare for and whom to call. `before` is the former
    contact by `contact_address`."""
    is_new = before["to_address"] != booking.contact_email
    if is_new:
        address_anew(booking, before, now=now)
    news = since_last_heard(booking, {"facts": facts, "fields": sorted(PERSONAL & set(changes)), "is_new": is_new})
    news["reasons"] = with_new(news["reasons"], reason, now)
    if news["facts"] or news["fields"] or news["is_new"]:
        announce("booking_changed", booking, now=now, **news)
    if "further_email" in changes:
        remind_along(Booking.objects.filter(pk=booking.pk), now=now)
    if (is_new or TO_PREPARE & set(changes)) and booking.state == Booking.State.CONFIRMED:
        announce("class_changed", booking, now=now, facts=facts, fields=sorted(FOR_THE_TEAM & set(changes)))


def since_last_heard(booking: Booking, latest: dict[str, Any]) -> dict[str, Any]:
    """Changes of which the contact has not heard yet are told with the `latest` as one, from what was known to what is
    now; and with the reasons of those that came before."""
    unheard = Message.objects.filter(booking=booking, kind="booking_changed", state=Message.State.OWED)
    rows = list(unheard.order_by("pk").select_for_update(of=("self",)))
    unheard.update(state=Message.State.DROPPED, last_error="changed again")
    facts: dict[str, Any] = {}
    for one in [*(row.context for row in rows), latest]:
        facts |= {name: [facts.get(name, pair)[0], pair[1]] for name, pair in one.get("facts", {}).items()}
    return {
        "facts": {name: pair for name, pair in facts.items() if pair[0] != pair[1]},
        "fields": sorted({name for one in [*(row.context for row in rows), latest] for name in one.get("fields", ())}),
        "is_new": latest["is_new"] or any(row.context.get("is_new") for row in rows),
        "reasons": [list(one) for one in dict.fromkeys(tuple(why) for row in rows for why in reasons_of(row))],
    }


def tell_of_cancelling(booking: Booking, *, by: Actor, now: datetime) -> None:
    """Tell the contact who cancelled, where it was somebody else of the school; who did reads that it is so."""
    canceller = None if by.role == "organiser" else by.user
    if canceller is None or canceller.email.lower() == booking.contact_email.lower():
        announce("booking_cancelled", booking, now=now)
        return
    announce("booking_cancelled", booking, now=now, cancelled_by=canceller.name)
    reading_along = {one["to_address"].lower() for one in readers_of(booking)}
    if canceller.email.lower() not in reading_along:
        message_to(KINDS["booking_cancelled"], person_address(canceller), now=now, booking=booking, own=True).save()
