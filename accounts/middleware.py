from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.actor import Actor


class ActorMiddleware:
    """Puts `request.actor`: the person who signed in, or None. Rules want it as `by`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        actor = Actor.person(request.user) if request.user.is_authenticated else None
        request.actor = actor  # type: ignore[attr-defined]  # Django's type does not know what we add
        return self.get_response(request)
