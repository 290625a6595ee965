"""The API keeps to its description: generated calls to every operation, as people who find something, get only answers
that the description names: status, media type, headers and body."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
import schemathesis
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.generation import GenerationMode

from accounts.models import Token
from config.wsgi import application
from tests.town import Town, build

Document = dict[str, Any]

PEOPLE = {"teacher": ("owner", "book"), "organiser": ("organiser", "organise"), "stranger": ("teacher", "read")}
WISHED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)


def described(town: Town) -> schemathesis.BaseSchema:
    """The description, with the ids of the town as values that generated calls try."""
    document: Document = deepcopy(SchemaGenerator().get_schema(public=True))
    for path, methods in document["paths"].items():
        for operation in methods.values():
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path":
                    parameter["schema"] = known(path, town)
    for name, component in document["components"]["schemas"].items():
        if name.endswith("Request"):
            fill_in(component.get("properties", {}), town)
    schema = schemathesis.openapi.from_dict(document)
    schema.app = application
    return schema


def known(path: str, town: Town) -> Document:
    """What stands in the path: mostly something of the town, sometimes what is not there."""
    if "/workshops/" in path:
        return {"type": "string", "enum": [town.things["workshop"], "nothing"]}
    names = ("booking", "past_booking") if "/bookings/" in path else ("slot", "past_slot")
    return {"type": "string", "enum": [*(str(town.things[name]) for name in names), "999999999"]}


def fill_in(properties: Document, town: Town) -> None:
    for name in ("slot", "school", "venue", "trainer", "workshop"):
        if name in properties:
            properties[name] = {"enum": [town.things[name]]}


@pytest.mark.parametrize("calls", [6, pytest.param(60, marks=pytest.mark.soak)])
@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.django_db(transaction=True)
def test_every_answer_is_one_that_the_description_names(who: str, calls: int):
    town = build()
    role, scope = PEOPLE[who]
    token = Token.objects.issue(town.people[role], scope=scope)
    statuses: Counter[int] = Counter()

    for found in described(town).get_all_operations():
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            call_often(found.ok(), mode, calls, {"Authorization": f"Bearer {token}"}, statuses)

    print(who, dict(statuses))
    assert {200, 404} <= set(statuses)


def call_often(
    operation: Any, mode: GenerationMode, calls: int, headers: dict[str, str], statuses: Counter[int]
) -> None:
    load_all_checks()
    wished: list[Callable[..., Any]] = CHECKS.get_by_names(WISHED)

    @settings(
        max_examples=calls,
        derandomize=calls < 10,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case: Any) -> None:
        answer = case.call(headers=headers)
        statuses[answer.status_code] += 1
        case.validate_response(answer, checks=wished)

    call()
