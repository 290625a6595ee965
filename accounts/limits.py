"""Limits that hold under load: each try is counted by one upsert, so that twins cannot share it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

COUNT = """
    INSERT INTO accounts_tally AS tally (key, count, ends_at) VALUES (%s, 1, %s)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN tally.ends_at <= %s THEN 1 ELSE tally.count + 1 END,
        ends_at = CASE WHEN tally.ends_at <= %s THEN excluded.ends_at ELSE tally.ends_at END
    RETURNING count
"""


def tries(key: str, *, window: timedelta, now: datetime) -> int:
    """Count one try for `key` and return how many there were in the window, this one included."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [key, now + window, now, now])
        return int(cursor.fetchone()[0])
