"""The description of the API at /api/schema/: complete, without a warning, and true."""

from __future__ import annotations

from typing import Any

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from tests.api.conftest import BOOKINGS, Api
from tests.factories import make_booking


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


def test_a_body_with_an_unknown_field_is_outside_the_description(schema: dict[str, Any]):
    bodies = {name: body for name, body in schema["components"]["schemas"].items() if name.endswith("Request")}

    assert len(bodies) >= 9
    assert [name for name, body in bodies.items() if body.get("additionalProperties") is not False] == []


def test_what_may_be_null_says_so_as_openapi_3_1_does(schema: dict[str, Any]):
    """`nullable` was of 3.0; readers of 3.1 pass it over."""
    assert schema["openapi"].startswith("3.1")
    assert "nullable" not in str(schema)


@pytest.mark.django_db
def test_the_pages_about_the_api_open_for_everybody(api: Api):
    assert api().get("/api/schema/").status_code == 200
    assert api().get("/api/docs/").status_code == 200


@pytest.mark.django_db
def test_a_booking_has_the_fields_that_the_schema_names(api: Api, schema: dict[str, Any]):
    booking = make_booking()
    shown = api(booking.owner).get(f"{BOOKINGS}{booking.pk}/").json()

    assert list(shown) == list(schema["components"]["schemas"]["Booking"]["properties"])
