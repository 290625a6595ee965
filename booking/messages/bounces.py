"""Addresses that do not take mails: marked by a final refusal of their mail server, cleared by the next mail that goes
through. They are still tried, for mailboxes come back; organisers see the mark and ask the school for another one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import F

from booking.models import Bounce, Message


def marked(addresses: Iterable[str]) -> dict[str, Bounce]:
    """The marks of these addresses, by the address in small letters. One query."""
    wanted = {address.lower() for address in addresses if address}
    return {row.address: row for row in Bounce.objects.filter(address__in=wanted)} if wanted else {}


def load(messages: Sequence[Message]) -> None:
    """Say of each message whether its address is marked."""
    known = marked(message.to_address for message in messages)
    for message in messages:
        message.is_marked = message.to_address.lower() in known  # type: ignore[attr-defined]  # only senders read it


def mark(message: Message, why: str, now: datetime) -> None:
    """The mail server refused for good. The reason is kept without the address that it may repeat."""
    reason = re.sub(re.escape(message.to_address), "…", why, flags=re.IGNORECASE)[:500]
    facts = {"reason": reason, "at": now}
    Bounce.objects.update_or_create(
        address=message.to_address.lower(), defaults=facts | {"count": F("count") + 1}, create_defaults=facts
    )


def clear(message: Message) -> None:
    """A mail went through: the address takes mails again."""
    if message.is_marked:  # type: ignore[attr-defined]  # loaded above
        Bounce.objects.filter(address=message.to_address.lower()).delete()
