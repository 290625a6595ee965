"""How often a person may call, counted where twins cannot share a try. Off where the setting is 0, as in the demo."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.limits import tries

WINDOW = timedelta(minutes=1)


class PersonThrottle(BaseThrottle):
    """Requests a minute by all tokens of a person together; sessions of pages are not counted."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        most: int = settings.TOKEN_REQUESTS_A_MINUTE
        if not most or request.auth is None:
            return True
        return tries(f"api:{request.user.pk}", window=WINDOW, now=timezone.now()) <= most

    def wait(self) -> float:
        return WINDOW.total_seconds()
