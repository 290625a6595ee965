"""Whatever goes wrong under /api/ is told as a problem document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, OperationalError, connection
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


@pytest.mark.parametrize("path", ["/api/schema/", "/api/docs/"])
@pytest.mark.parametrize("method", ["post", "put", "delete", "options"])
def test_the_pages_about_the_api_are_only_read(api: Api, method: str, path: str):
    """They answer with YAML or a page; what goes wrong is told as everywhere."""
    assert refusal(getattr(api(), method)(path)) == (405, "method_not_allowed")


def test_the_description_comes_as_it_is_asked_for(api: Api):
    assert refusal(api().get("/api/schema/", HTTP_ACCEPT="text/html")) == (406, "not_acceptable")
    for media_type in ("application/vnd.oai.openapi+json", "application/vnd.oai.openapi"):
        assert api().get("/api/schema/", HTTP_ACCEPT=media_type).status_code == 200


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


@pytest.mark.parametrize("_database_with_a_bad_day", [IntegrityError("twice"), ZeroDivisionError()], indirect=True)
@pytest.mark.usefixtures("_database_with_a_bad_day")
@pytest.mark.parametrize("path", ["bookings/", "slots/", "me/"])
def test_a_bug_of_ours_is_told_without_its_details(path: str):
    answer = Client(raise_request_exception=False, headers={"authorization": "Bearer lo_x"}).get(f"/api/v1/{path}")

    assert refusal(answer) == (500, "error")
    assert "twice" not in answer.content.decode()


@pytest.mark.parametrize(
    "path", ["slots/", "workshops/", "schools/", "slots/1/", "workshops/nothing/", "slots/?from=x"]
)
def test_other_sites_show_what_everybody_may_read(api: Api, path: str):
    answer = api().get(f"/api/v1/{path}", HTTP_ORIGIN="https://school.example")

    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer


def test_other_sites_hear_that_nothing_is_new(api: Api):
    first = api().get("/api/v1/slots/")
    again = api().get("/api/v1/slots/", HTTP_IF_NONE_MATCH=first["ETag"])

    assert (again.status_code, again["Access-Control-Allow-Origin"]) == (304, "*")
    assert again["Access-Control-Expose-Headers"] == "ETag"


def test_other_sites_get_nothing_of_who_signed_in(api: Api, client: Client):
    ada = make_user()
    client.force_login(ada)
    answers = [
        client.get("/api/v1/slots/"),
        api(ada).get("/api/v1/slots/"),
        api(ada).get("/api/v1/me/"),
        api().get("/api/v1/me/"),
        api().post("/api/v1/slots/", {}),
    ]

    assert [answer for answer in answers if "Access-Control-Allow-Origin" in answer] == []


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


WRONG = {
    "slot": "x", "school": None, "language": "xx", "needs": "x" * 501, "needs_list": "step_free", "waitlist": "perhaps",
    "note": [], "alternatives": [1, 2, 3], "consents": ["gold"], "contact": {"email": "nobody", "name": "x" * 121},
    "group": {"name": "", "grades": [], "pupils": 0, "adults": "many"},
}  # fmt: skip


def test_every_field_error_speaks_formal_german(api: Api):
    answer = api(make_user(), "book").post("/api/v1/bookings/", WRONG, headers={"Accept-Language": "de"})

    informal = re.compile(r"\b(du|dein\w*|dich|stelle|gib|nutze|this|field|ensure|please)\b", re.IGNORECASE)
    sentences = [error["detail"] for error in answer.json()["errors"]]
    assert len(sentences) >= 14
    assert [sentence for sentence in sentences if informal.search(sentence)] == []
