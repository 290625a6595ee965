from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from accounts.models import Token, User

Api = Callable[..., APIClient]


@pytest.fixture
def api() -> Api:
    """A program with a token of somebody; without one, a stranger: `api(ada).post("/api/v1/bookings/", body)`."""

    def client(user: User | None = None, scope: str = "organise") -> APIClient:
        program = APIClient()
        if user is not None:
            program.credentials(HTTP_AUTHORIZATION=f"Bearer {Token.objects.issue(user, scope=scope)}")
        return program

    return client
