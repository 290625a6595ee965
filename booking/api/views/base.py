"""What every view of the API does: says who may call, in whose language it answers, and does what is asked once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.decorators import decorator_from_middleware
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.actor import Actor
from accounts.models import Token, User
from booking.api.fields import Body
from booking.api.filters import MomentBackend
from booking.api.limits import PersonThrottle
from booking.idempotency import LONGEST_KEY, fingerprint_of, once

KEY = "Idempotency-Key"


class ApiView(GenericViewSet[Any]):
    """For people who signed in, by token or session. `now` is the moment of the request."""

    audience: ClassVar[str] = "signed in"
    metadata_class = None  # OPTIONS would tell what the schema tells, and ask the database for it
    throttle_classes = [PersonThrottle]
    lookup_value_regex = "[0-9]{1,18}"
    cache_control: ClassVar[str] = "private, no-store"
    now: datetime

    @classmethod
    def as_view(cls, *args: Any, **kwargs: Any) -> Any:
        view = super().as_view(*args, **kwargs)
        view.audience = cls.audience  # type: ignore[attr-defined]  # read by the test of the URL map
        return view

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.now = timezone.now()
        super().initial(request, *args, **kwargs)
        speak_as(request)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        final: Response = super().finalize_response(request, response, *args, **kwargs)
        final.headers.setdefault("Cache-Control", self.cache_control)
        return final

    @property
    def person(self) -> User:
        assert isinstance(self.request.user, User)
        return self.request.user

    @property
    def actor(self) -> Actor:
        return Actor.person(self.person)

    @property
    def said(self) -> dict[str, Any]:
        """What every rule asks: who acts, and when."""
        return {"by": self.actor, "now": self.now}

    def require_scope(self, scope: str) -> None:
        """Raises PermissionDenied for a token that is for less. A session has all rights of its person."""
        token = self.request.auth
        if isinstance(token, Token) and not token.covers(scope):
            raise PermissionDenied(
                _("This token does not have the scope “%(scope)s”.") % {"scope": scope}, code="scope"
            )

    def read(self, body: type[Body], *, partial: bool = False) -> dict[str, Any]:
        """The clean body. Raises ValidationError."""
        sent = body(data=self.request.data, partial=partial)
        sent.is_valid(raise_exception=True)
        return dict(sent.validated_data)

    def answer_once(self, effect: Callable[[], Any], status: int = 200) -> Response:
        """Answer with what `effect` returns; with an Idempotency-Key only the first request has an effect."""
        key = self.request.headers.get(KEY)
        if key is None:
            return Response(effect(), status=status)
        fingerprint = fingerprint_of(str(self.request.method), self.request.get_full_path(), self.request.data)
        done, answer = once(self.person, sound(key), fingerprint, self.now, lambda: (status, effect()))
        return Response(answer, status=done)


class ReadableElsewhere(MiddlewareMixin):
    """Lets pages of other sites read what everybody may read. Where somebody signed in, nothing is said: the browser
    then keeps the answer from them."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        is_anonymous = "Authorization" not in request.headers and not request.user.is_authenticated
        if request.method in SAFE_METHODS and is_anonymous:
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Access-Control-Expose-Headers"] = "ETag"
        return response


class PublicView(ApiView):
    """For everybody. May be kept by caches that ask again, and shown by scripts of other sites."""

    audience = "everyone"
    permission_classes = [AllowAny]
    filter_backends = [MomentBackend]
    cache_control = "no-cache"

    @classmethod
    def as_view(cls, *args: Any, **kwargs: Any) -> Any:
        """Around `conditional_page`, so that a 304 says it too."""
        return decorator_from_middleware(ReadableElsewhere)(super().as_view(*args, **kwargs))


def sound(key: str) -> str:
    if not 0 < len(key.strip()) <= LONGEST_KEY:
        text = _("The key has 1 to %(most)d characters.") % {"most": LONGEST_KEY}
        raise serializers.ValidationError({KEY: [serializers.ErrorDetail(text, "length")]})
    return key


def speak_as(request: Request) -> None:
    """In the language that was asked for, else the person's own."""
    asked = "Accept-Language" in request.headers or settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    own = getattr(request.user, "language", "")
    if not asked and own in dict(settings.LANGUAGES):
        translation.activate(own)
