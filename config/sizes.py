"""No request is larger than a form with a photo."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.errors import page

READ_AT_ONCE = 256 * 1024
READ_ON = 64 * 1024 * 1024  # a browser shows an answer only after it has sent everything


class RequestSizeMiddleware:
    """Answers 413 to what says that it is too large; what does not say its length has none for Django.

    A somewhat too large body is read and forgotten first, so that people see the page instead of a broken line.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = request.META.get("CONTENT_LENGTH") or ""
        length = int(said) if said.isdecimal() else 0
        if length <= settings.MOST_REQUEST_BYTES:
            return self.get_response(request)
        forget(request, min(length, READ_ON))
        return page(request, 413)


def forget(request: HttpRequest, length: int) -> None:
    while length > 0 and (read := request.read(min(length, READ_AT_ONCE))):
        length -= len(read)
