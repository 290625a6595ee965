"""F2: the same booking through gunicorn and the API."""

from __future__ import annotations

from functools import partial
from itertools import count
from random import Random
from typing import Any

from accounts.models import Token
from tests.benchmarks.f01_place import THREADS
from tests.benchmarks.floor import SLOTS, build, floor_rate
from tests.benchmarks.house import House
from tests.benchmarks.measure import ROUNDS, Ratio, Series, percentile, stopwatch
from tests.web import Answer, Web, at_once, serving
from workshops.models import Slot

TITLE = "F2 POST /api/v1/bookings/ through gunicorn, 2 workers, 8 clients"
REQUESTS, ALONE = 400, 100
numbers = count(1)


def run(house: House) -> list[Ratio]:
    build()
    floor = Ratio(Series("requests", "/s"), Series("floor", "/s"), target=0.1)
    tail = Ratio(Series("p95 of 8 clients", " ms"), Series("p50 of one alone", " ms"), target=8, at_most=True)
    slots, bearers = house.open_slots(SLOTS), bearers_of(house)
    with serving(DEMO="1") as web:
        post(web, house, slots, bearers, 8, 60)  # warms up
        for _ in range(ROUNDS):
            floor.floor.values.append(floor_rate(THREADS, 3.0, slots=SLOTS))
            alone = [one.seconds for one in post(web, house, slots, bearers, 1, ALONE)]
            with stopwatch() as took:
                crowd = [one.seconds for one in post(web, house, slots, bearers, 8, REQUESTS)]
            floor.ours.values.append(REQUESTS / took[0])
            tail.ours.values.append(percentile(crowd, 95) * 1000)
            tail.floor.values.append(percentile(alone, 50) * 1000)
    return [floor, tail]


def bearers_of(house: House) -> list[dict[str, str]]:
    return [{"Authorization": f"Bearer {Token.objects.issue(user, scope='book')}"} for user, _school in house.teachers]


def post(
    web: Web, house: House, slots: list[Slot], bearers: list[dict[str, str]], clients: int, requests: int
) -> list[Answer]:
    rng = Random(requests)
    calls = []
    for _ in range(requests):
        teacher = rng.randrange(len(bearers))
        number = next(numbers)
        body = body_of(rng.choice(slots), house.teachers[teacher][1].pk, f"h{number}")
        calls.append(
            partial(web.post, "/api/v1/bookings/", body, **bearers[teacher], **{"Idempotency-Key": f"k{number}"})
        )
    answers = at_once(clients, calls)
    assert {answer.status for answer in answers} == {201}, [answer for answer in answers if answer.status != 201][:3]
    return answers


def body_of(slot: Slot, school: int, name: str, pupils: int = 1) -> dict[str, Any]:
    contact = {"name": "Ada", "email": "ada@school.example", "phone": "0170 0000000"}
    group = {"name": name, "grades": [7], "pupils": pupils, "adults": 2}
    return {"slot": slot.pk, "school": school, "group": group, "contact": contact, "consents": ["terms"]}
