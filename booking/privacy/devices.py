"""Sessions of a person: on every device, with what was typed there and not sent yet."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from booking.privacy.belongings import Belongings


def end_sessions(mine: Belongings) -> int:
    """Sign out everywhere. Reads every session: nothing else says whose it is."""
    ended = [row.pk for row in Session.objects.iterator() if belongs_to(row.get_decoded(), mine)]
    return Session.objects.filter(pk__in=ended).delete()[0]


def belongs_to(held: dict[str, Any], mine: Belongings) -> bool:
    """By the account; before signing in by the address that was typed."""
    if SESSION_KEY in held:
        return bool(held[SESSION_KEY] == str(mine.account))
    return f'"{mine.address}"'.lower() in json.dumps(held, ensure_ascii=False, default=str).lower()
