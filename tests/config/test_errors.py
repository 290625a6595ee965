"""When something is wrong, the answer is clear, and it needs nothing of what may be wrong."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.db import InternalError, OperationalError
from django.http import HttpRequest
from django.test import Client
from django.urls import path

from config.errors import bad_request, broken, csrf_failed, forbidden, not_found
from tests.factories import make_organiser, make_partner, make_user


def fail(error):
    def view(request):
        raise error

    return view


urlpatterns = [
    path("timeout/", fail(OperationalError("canceling statement due to lock timeout"))),
    path("read-only/", fail(InternalError("cannot execute INSERT in a read-only transaction"))),
    path("mistake/", fail(ZeroDivisionError())),
]
handler500 = broken
handler404 = not_found


@pytest.fixture
def visitor(settings):
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = []
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("address", ["/timeout/", "/read-only/"])
def test_a_database_that_fails_us_is_503_and_says_when_to_come_back(visitor, address):
    response = visitor.get(address)

    assert response.status_code == 503
    assert response["Retry-After"] == "5"


def test_a_mistake_of_ours_is_500_without_a_trace(visitor):
    response = visitor.get("/mistake/")

    assert response.status_code == 500
    assert b"ZeroDivisionError" not in response.content


@pytest.mark.parametrize(
    ("handler", "status"), [(bad_request, 400), (forbidden, 403), (not_found, 404), (csrf_failed, 403)]
)
def test_error_pages_ask_no_database(handler, status):
    """No database fixture: a query would fail this test."""
    response = handler(HttpRequest(), Exception("why"))

    assert response.status_code == status
    assert b"<title>" in response.content
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status"), [("/nothing/here/?a=1&b=ö", 404), ("//elsewhere.example/x", 404), ("/profile/mails/", 405)]
)
def test_another_language_leads_back_to_the_address_that_failed(client, address, status):
    client.force_login(make_organiser(make_partner()))
    failed = client.generic("GET", address)
    switch = unescape(re.search(r'href="(/language/pl/[^"]*)"', failed.text)[1])

    back = client.get(switch)

    assert failed.status_code == status
    assert back.headers["Location"] == failed.wsgi_request.get_full_path()
    assert urlsplit(back.headers["Location"]).netloc == ""
    assert 'lang="pl"' in client.get(back.headers["Location"]).text


@pytest.mark.django_db
@pytest.mark.urls("config.urls")
def test_the_address_of_a_button_opened_by_itself_leads_on(client):
    client.force_login(make_organiser(make_partner()))

    answer = client.get("/profile/mails/", headers={"accept-language": "de"})

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert 'href="/start/"' in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/%00", "/bookings/K7F%004M2X/", "/bookings/%00/certificate.pdf", "/f/%00/", "/api/v1/workshops/%00/"]
)
def test_an_address_that_the_database_cannot_hold_names_nothing(client, address):
    client.force_login(make_user())

    assert client.get(address).status_code == 404
