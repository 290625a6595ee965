"""Asked twice, done once: the first answer to a write is kept a day, beside its effect, in one transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from accounts.models import User
from booking.models import IdempotencyKey
from booking.retry import retried

KEPT_FOR = timedelta(hours=24)
LONGEST_KEY = 255

# Waits for a twin that runs, then takes the key only if it is free, expired, or of a try that left no answer.
TAKE = """
    INSERT INTO booking_idempotencykey AS kept (user_id, key, request_hash, status, answer, created_at)
    VALUES (%s, %s, %s, 0, NULL, %s)
    ON CONFLICT (user_id, key) DO UPDATE
        SET request_hash = excluded.request_hash, status = 0, answer = NULL, created_at = excluded.created_at
        WHERE kept.created_at <= %s OR kept.status = 0
    RETURNING id
"""


class KeyReused(Exception):
    """The key belongs to another request: 422 in the API."""


@retried
def once(
    user: User, key: str, fingerprint: str, now: datetime, effect: Callable[[], tuple[int, Any]]
) -> tuple[int, Any]:
    """The status and answer of `effect`, or of the first request with this key, which then has no second effect.

    A twin that arrives while the first runs waits for it. What `effect` raises is passed on and nothing is kept.
    Locks the key's row. Raises KeyReused when the key came with another `fingerprint`.
    """
    row = take(user, key, fingerprint, now)
    if row is None:
        return first_answer(user, key, fingerprint)
    status, answer = effect()
    IdempotencyKey.objects.filter(pk=row).update(status=status, answer=answer)
    return status, answer


def take(user: User, key: str, fingerprint: str, now: datetime) -> int | None:
    """The id of the key's row if this request is the first."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [user.pk, key, fingerprint, now, now - KEPT_FOR])
        row = cursor.fetchone()
    return row[0] if row else None


def first_answer(user: User, key: str, fingerprint: str) -> tuple[int, Any]:
    kept = IdempotencyKey.objects.get(user=user, key=key)
    if kept.request_hash != fingerprint:
        raise KeyReused
    return kept.status, kept.answer


def fingerprint_of(method: str, path: str, body: Any) -> str:
    """One for requests that mean the same: bodies are compared as JSON values, so spaces and order do not count."""
    text = json.dumps(plain_numbers(body), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{method} {path}\n{text}".encode()).hexdigest()


def plain_numbers(value: Any) -> Any:
    """JSON knows one kind of number: 24.0 is 24."""
    if isinstance(value, dict):
        return {name: plain_numbers(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain_numbers(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def purge(now: datetime) -> int:
    """Forget keys that are older than a day; returns how many."""
    return IdempotencyKey.objects.filter(created_at__lte=now - KEPT_FOR).delete()[0]
