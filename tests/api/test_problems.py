"""Whatever goes wrong under /api/ is told as a problem document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import InternalError, OperationalError, connection
from django.test import Client

from tests.api.conftest import BOOKINGS, Api, refusal
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "options", "head"])
@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/v1/", "/api/v2/bookings/", "/api/v1/nothing/", "/api/v1/bookings.json"]
)
def test_addresses_that_are_not_there(api: Api, method: str, path: str):
    answer = getattr(api(), method)(path)

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("delete", "bookings/"),
        ("put", "bookings/"),
        ("post", "workshops/"),
        ("options", "slots/"),
        ("get", "bookings/1/cancel/"),
        ("post", "bookings/1/attendance/"),
        ("post", "me/"),
        ("get", "me/calendar/reset/"),
    ],
)
def test_methods_that_are_not_there(api: Api, method: str, path: str):
    answer = getattr(api(make_user()), method)(f"/api/v1/{path}")

    assert refusal(answer) == (405, "method_not_allowed")
    assert answer["Allow"]


def test_a_write_without_its_last_slash_is_not_redirected(api: Api):
    """A redirect would lose the body."""
    assert refusal(api(make_user()).post(BOOKINGS.rstrip("/"), {})) == (404, "not_found")


def test_a_question_without_its_last_slash_finds_its_way(api: Api):
    assert api(make_user()).get(BOOKINGS.rstrip("/")).status_code == 301


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*"])
def test_answers_are_json(api: Api, accept: str):
    assert refusal(api(make_user()).get(BOOKINGS, HTTP_ACCEPT=accept)) == (406, "not_acceptable")


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html,*/*;q=0.8"])
def test_whoever_takes_json_gets_it(api: Api, accept: str):
    assert api(make_user()).get(BOOKINGS, HTTP_ACCEPT=accept).status_code == 200


def test_format_is_no_way_to_another_renderer(api: Api):
    assert api(make_user()).get(f"{BOOKINGS}?format=csv").status_code == 200


def test_a_session_writes_with_its_csrf_token_only():
    ada = make_user()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada)

    answer = browser.post(BOOKINGS, {}, content_type="application/json")

    assert refusal(answer) == (403, "permission_denied")


def test_a_strange_host_is_a_bad_request(api: Api):
    assert refusal(api().get(BOOKINGS, HTTP_HOST="evil.example")) == (400, "bad_request")


def test_problems_speak_the_language_of_the_caller(api: Api):
    english = api().get("/api/v1/nothing/", HTTP_ACCEPT_LANGUAGE="en").json()

    assert (english["title"], english["detail"]) == ("Not Found", "There is nothing here, or you may not see it.")


@pytest.fixture
def _database_with_a_bad_day(request: Any) -> Iterator[None]:
    """Every statement fails, as PostgreSQL would let it."""

    def fail(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        raise request.param

    with connection.execute_wrapper(fail):
        yield


@pytest.mark.parametrize(
    "_database_with_a_bad_day",
    [OperationalError("canceling statement due to lock timeout"), InternalError("read-only transaction")],
    indirect=True,
)
@pytest.mark.usefixtures("_database_with_a_bad_day")
@pytest.mark.parametrize("path", ["bookings/", "slots/"])
def test_while_the_database_is_away_one_comes_again_later(path: str):
    answer = Client(headers={"authorization": "Bearer lo_x"}).get(f"/api/v1/{path}")

    assert refusal(answer) == (503, "unavailable")
    assert int(answer["Retry-After"]) > 0


def test_tokens_have_a_limit_where_an_installation_sets_one(api: Api, settings: Any):
    settings.TOKEN_REQUESTS_A_MINUTE = 3
    ada = make_user()
    client, twin, other = api(ada), api(ada), api(make_user())

    for _ in range(3):
        assert client.get(BOOKINGS).status_code == 200
    answer = twin.get(BOOKINGS)

    assert refusal(answer) == (429, "throttled")
    assert 0 < int(answer["Retry-After"]) <= 60
    assert other.get(BOOKINGS).status_code == 200
