from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Token, User
from tests.factories import make_school
from workshops.models import Slot

Api = Callable[..., APIClient]
BOOKINGS = "/api/v1/bookings/"


@pytest.fixture
def api() -> Api:
    """A program with a token of somebody; without one, a stranger: `api(ada).get("/api/v1/me/")`."""

    def client(user: User | None = None, scope: str = "organise") -> APIClient:
        program = APIClient()
        if user is not None:
            program.credentials(HTTP_AUTHORIZATION=f"Bearer {Token.objects.issue(user, scope=scope)}")
        return program

    return client


def body(slot: Slot, **extra: Any) -> dict[str, Any]:
    """The least that books class 7b of 24 into `slot`; `group` adds to the group."""
    group = {"name": "7b", "grades": [7], "pupils": 24, "adults": 2} | extra.pop("group", {})
    return {"slot": slot.pk, "school": extra.pop("school", None) or make_school().pk, "group": group, **extra}


def wrong_fields(answer: Any) -> dict[str, str]:
    """The fields that a 400 names, with the code of each."""
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    return {error["field"]: error["code"] for error in answer.json()["errors"]}


def refusal(answer: Any) -> tuple[int, str]:
    """Status and code of a problem document."""
    assert answer["Content-Type"] == "application/problem+json", answer.content
    problem = answer.json()
    assert set(problem) == {"type", "title", "status", "detail", "code", "errors"}
    assert problem["status"] == answer.status_code
    return problem["status"], problem["code"]
