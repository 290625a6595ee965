"""Whatever goes wrong under /api/ is told as a problem document (RFC 9457)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import singledispatch
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, InterfaceError, InternalError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from booking.errors import BookingError, FieldErrors, NotAllowed
from booking.idempotency import KeyReused

MEDIA_TYPE = "application/problem+json"
ROOT = "/api/"
READING = {"GET", "HEAD", "OPTIONS"}
KEPT_HEADERS = ("Retry-After", "Allow", "WWW-Authenticate", "Vary", "Content-Language")
CODES = {
    400: "bad_request",
    403: "permission_denied",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    500: "error",
    503: "unavailable",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` is for programs, `detail` for people; `errors` name fields, nested ones with dots."""

    status: int
    code: str
    detail: str
    errors: list[dict[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def document(self) -> dict[str, Any]:
        return {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "errors": self.errors,
        }


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """The framework's door for exceptions of views. None is a bug of ours: a 500, told by the middleware."""
    problem = problem_of(error)
    if problem is None:
        return None
    request = context["request"]  # is told in JSON, also where the view answers with YAML or a page
    request.accepted_renderer, request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
    return Response(problem.document, status=problem.status, headers=problem.headers, content_type=MEDIA_TYPE)


@singledispatch
def problem_of(error: Exception) -> Problem | None:
    return None


@problem_of.register
def of_refusal(error: BookingError) -> Problem:
    return Problem(error.status, error.code, str(error))


@problem_of.register
def of_wrong_fields(error: FieldErrors) -> Problem:
    return invalid(entry(name, code, text) for name, (code, text) in error.errors.items())


@problem_of.register
def of_wrong_shape(error: exceptions.ValidationError) -> Problem:
    return invalid(spread(error.detail))


@problem_of.register
def of_framework(error: exceptions.APIException) -> Problem:
    codes = error.get_codes()
    headers = {}
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    if auth_header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    return Problem(error.status_code, str(codes), str(error.detail), headers=headers)


@problem_of.register
def of_used_key(error: KeyReused) -> Problem:
    text = _("This Idempotency-Key was used for another request.")
    return Problem(422, "key_reused", text, [entry("Idempotency-Key", "key_reused", text)])


@problem_of.register(NotAllowed)
@problem_of.register(PermissionDenied)
def of_forbidden(error: Exception) -> Problem:
    return Problem(403, CODES[403], _("You may see this, but not do that."))


@problem_of.register
def of_missing(error: Http404) -> Problem:
    return plain(404)


@problem_of.register
def of_too_much(error: RequestDataTooBig) -> Problem:
    return plain(413)


@problem_of.register(SuspiciousOperation)
@problem_of.register(DataError)
@problem_of.register(UnicodeEncodeError)
@problem_of.register(UnreadablePostError)
def of_nonsense(error: Exception) -> Problem:
    return plain(400)


@problem_of.register(OperationalError)
@problem_of.register(InterfaceError)
@problem_of.register(InternalError)
def of_passing_trouble(error: Exception) -> Problem:
    return plain(503)


def invalid(errors: Iterable[dict[str, str]]) -> Problem:
    return Problem(400, "invalid", _("Please look at the fields named here."), list(errors))


def entry(name: str, code: Any, text: Any) -> dict[str, str]:
    return {"field": name, "code": str(code), "detail": str(text)}


def spread(detail: Any, path: tuple[str, ...] = ()) -> Iterable[dict[str, str]]:
    """Nested errors of the framework as a flat list. An error in a list stands at the list's field."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            own = isinstance(name, int) or name == "non_field_errors"
            yield from spread(inner, path if own else (*path, str(name)[:60]))
    elif isinstance(detail, list):
        for inner in detail:
            yield from spread(inner, path)
    else:
        yield entry(".".join(path), detail.code, detail)


def plain(status: int) -> Problem:
    texts = {
        400: _("This request cannot be read."),
        403: _("This is not allowed."),
        404: _("There is nothing here, or you may not see it."),
        405: _("That cannot be done here."),
        413: _("This is more than we take at once."),
        503: _("Something we need does not answer. Please try again in a moment."),
    }
    text = texts.get(status) or _("Something went wrong here. We see it and will look after it.")
    headers = {"Retry-After": "5"} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return Problem(status, CODES.get(status, "error"), text, headers=headers)


class ProblemMiddleware:
    """The outermost one: under /api/ every answer of 400 and more is a problem document, whoever gave it.

    A redirect of a write (a slash was forgotten) would lose the body on the way: it is a 404.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not f"{request.path_info}/".startswith(ROOT):
            return response
        if 300 <= response.status_code < 400 and response.status_code != 304 and request.method not in READING:
            return document(plain(404))
        if response.status_code >= 400 and "json" not in response.get("Content-Type", ""):
            return document(plain(response.status_code), response)
        return response


def document(problem: Problem, instead_of: HttpResponse | None = None) -> HttpResponse:
    kept = {name: instead_of[name] for name in KEPT_HEADERS if instead_of is not None and name in instead_of}
    return JsonResponse(
        problem.document,
        status=problem.status,
        content_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **problem.headers, **kept},
    )
