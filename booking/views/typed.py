"""What an address or a button says, before it goes anywhere."""

from __future__ import annotations

from django.http import HttpRequest, QueryDict

LONGEST = 80


def word(text: str | None) -> str:
    """A short name without characters that no database takes; nothing for nothing."""
    return "".join(sign for sign in (text or "")[:LONGEST] if sign.isprintable())


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with; None where the page is only looked at."""
    return request.POST if request.method == "POST" else None
