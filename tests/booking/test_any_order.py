"""Whatever people do, in whatever order: the program does what the ideal house does, and no promise is broken."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.booking.any_order import AnyOrder, Cast

pytestmark = pytest.mark.django_db

USUAL = settings(
    deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=False, stateful_step_count=30
)


@pytest.mark.parametrize(
    ("number", "examples"), [(1, 20), *(pytest.param(number, 120, marks=pytest.mark.soak) for number in range(2, 8))]
)
def test_the_program_does_what_the_ideal_house_does(number: int, examples: int) -> None:
    AnyOrder.cast = Cast.arrive()

    run_state_machine_as_test(seed(number)(AnyOrder), settings=settings(USUAL, max_examples=examples))
