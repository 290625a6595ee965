"""F3: the last thirty places, two hundred requests, fifty at once."""

from __future__ import annotations

from functools import partial

from tests.benchmarks.f01_place import THREADS
from tests.benchmarks.f02_http import bearers_of, body_of
from tests.benchmarks.floor import build, floor_rate
from tests.benchmarks.house import House
from tests.benchmarks.measure import ROUNDS, Ratio, Series, percentile
from tests.web import Web, at_once, serving
from workshops.models import Slot

TITLE = "F3 200 requests for the last 30 places, 50 at once"
PLACES, REQUESTS, AT_ONCE = 30, 200, 50


def run(house: House) -> list[Ratio]:
    build()
    tail = Ratio(Series("p95", " s"), Series("200 transactions of the floor", " s"), target=5, at_most=True)
    bearers = bearers_of(house)
    with serving(DEMO="1") as web:
        storm(web, house, bearers)  # warms up
        for _ in range(ROUNDS):
            tail.floor.values.append(REQUESTS / floor_rate(THREADS, 3.0, slots=1))
            tail.ours.values.append(percentile(storm(web, house, bearers), 95))
    return [tail]


def storm(web: Web, house: House, bearers: list[dict[str, str]]) -> list[float]:
    """The seconds that each request took. Exactly what fits must have come in."""
    slot = house.open_slots(1, capacity=PLACES)[0]
    calls = []
    for number in range(REQUESTS):
        teacher = number % len(bearers)
        body = body_of(slot, house.teachers[teacher][1].pk, f"s{number}", pupils=2) | {"waitlist": False}
        calls.append(partial(web.post, "/api/v1/bookings/", body, **bearers[teacher]))
    answers = at_once(AT_ONCE, calls)
    placed = sum(answer.status == 201 for answer in answers)
    assert placed * 2 == PLACES == Slot.objects.get(pk=slot.pk).places_taken
    assert placed + sum(answer.status == 409 for answer in answers) == REQUESTS
    return [answer.seconds for answer in answers]
