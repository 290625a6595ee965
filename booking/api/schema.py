"""What the description of the API says beyond the code: sign-in, problem documents, headers, examples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

PROBLEM = "application/problem+json"
View = TypeVar("View", bound=Callable[..., Any])


class ErrorSerializer(serializers.Serializer[Any]):
    field = serializers.CharField(help_text="the name in the body or query, nested ones with dots")
    code = serializers.CharField()
    detail = serializers.CharField(help_text="a sentence in the caller's language")


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457, sent as application/problem+json."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    errors = ErrorSerializer(many=True)  # type: ignore[assignment]  # the name is of RFC 9457


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "A token of a person, with its scope."}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "With X-CSRFToken on writes."}


class BodyExtension(OpenApiSerializerExtension):
    """A body with a field that nobody knows is refused: the description says so."""

    target_class = "booking.api.fields.Body"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        described: dict[str, Any] = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)  # noqa: SLF001 (the way its own extensions take)
        return {**described, "additionalProperties": False}


WHY = {
    400: "A field, parameter or header is not as it must be; `errors` name each.",
    401: "Nobody signed in.",
    403: "Seen, but not allowed; or the token's scope is too small.",
    404: "There is nothing, or nothing that the caller may see.",
    409: "The state of things does not allow it; `code` says why.",
    413: "The body is larger than 1 MB.",
    415: "The body is not application/json.",
    422: "The Idempotency-Key was used for another request.",
    429: "Too many requests; `Retry-After` says when to come again.",
    503: "Something passes; `Retry-After` says when to come again.",
}
ALWAYS = (401, 406, 429, 503)  # whatever is asked: a dead token, a strange wish, too often, a bad moment
READS, FINDS = (400, 404, *ALWAYS), (404, *ALWAYS)
WRITES = (400, 403, 409, 413, 415, 422, *ALWAYS)
WHY[406] = "The answer is JSON, and nothing else was accepted."

KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255},
    OpenApiParameter.HEADER,
    description="The same key and body within 24 hours gives the first answer again and changes nothing.",
)
SEEN = OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="The ETag of an earlier answer.")
ETAG = OpenApiParameter("ETag", str, OpenApiParameter.HEADER, response=[200], description="For If-None-Match.")
RETRY_AFTER = OpenApiParameter("Retry-After", int, OpenApiParameter.HEADER, response=[429, 503], description="Seconds.")
LINK_KEY = OpenApiParameter("key", str, description="Opens a date that is not listed.")


def problems(*statuses: int) -> dict[Any, OpenApiResponse]:
    return {(status, PROBLEM): OpenApiResponse(ProblemSerializer, WHY[status]) for status in statuses}


def reading(
    answer: Any, *statuses: int, parameters: Sequence[OpenApiParameter] = (), kept: bool = False
) -> Callable[[View], View]:
    """Describe a view that reads; `kept`: by callers, who then ask whether something has changed."""
    responses: dict[Any, Any] = {200: answer, **problems(*statuses)}
    if kept:
        responses[304] = OpenApiResponse(description="Nothing has changed since.")
        parameters = (SEEN, ETAG, *parameters)
    return extend_schema(responses=responses, parameters=[RETRY_AFTER, *parameters])


def writing(
    body: Any,
    answer: Any,
    *,
    status: int = 200,
    missing: bool = True,
    parameters: Sequence[OpenApiParameter] = (),
    **more: Any,
) -> Callable[[View], View]:
    """Describe a view that writes, with its key and what it refuses; `missing`: its object may not be there."""
    refused = problems(*WRITES, *((404,) if missing else ()))
    return extend_schema(
        request=body, responses={status: answer, **refused}, parameters=[RETRY_AFTER, KEY, *parameters], **more
    )


PLACING = OpenApiExample(
    "A class of 24",
    value={
        "slot": 4711,
        "school": 12,
        "group": {"name": "7b", "grades": [7], "pupils": 24, "adults": 2},
        "needs_list": ["step_free"],
        "consents": ["terms"],
    },
    request_only=True,
)
COUNTING = OpenApiExample(
    "Who came",
    value={"present": {"f": 12, "m": 10, "d": 0, "unknown": 1}, "adults": 2, "minutes": 180},
    request_only=True,
)
FULL = OpenApiExample(
    "Full",
    value={
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "This date is fully booked. You can join the waiting list.",
        "code": "full",
        "errors": [],
    },
    response_only=True,
    status_codes=["409"],
    media_type=PROBLEM,
)
