"""What browsers and search engines may do with pages whose address is a key, or that show one person's data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from django.http.response import HttpResponseBase

Answer = TypeVar("Answer", bound=HttpResponseBase)

NOTHING_LEAKS = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
# A browser that may not say where a form comes from sends "null" as its origin, and the form is refused.
FORMS_MAY_SAY_WHERE = {**NOTHING_LEAKS, "Referrer-Policy": "same-origin"}
PRIVATE = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}


def with_headers(answer: Answer, headers: Mapping[str, str]) -> Answer:
    """The same answer; what it says itself stays."""
    for name, value in headers.items():
        answer.headers.setdefault(name, value)
    return answer
