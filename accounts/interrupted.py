"""A form that was sent when nobody was signed in any more: kept in the session until somebody is, then sent again by
hand. Nothing typed is lost, and nothing is done that nobody pressed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils import timezone

NAME = "interrupted"
LONGEST = 50_000  # signs; no form of ours holds more
LIFE = timedelta(hours=2)
OURS = "csrfmiddlewaretoken"


class Interrupted(NamedTuple):
    """Where the form goes, on which page it stands, what was typed; `lost` if there were files."""

    path: str
    page: str
    fields: list[tuple[str, str]]
    lost: bool

    def keep(self, request: HttpRequest, now: datetime) -> None:
        request.session[NAME] = [now.isoformat(), *self]


def interrupted(request: HttpRequest, page: str) -> Interrupted | None:
    """The form that `request` brings. None for a bare button, for what is too long, and for a script, which keeps it
    itself."""
    if request.headers.get("Accept") == "application/json":
        return None
    fields = [(name, value) for name, values in request.POST.lists() if name != OURS for value in values]
    if not fields or sum(len(name) + len(value) for name, value in fields) > LONGEST:
        return None
    return Interrupted(request.get_full_path(), page, fields, bool(request.FILES))


def kept(request: HttpRequest) -> Interrupted | None:
    """What waits to be sent again, for two hours."""
    memory: Any = request.session.get(NAME)
    if not memory or datetime.fromisoformat(memory[0]) + LIFE < timezone.now():
        return None
    _at, path, page, fields, lost = memory
    return Interrupted(path, page, [(name, value) for name, value in fields], lost)
