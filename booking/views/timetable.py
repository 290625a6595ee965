"""Calendars to look at: everybody's, and the reader's own, as month, week or agenda."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from accounts.audience import for_everyone, for_signed_in
from booking.access import roles_of
from booking.calendars import entries, timetable
from booking.calendars.addresses import scopes_of
from booking.calendars.timetable import Entry, Period
from booking.models import Feed
from booking.views.signed_in import SignedInRequest
from schools.models import School
from schools.schooldays import local_day
from workshops.filters import SlotFilter
from workshops.models import Partner
from workshops.month import days_off

EARLIEST, LATEST = date(2001, 1, 1), date(2098, 12, 31)
NAMES: dict[timetable.View, Promise] = {
    "month": gettext_lazy("Month"),
    "week": gettext_lazy("Week"),
    "agenda": pgettext_lazy("calendar", "List"),
}
NAV = {Feed.Kind.TRAINER: "trainer", Feed.Kind.TEACHER: "bookings", Feed.Kind.SCHOOL: "bookings"}


class Way(NamedTuple):
    """A calendar that the reader may look at."""

    path: str
    title: str


@for_everyone
@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """All listed dates, with the filters of `slots/`; a filter that cannot be is left out."""
    now, period = timezone.now(), asked(request)
    query = request.GET.copy()
    query.pop("month", None)
    query["from"], query["to"] = str(period.first), str(period.last)
    chosen = SlotFilter(query, now=now)
    for name in [] if chosen.is_valid() else chosen.errors:
        query.pop(name, None)
    slots = SlotFilter(query, now=now).qs
    subscribe = feeds_address(request)
    return shown(request, period, entries.of_public(slots, period, now), None, nav="workshops", subscribe=subscribe)


@for_signed_in
@require_safe
def own(request: SignedInRequest, kind: str, pk: int | None = None) -> HttpResponse:
    """The reader's dates to lead, own bookings, those of a school as its office, the dates of an own house.

    Without a key the first of several. Raises Http404 for what the reader's roles do not open.
    """
    keys = [school or partner for one, school, partner in scopes_of(request.user) if one == kind]
    if keys and pk is None and keys[0]:
        return redirect(reverse("own_calendar", args=[kind, keys[0]], query=request.GET))
    if pk not in keys:
        raise Http404
    school = pk if kind == Feed.Kind.SCHOOL else None
    partner = pk if kind == Feed.Kind.PARTNER else None
    feed = Feed(kind=kind, user=request.user, school_id=school, partner_id=partner)
    period = asked(request)
    nav = NAV.get(Feed.Kind(kind), "slots")
    return shown(request, period, entries.of_feed(feed, period), region_of(request, feed), nav=nav, feed=feed)


def asked(request: HttpRequest) -> Period:
    """What the address names; nonsense is the month of today, and a list begins today."""
    view = request.GET.get("view", "")
    try:
        day = date.fromisoformat(request.GET.get("date", ""))
    except ValueError:
        day = local_day(timezone.now())
    if not EARLIEST <= day <= LATEST:
        day = local_day(timezone.now())
    return Period(view if view in timetable.VIEWS else "month", day)


def region_of(request: SignedInRequest, feed: Feed) -> School | None:
    """Whose holidays are marked: those of the reader's school, else those of Saxony."""
    own_schools = sorted(roles_of(request.user).schools)
    key = feed.school_id or (own_schools[0] if feed.kind == Feed.Kind.TEACHER and own_schools else None)
    return School.objects.filter(pk=key).first() if key else None


def shown(
    request: HttpRequest,
    period: Period,
    found: list[Entry],
    school: School | None,
    *,
    feed: Feed | None = None,
    **more: Any,
) -> HttpResponse:
    """`is_open`: nobody chose a view, so that phones show the list and desks the table."""
    today = local_day(timezone.now())
    off = days_off(period.first, period.last, school)
    days = timetable.days_of(period, found[: entries.MOST], off, today=today)
    context = {
        "period": period,
        "back": period.beside(-1),
        "forth": period.beside(1),
        "is_open": request.GET.get("view") not in timetable.VIEWS,
        "views": [(key, NAMES[key]) for key in timetable.VIEWS],
        "weeks": timetable.weeks_of(days) if period.view != "agenda" else [],
        "listed": timetable.listed([day for day in days if not day.is_beside]),
        "has_more": len(found) > entries.MOST,
        "today": today,
        "ways": ways_of(request),
        "kind": feed.kind if feed else "public",
        **more,
    }
    return render(request, "booking/calendar.html", context)


def ways_of(request: HttpRequest) -> list[Way]:
    """The calendars among which the reader may choose, the one for everybody first."""
    ways = [Way(reverse("calendar"), str(gettext_lazy("All dates")))]
    if not request.user.is_authenticated:
        return ways
    scopes = list(scopes_of(request.user))
    schools = School.objects.in_bulk({school for _kind, school, _partner in scopes if school})
    partners = Partner.objects.in_bulk({partner for _kind, _school, partner in scopes if partner})
    for kind, school, partner in scopes:
        key = school or partner
        name = str(schools[school]) if school else str(partners[partner]) if partner else str(Feed.Kind(kind).label)
        ways.append(Way(reverse("own_calendar", args=[kind, key] if key else [kind]), name))
    return ways


def feeds_address(request: HttpRequest) -> str:
    """The public feed with the filters of the page, for calendar programs."""
    query = request.GET.copy()
    for name in ("view", "date", "from", "to"):
        query.pop(name, None)
    path = reverse("public_feed") + (f"?{query.urlencode()}" if query else "")
    return f"webcal://{settings.SITE_URL.partition('://')[2]}{path}"
