"""The secret calendar addresses of a person: shown to be copied, renewed when one has got about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.audience import for_signed_in
from accounts.models import User
from booking.calendars.addresses import addresses_of, reset, url_of
from booking.models import Feed
from booking.qr import Code, code_of


class Address(NamedTuple):
    """One level of a calendar. `subscribe` opens the calendar program of the device, `code` that of a phone whose
    camera sees it; `fetched` is the day on which a program last asked."""

    level: str
    url: str
    subscribe: str
    code: Code
    fetched: datetime | None


class Subscription(NamedTuple):
    """A calendar with its levels, the one with everything first. At `look` it is a page."""

    kind: str
    title: str
    look: str
    addresses: list[Address]


@for_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def calendar_addresses(request: HttpRequest) -> HttpResponse:
    """Each calendar with its levels; a POST with its `kind` renews the addresses, the old ones are dead at once."""
    assert isinstance(request.user, User)
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        if kind in Feed.Kind.values:
            reset(request.user, kind)
            messages.success(request, _("New addresses. The old ones are dead; please subscribe again."))
        return redirect("calendar_addresses")
    context: dict[str, Any] = {"nav": "profile", "subscriptions": subscriptions(addresses_of(request.user))}
    return render(request, "booking/calendar_addresses.html", context)


def subscriptions(feeds: Iterable[Feed]) -> list[Subscription]:
    calendars = groupby(feeds, key=lambda feed: (feed.kind, title_of(feed), look_at(feed)))
    return [Subscription(*calendar, [address_of(feed) for feed in group]) for calendar, group in calendars]


def title_of(feed: Feed) -> str:
    whose = feed.school or feed.partner
    return f"{feed.get_kind_display()}: {whose}" if whose else feed.get_kind_display()


def look_at(feed: Feed) -> str:
    key = feed.school_id or feed.partner_id
    return reverse("own_calendar", args=[feed.kind, key] if key else [feed.kind])


def address_of(feed: Feed) -> Address:
    url = url_of(feed)
    subscribe = f"webcal://{url.partition('://')[2]}"
    return Address(feed.get_level_display(), url, subscribe, code_of(subscribe), feed.last_fetched_at)
