"""Every kind of answer carries what keeps a browser from doing what nobody wants."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories import make_slot

pytestmark = pytest.mark.django_db
ANSWERS = {
    "a page": ("/", 200),
    "a form": ("/sign-in/", 200),
    "to the sign-in": ("/bookings/", 302),
    "without a slash": ("/bookings", 301),
    "not found": ("/nowhere/", 404),
    "a dead link of a mail": ("/b/77.1~forged/", 404),
    "an api answer": ("/api/v1/workshops/", 200),
    "an api problem": ("/api/v1/bookings/", 401),
    "an api path that is none": ("/api/v1/nowhere/", 404),
    "api pages": ("/api/docs/", 200),
    "the schema": ("/api/schema/", 200),
    "a feed": ("/calendars/public.ics", 200),
    "an unknown feed": ("/calendars/trainer/unknown.ics", 404),
    "a picture that is none": ("/media/nothing.webp", 404),
    "a static file that is none": ("/static/nothing.css", 404),
    "alive": ("/health/live", 200),
    "the admin's door": ("/admin/", 302),
}


@pytest.fixture
def visitor(settings):
    """A browser that came by HTTPS to an installation."""
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    return Client(raise_request_exception=False)


def must_be_safe(headers, *, https=True):
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert ("Strict-Transport-Security" in headers) is https


@pytest.mark.parametrize(("path", "status"), ANSWERS.values(), ids=ANSWERS)
def test_every_kind_of_answer_is_safe(path, status, visitor):
    make_slot()

    answer = visitor.get(path, secure=True)

    assert answer.status_code == status
    must_be_safe(answer.headers)


def test_so_is_the_way_to_https(visitor):
    answer = visitor.get("/", secure=False)

    assert answer.status_code == 301
    assert answer.headers["Location"] == "https://testserver/"
    must_be_safe(answer.headers, https=False)


def test_so_is_what_we_broke(visitor, monkeypatch):
    monkeypatch.setattr("config.health.known_migrations", lambda: 1 / 0)

    answer = visitor.get("/health/ready", secure=True)

    assert answer.status_code == 500
    must_be_safe(answer.headers)


def test_so_is_a_form_from_elsewhere(settings, visitor):
    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"email": "a@school.example"}, secure=True)

    assert answer.status_code == 403
    must_be_safe(answer.headers)


def test_so_is_a_name_that_is_not_ours(visitor):
    answer = visitor.get("/", secure=True, headers={"Host": "elsewhere.example"})

    assert answer.status_code == 400
    must_be_safe(answer.headers)


def test_cookies_are_for_this_site_over_https_and_not_for_scripts(visitor, settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True

    cookies = visitor.get("/sign-in/", secure=True).cookies.values()
    assert cookies
    for cookie in cookies:
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
