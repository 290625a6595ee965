"""Sending again what failed, or what somebody asks for once more: with its Message-ID, to the present address."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from booking.messages.owed import TO_CONTACT
from booking.messages.recipients import contact_address, person_address
from booking.models import Message

SETTLED = (Message.State.FAILED, Message.State.SENT)
WITH_A_SECRET = ("sign_in_code", "hand_over_asked")  # wiped when settled: such a mail would be empty


def try_again(message: Message, *, now: datetime, fence: int | None = None) -> bool:
    """Owe a message again that failed or was sent, with its Message-ID, to the reader's present address.

    With the `fence` that somebody saw it happens once, however often they ask; without it only to one that failed.
    False for what is on its way, was dropped, is stale, was about a secret that is wiped, or to who is deleted.
    """
    seen = {"state": Message.State.FAILED} if fence is None else {"state__in": SETTLED, "fence": fence}
    settled = Message.objects.filter(pk=message.pk, **seen).exclude(useful_until__lte=now).exclude(to_address="")
    settled = settled.exclude(kind__in=WITH_A_SECRET)
    again = {"state": Message.State.OWED, "tries": 0, "next_try_at": now, "last_error": "", "sent_at": None}
    return settled.update(**again, **present_address(message)) == 1


def can_go_again(message: Message, *, now: datetime) -> bool:
    """Whether `try_again` makes sense of it, as it stands."""
    is_stale = bool(message.useful_until and message.useful_until <= now)
    return bool(message.to_address) and message.state in SETTLED and message.kind not in WITH_A_SECRET and not is_stale


def present_address(message: Message) -> dict[str, Any]:
    """Of the contact of the booking, or of the person whom a house writes to; else nothing new."""
    is_contacts = message.kind in TO_CONTACT and not {"copy", "own"} & set(message.context)
    if message.booking and is_contacts:
        return contact_address(message.booking)
    return person_address(message.to_user) if message.partner_id and message.to_user else {}
