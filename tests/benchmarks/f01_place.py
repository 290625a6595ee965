"""F1: `rules.place` from Python, eight threads, on many slots and on one."""

from __future__ import annotations

from itertools import count
from random import Random

from django.db import connection
from django.utils import timezone

from accounts.actor import Actor
from booking import rules
from tests.benchmarks.floor import SLOTS, build, floor_rate
from tests.benchmarks.house import House
from tests.benchmarks.measure import ROUNDS, Ratio, Series, Step, rate
from tests.factories import make_order
from workshops.models import Slot

TITLE = "F1 rules.place from Python, 8 threads, beside the same work in bare psycopg"
THREADS, SECONDS = 8, 4.0
numbers = count(1)


def run(house: House) -> list[Ratio]:
    build()
    ratios = [
        Ratio(Series("many slots", "/s"), Series("floor", "/s"), target=0.2),
        Ratio(Series("one slot", "/s"), Series("floor", "/s"), target=0.4),
    ]
    many, one = house.open_slots(SLOTS), house.open_slots(1)
    place_rate(house, many, 1.0)  # warms up
    for _ in range(ROUNDS):
        for ratio, slots in zip(ratios, (many, one), strict=True):
            ratio.floor.values.append(floor_rate(THREADS, SECONDS, slots=len(slots)))
            ratio.ours.values.append(place_rate(house, slots, SECONDS))
    return ratios


def place_rate(house: House, slots: list[Slot], seconds: float) -> float:
    return rate(THREADS, seconds, lambda number: one_placing(house, slots, number), leave)


def leave() -> None:
    connection.close()  # the one of this thread


def one_placing(house: House, slots: list[Slot], number: int) -> Step:
    rng, teachers = Random(number), house.teachers
    connection.ensure_connection()

    def step() -> None:
        user, school = rng.choice(teachers)
        order = make_order(school, group_name=f"g{next(numbers)}", pupils=1, grades=(7,))
        rules.place(rng.choice(slots), order, by=Actor.person(user), now=timezone.now())

    return step
