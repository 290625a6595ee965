"""The description of the API at /api/schema/: complete, without a warning, and true."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import schemathesis
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, Phase, given, settings

from accounts.models import Token
from config.wsgi import application
from tests.api.conftest import BOOKINGS, Api
from tests.factories import make_booking, make_organiser, make_slot, make_workshop


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    described: dict[str, Any] = SchemaGenerator().get_schema(public=True)
    return described


def test_the_schema_is_valid_and_made_without_a_warning():
    GENERATOR_STATS.reset()
    validate_schema(SchemaGenerator().get_schema(public=True))

    assert not GENERATOR_STATS
    GENERATOR_STATS.reset()


def test_every_write_takes_a_key_and_tells_its_refusals(schema: dict[str, Any]):
    writes = [
        (path, method, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if method in {"post", "put", "patch"}
    ]
    assert len(writes) >= 9
    for path, method, operation in writes:
        names = {parameter["name"] for parameter in operation["parameters"]}
        assert "Idempotency-Key" in names, (path, method)
        assert {"400", "401", "403", "409", "422"} <= set(operation["responses"]), (path, method)


@pytest.mark.django_db
def test_the_pages_about_the_api_open_for_everybody(api: Api):
    assert api().get("/api/schema/").status_code == 200
    assert api().get("/api/docs/").status_code == 200


@pytest.mark.django_db
def test_a_booking_has_the_fields_that_the_schema_names(api: Api, schema: dict[str, Any]):
    booking = make_booking()
    shown = api(booking.owner).get(f"{BOOKINGS}{booking.pk}/").json()

    assert list(shown) == list(schema["components"]["schemas"]["Booking"]["properties"])


@pytest.mark.parametrize("calls", [5, pytest.param(200, marks=pytest.mark.soak)])
@pytest.mark.django_db(transaction=True)
def test_whatever_the_schema_allows_breaks_nothing(schema: dict[str, Any], calls: int):
    """Generated calls to every operation, as an organiser: nothing is answered with a 5xx."""
    workshop = make_workshop(booking_mode="request")
    make_booking(make_slot(workshop))
    token = Token.objects.issue(make_organiser(workshop.partner), scope="organise")
    described = schemathesis.openapi.from_dict(schema)
    described.app = application
    statuses: Counter[int] = Counter()

    for found in described.get_all_operations():
        call_often(found.ok(), calls, {"Authorization": f"Bearer {token}"}, statuses)

    assert max(statuses) < 500
    assert {200, 400, 404} <= set(statuses)


def call_often(operation: Any, calls: int, headers: dict[str, str], statuses: Counter[int]) -> None:
    @settings(
        max_examples=calls,
        derandomize=calls < 10,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def call(case: Any) -> None:
        answer = case.call(headers=headers)
        statuses[answer.status_code] += 1
        assert answer.status_code < 500, (case.method, case.path, case.body, answer.content[:300])

    call()
