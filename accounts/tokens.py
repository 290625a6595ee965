"""Keys for programs that people make and end themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Token, User

MOST = 10
LIFE = timedelta(days=365)
NAME_TAKEN = _("You already have a key of this name. End it first, or choose another name.")
TOO_MANY = _("You have ten keys. End one that is not used any more.")


class TokenRefusedError(Exception):
    """Says in words why there is no new key."""


def tokens_of(user: User, now: datetime) -> QuerySet[Token]:
    """Those that hold, at most ten unless the operator issued more; the newest first."""
    return Token.objects.alive(now).filter(user=user).order_by("-created_at", "-pk")


@transaction.atomic
def issue(user: User, *, name: str, scope: str, now: datetime) -> str:
    """The text of a new key for a year. Sent twice, the second finds the name taken.

    Locks the person. Raises TokenRefusedError.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    alive = tokens_of(user, now)
    if alive.filter(name__iexact=name).exists():
        raise TokenRefusedError(NAME_TAKEN)
    if alive.count() >= MOST:
        raise TokenRefusedError(TOO_MANY)
    return Token.objects.issue(user, scope=scope, name=name, expires_at=now + LIFE)


def end(token: Token, *, now: datetime) -> None:
    """From now on the key opens nothing; ended twice, it ended the first time."""
    Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now)
