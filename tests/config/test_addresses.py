"""Every address says who may call it; nobody adds a page for everyone by forgetting to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.permissions import AllowAny

# Views of libraries, which guard themselves.
GUARDED = {
    "admin/": "Django's admin asks is_staff, and our middleware for the second factor",
    "sign-in/second/": "allauth asks for a person who signed in",
    "api/schema/": "the description of the API is public",
    "api/docs/": "and so are its pages",
}
# What anybody on the internet may call. A new line here is a decision.
PUBLIC = (
    "",
    "api/v1/",
    "b/",
    "calendar/",
    "calendars/",
    "demo/",
    "health/",
    "language/",
    "legal/",
    "media/",
    "metrics",
    "schools/find/",
    "sign-in/",
    "sign-out/",
    "wish/",
    "partners/",
    "slots/",
    "workshops/",
)


def addresses(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, object]]:
    for pattern in patterns:
        route = before + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        else:
            yield route, pattern.callback


def declared(view: object) -> str:
    """The audience of a page, or, of a view of the API, whether it asks for somebody."""
    if kind := getattr(view, "cls", None):
        open_to_all = any(issubclass(permission, AllowAny) for permission in kind.permission_classes)
        return "everyone" if open_to_all else "asks for permission"
    return getattr(view, "audience", "")


def ours() -> list[tuple[str, object]]:
    return [
        (route, view) for route, view in addresses(get_resolver().url_patterns) if not route.startswith(tuple(GUARDED))
    ]


def test_every_view_declares_its_audience():
    assert [route for route, view in ours() if not declared(view)] == []


def test_pages_for_everyone_are_a_list_that_was_decided():
    beginnings = tuple(name for name in PUBLIC if name)
    public = {route for route, view in ours() if declared(view) == "everyone"}

    assert {route for route in public if route and not route.startswith(beginnings)} == set()


@pytest.mark.django_db
@pytest.mark.parametrize("route", sorted(GUARDED))
def test_the_views_of_libraries_are_guarded(client, route):
    """A visitor gets the sign-in or a public description, never a page of somebody's."""
    response = client.get(f"/{route}")

    assert response.status_code in ({200} if route.startswith("api/") else {301, 302})
