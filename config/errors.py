"""Pages for when something is wrong. They ask neither the database nor the session: either may be what is wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable
from http import HTTPStatus

from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string

from config.resending import of_old_page

# A timeout, a lost server, a read-only or full disk: it passes, and the caller may try again.
PASSING = (OperationalError, InterfaceError, InternalError)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 404)


def not_allowed(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A middleware: who opens the address of a form's button (by Back, by hand) reads where to go on."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.content or is_api(request):
            return response
        told = page(request, 405)
        told.headers["Allow"] = response.headers["Allow"]
        return told

    return answer


def storable(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A middleware: an address with NUL in it names nothing: the database cannot hold it, and refuses to look."""

    def answer(request: HttpRequest) -> HttpResponse:
        return page(request, 404) if "\x00" in request.path else get_response(request)

    return answer


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form of ours whose token is too old: after a button it goes as it was typed."""
    if again := of_old_page(request):
        return HttpResponse(again, status=403, headers={"Cache-Control": "no-store"})
    return page(request, 403, csrf=True)


def too_often(request: HttpRequest) -> HttpResponse:
    response = page(request, 429)
    response.headers["Retry-After"] = "60"
    return response


def broken(request: HttpRequest) -> HttpResponse:
    """500, or 503 with Retry-After when it was the database that failed us."""
    if not isinstance(sys.exc_info()[1], PASSING):
        return page(request, 500)
    response = page(request, 503)
    response.headers["Retry-After"] = "5"
    return response


def page(request: HttpRequest, status: int, **context: object) -> HttpResponse:
    """The request gives its address and no more: the switch of languages leads back to it."""
    try:
        text: str = render_to_string(f"{status}.html", {"request": request, **context})
    except TemplateDoesNotExist:
        text = HTTPStatus(status).phrase
    return HttpResponse(text, status=status, headers={"Cache-Control": "no-store"})
