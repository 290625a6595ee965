"""What every page may ask: the roles of the reader, how many requests wait for an answer, and what they have booked."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from booking.access import roles_of
from booking.models import Booking, Inquiry


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`roles`, a set of words; `open_requests` and `my_dates` cost a query only where a page shows them."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"roles": set()}
    return {
        "roles": roles_of(user).names,
        "open_requests": SimpleLazyObject(lambda: requests_for(user)),
        "my_dates": SimpleLazyObject(lambda: dates_of(user)),
    }


def requests_for(user: User) -> int:
    roles = roles_of(user)
    asked, wishes = Booking.objects.requested(), Inquiry.objects.open()
    if not roles.is_admin:
        asked, wishes = asked.of_partners(roles.partners), wishes.filter(workshop__partner__in=roles.partners)
    return asked.values("pk").union(wishes.values("pk"), all=True).count()


def dates_of(user: User) -> dict[int, list[Booking]]:
    """By slot, what the reader or the school of their office has booked and what still comes. One query."""
    coming = Booking.objects.of_owner(user).live().filter(slot__ends_at__gt=timezone.now()).order_by("pk")
    by_slot: dict[int, list[Booking]] = defaultdict(list)
    for booking in coming.only("slot", "reference", "group_name", "state"):
        by_slot[booking.slot_id].append(booking)
    return dict(by_slot)
