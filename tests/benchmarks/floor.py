"""The floor under every booking: lock the slot, look, insert a booking and a message, commit; bare psycopg."""

from __future__ import annotations

import random
from typing import Any

import psycopg
from django.db import connection

from tests.benchmarks.measure import Step, rate

SLOTS = 1_000
TABLES = f"""
    DROP TABLE IF EXISTS floor_outbox, floor_booking, floor_slot;
    CREATE TABLE floor_slot (id bigint PRIMARY KEY, capacity int NOT NULL, places_taken int NOT NULL DEFAULT 0);
    CREATE TABLE floor_booking (
        id bigserial PRIMARY KEY, slot_id bigint NOT NULL REFERENCES floor_slot, group_name text NOT NULL,
        pupils int NOT NULL, state text NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
    CREATE TABLE floor_outbox (
        id bigserial PRIMARY KEY, booking_id bigint NOT NULL REFERENCES floor_booking, kind text NOT NULL,
        to_address text NOT NULL, due_at timestamptz NOT NULL DEFAULT now());
    INSERT INTO floor_slot (id, capacity) SELECT n, 1000000 FROM generate_series(1, {SLOTS}) n;
"""


def build() -> None:
    with connection.cursor() as sql:
        sql.execute(TABLES)


def floor_rate(threads: int, seconds: float, *, slots: int) -> float:
    """Bookings a second on so many slots."""
    return rate(threads, seconds, lambda number: one_booking(number, slots))


def one_booking(number: int, slots: int) -> Step:
    facts: dict[str, Any] = connection.get_connection_params()
    own = psycopg.connect(**{name: facts[name] for name in ("dbname", "user", "host") if name in facts})
    rng = random.Random(number)

    def step() -> None:
        slot = rng.randint(1, slots)
        with own.transaction():
            row = own.execute("SELECT capacity - places_taken FROM floor_slot WHERE id = %s FOR NO KEY UPDATE", [slot])
            assert row.fetchone()[0] >= 1  # type: ignore[index]  # the row is there
            own.execute("UPDATE floor_slot SET places_taken = places_taken + 1 WHERE id = %s", [slot])
            values = [slot, "7b", 1, "confirmed"]
            insert = (
                "INSERT INTO floor_booking (slot_id, group_name, pupils, state) VALUES (%s, %s, %s, %s) RETURNING id"
            )
            booking = own.execute(insert, values).fetchone()[0]  # type: ignore[index]  # RETURNING gives one
            insert = "INSERT INTO floor_outbox (booking_id, kind, to_address) VALUES (%s, %s, %s)"
            own.execute(insert, [booking, "booking_confirmed", "ada@school.example"])

    return step
