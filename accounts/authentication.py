"""How programs say who they are: `Authorization: Bearer …`, or the session of a page with its CSRF token."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from accounts.models import Token, User
from accounts.prepared import Question

REMEMBER_USE_EVERY = timedelta(minutes=5)
ALIVE = Question(lambda digest, now: Token.objects.alive(now).select_related("user").filter(hash=digest))


class TokenAuthentication(authentication.BaseAuthentication):
    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        """The token's person, or None without such a header. Raises AuthenticationFailed for a dead token."""
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != self.keyword.lower():
            return None
        now = timezone.now()
        token = ALIVE.one(digest=Token.digest(text.strip()), now=now)
        if token is None:
            raise exceptions.AuthenticationFailed
        if token.last_used_at is None or now - token.last_used_at > REMEMBER_USE_EVERY:
            Token.objects.filter(pk=token.pk).update(last_used_at=now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return self.keyword


class SessionAuthentication(authentication.SessionAuthentication):
    def authenticate_header(self, request: Request) -> str:
        return TokenAuthentication.keyword
