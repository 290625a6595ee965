"""Deadlocks are legal between rules, and two bookings may draw one reference: retried here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from random import uniform
from time import sleep
from typing import ParamSpec, TypeVar

import psycopg
from django.db import DatabaseError, connection, transaction

P = ParamSpec("P")
R = TypeVar("R")

TRIES = 4
TRANSIENT = {"40P01", "40001"}  # deadlock_detected, serialization_failure
DRAWN = "booking_booking_reference_key"  # a reference that another booking has; the next draw is another one


def retried(rule: Callable[P, R]) -> Callable[P, R]:
    """Run a rule in one transaction; after a deadlock, a serialization failure or a taken reference again, at most
    three times, with jitter.

    Inside a transaction of the caller the caller retries.
    """

    @wraps(rule)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            return rule(*args, **kwargs)
        for attempt in range(1, TRIES + 1):
            try:
                with transaction.atomic():
                    return rule(*args, **kwargs)
            except DatabaseError as error:
                if attempt == TRIES or not is_chance(error):
                    raise
                sleep(uniform(0, 0.05) * attempt)  # noqa: S311 (jitter, no secret)
        raise AssertionError("unreachable")

    return run


def is_chance(error: DatabaseError) -> bool:
    """Whether the same call may well succeed a moment later."""
    cause = error.__cause__
    return isinstance(cause, psycopg.Error) and (cause.sqlstate in TRANSIENT or cause.diag.constraint_name == DRAWN)
