"""Deadlocks are legal between rules; they are retried here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from random import uniform
from time import sleep
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

P = ParamSpec("P")
R = TypeVar("R")

TRIES = 4
TRANSIENT = {"40P01", "40001"}  # deadlock_detected, serialization_failure


def retried(rule: Callable[P, R]) -> Callable[P, R]:
    """Run a rule in one transaction; after a deadlock or serialization failure again, at most three times, with jitter.

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
            except OperationalError as error:
                if attempt == TRIES or getattr(error.__cause__, "sqlstate", "") not in TRANSIENT:
                    raise
                sleep(uniform(0, 0.05) * attempt)  # noqa: S311 (jitter, no secret)
        raise AssertionError("unreachable")

    return run
