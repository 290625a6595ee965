"""What the menus of every page ask: the roles of the reader, and how many requests wait for an answer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from booking.access import roles_of
from booking.models import Booking, Inquiry


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`roles`, a set of words, and `open_requests`, counted only where a menu shows it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"roles": set()}
    return {"roles": roles_of(user).names, "open_requests": SimpleLazyObject(lambda: requests_for(user))}


def requests_for(user: User) -> int:
    roles = roles_of(user)
    asked, wishes = Booking.objects.requested(), Inquiry.objects.open()
    if not roles.is_admin:
        asked, wishes = asked.of_partners(roles.partners), wishes.filter(workshop__partner__in=roles.partners)
    return asked.values("pk").union(wishes.values("pk"), all=True).count()
