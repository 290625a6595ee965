"""Which messages a sender takes, and what it writes back. Every answer names the fence of its claim, so that a
sender whose lease ran out changes nothing any more."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, JSONField, Value
from django.db.models.expressions import CombinedExpression
from django.utils import timezone

from accounts.prepared import prepared_cursor
from booking.models import Message

MOST_TRIES = 14  # with the waits below: about two days
LONGEST_WAIT = 360  # times the first one: 6 hours
# Two looks, each along its own index: the cost does not grow with what was sent, nor with what is due some day.
CLAIM = """
WITH fresh AS MATERIALIZED (
    SELECT id FROM booking_message WHERE state = 'owed' AND next_try_at <= %(now)s
    ORDER BY priority, next_try_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
), stale AS MATERIALIZED (
    SELECT id FROM booking_message WHERE state = 'claimed' AND lease_until <= %(clock)s
    ORDER BY lease_until LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
UPDATE booking_message
SET state = 'claimed', lease_until = %(lease_until)s, fence = fence + 1, tries = tries + 1,
    context = CASE WHEN state = 'claimed' THEN context || '{"unanswered": true}' ELSE context END
WHERE id IN (SELECT id FROM fresh UNION ALL SELECT id FROM stale)
RETURNING *
"""
# The answer to nearly every mail: putting it together anew took six times as long as giving it.
MARK_SENT = """
UPDATE booking_message
SET state = 'sent', lease_until = NULL, sent_at = %(now)s, sealed = '', last_error = '',
    context = context || %(facts)s::jsonb
WHERE id = %(id)s AND fence = %(fence)s AND state = 'claimed'
"""


def claim(now: datetime, most: int) -> list[Message]:
    """Take up to `most` messages that are due at `now` and as many whose sender is gone; the most urgent first.

    Skips rows that others hold. The lease runs on the real clock, whatever `now` is, for it measures a process.
    """
    clock = timezone.now()
    lease_until = clock + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
    rows = list(Message.objects.raw(CLAIM, {"now": now, "most": most, "clock": clock, "lease_until": lease_until}))
    return sorted(rows, key=lambda row: (row.priority, row.due_at, row.pk))


def mark_sent(message: Message, now: datetime, *, calendar: str = "") -> bool:
    """The mail server has it. False if somebody else took the message meanwhile."""
    facts = json.dumps({"calendar": calendar} if calendar else {})
    with prepared_cursor() as cursor:
        cursor.execute(MARK_SENT, {"id": message.pk, "fence": message.fence, "now": now, "facts": facts})
        return bool(cursor.rowcount == 1)


def drop(message: Message, why: str) -> bool:
    """It will not be sent: it is too late for it, or no longer true."""
    return answer(message, state=Message.State.DROPPED, sealed="", last_error=why)


def fail(message: Message, why: str) -> bool:
    """It cannot be sent, ever; organisers see why."""
    return answer(message, state=Message.State.FAILED, sealed="", last_error=why)


def retry_later(message: Message, now: datetime, why: str, *, unanswered: bool = False) -> bool:
    """Try again after a wait that grows from a minute to six hours; give up after many tries.

    `unanswered`: the server may have the mail, it only did not say so.
    """
    if message.tries >= MOST_TRIES:
        return fail(message, why)
    wait = settings.OUTBOX_RETRY_BASE_SECONDS * min(2 ** (message.tries - 1), LONGEST_WAIT)
    facts = {"unanswered": True} if unanswered else {}
    later = now + timedelta(seconds=wait)
    return answer(message, state=Message.State.OWED, next_try_at=later, last_error=why, context=with_facts(facts))


def give_back(message: Message, *, until: datetime | None = None) -> bool:
    """Untouched: whoever comes next may take it (not before `until`), and it does not count as a try."""
    later = {"next_try_at": until} if until else {}
    return answer(message, state=Message.State.OWED, tries=F("tries") - 1, **later)


def answer(message: Message, **values: Any) -> bool:
    if "last_error" in values:
        values["last_error"] = values["last_error"][:500]
    mine = Message.objects.filter(pk=message.pk, fence=message.fence, state=Message.State.CLAIMED)
    return mine.update(lease_until=None, **values) == 1


def with_facts(facts: dict[str, Any]) -> Any:
    return CombinedExpression(F("context"), "||", Value(facts, JSONField()), output_field=JSONField())
