"""Calendars to look at: everybody's, and the reader's own, as month, week or agenda."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from accounts.audience import for_everyone, for_signed_in
from accounts.models import User
from booking.calendars import entries, timetable
from booking.calendars.sights import Sight, region_of, sights_of
from booking.calendars.timetable import Entry, Period
from booking.context import dates_of
from booking.models import Feed
from booking.views.signed_in import SignedInRequest
from schools.models import School
from schools.schooldays import local_day
from workshops.chips import Chip, chosen_filters
from workshops.filters import SlotFilter
from workshops.month import days_off
from workshops.views import school_of

EARLIEST, LATEST = date(2001, 1, 1), date(2098, 12, 31)
NAMES: dict[timetable.View, Promise] = {
    "month": gettext_lazy("Month"),
    "week": gettext_lazy("Week"),
    "agenda": pgettext_lazy("calendar", "List"),
}
NAV = {
    Feed.Kind.TRAINER: "calendar",
    Feed.Kind.TEACHER: "bookings",
    Feed.Kind.SCHOOL: "bookings",
    Feed.Kind.PARTNER: "slots",
}


class Way(NamedTuple):
    """The calendar that everybody may look at."""

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
    impossible = [] if chosen.is_valid() else list(chosen.errors)
    for name in impossible:
        query.pop(name, None)
    chosen = SlotFilter(query, now=now)
    slots = chosen.qs
    user = request.user
    sights, mine = (sights_of(user), dates_of(user)) if isinstance(user, User) else ([], {})
    found = entries.of_public(slots, period, now, mine)
    subscribe, chips = feeds_address(request, impossible), chips_of(request, chosen)
    return shown(request, period, found, school_of(user), sights, subscribe=subscribe, chips=chips)


@for_signed_in
@require_safe
def own(request: SignedInRequest, kind: str, pk: int | None = None) -> HttpResponse:
    """The reader's dates to lead, own bookings, those of a school as its office, the dates of a house.

    Without a key the first of several. Raises Http404 for what the reader's roles do not open.
    """
    sights = sights_of(request.user)
    mine = [sight for sight in sights if sight.kind == kind]
    if mine and pk is None and mine[0].pk is not None:
        return redirect(reverse("own_calendar", args=[kind, mine[0].pk], query=request.GET))
    here = next((sight for sight in mine if sight.pk == pk), None)
    if here is None:
        raise Http404
    feed, period = here.feed(request.user), asked(request)
    return shown(request, period, entries.of_feed(feed, period), region_of(feed), sights, here=here)


def asked(request: HttpRequest) -> Period:
    """What the address names, by a day or as a filter by its month; nonsense is the month of today, and a list begins
    today."""
    view = request.GET.get("view", "")
    try:
        day = date.fromisoformat(request.GET.get("date") or f"{request.GET.get('month')}-01")
    except ValueError:
        day = local_day(timezone.now())
    if not EARLIEST <= day <= LATEST:
        day = local_day(timezone.now())
    return Period(view if view in timetable.VIEWS else "month", day)


def shown(
    request: HttpRequest,
    period: Period,
    found: list[Entry],
    school: School | None,
    sights: list[Sight],
    *,
    here: Sight | None = None,
    subscribe: str = "",
    chips: Sequence[Chip] = (),
) -> HttpResponse:
    """`is_open`: nobody chose a view, so that phones show the list and desks the table. The list of the
    running month begins today; what is over is folded up."""
    today = local_day(timezone.now())
    off = days_off(period.first, period.last, school)
    days = timetable.days_of(period, found[: entries.MOST], off, today=today)
    inside = [day for day in days if not day.is_beside]
    to_read = timetable.listed(inside)
    is_this_month = period.view == "month" and any(day.is_today for day in inside)
    over = [day for day in to_read if day.date < today] if is_this_month else []
    gone = sum(len(day.entries) for day in over)
    everybody = Way(reverse("calendar"), _("All dates"))
    context = {
        "shell": "office.html" if here and here.kind == Feed.Kind.PARTNER else "base.html",
        "nav": NAV[Feed.Kind(here.kind)] if here else "dates",
        "period": period,
        "back": period.beside(-1),
        "forth": period.beside(1),
        "is_open": request.GET.get("view") not in timetable.VIEWS,
        "views": [(key, NAMES[key]) for key in timetable.VIEWS],
        "weeks": timetable.weeks_of(days) if period.view != "agenda" else [],
        "lists": [*([(gone, over)] if gone else []), (0, to_read[len(over) :])],
        "count": sum(len(day.entries) for day in inside),
        "has_more": len(found) > entries.MOST,
        "here": here or everybody,
        "ways": [everybody, *sights] if sights else [],
        "subscribe": subscribe,
        "chips": chips,
    }
    return render(request, "booking/calendar.html", context)


def chips_of(request: HttpRequest, chosen: SlotFilter) -> list[Chip]:
    """The filters that hold here; each leads to the same time without it."""
    chips = chosen_filters(request.GET, chosen.form)
    return [chip._replace(url="?" + chip.url.removeprefix("/").removeprefix("?")) for chip in chips]


def feeds_address(request: HttpRequest, impossible: Sequence[str]) -> str:
    """The public feed with the filters of the page that hold, for calendar programs; of every time, for it goes on."""
    query = request.GET.copy()
    for name in ("view", "date", "month", "from", "to", *impossible):
        query.pop(name, None)
    path = reverse("public_feed") + (f"?{query.urlencode()}" if query else "")
    return f"webcal://{settings.SITE_URL.partition('://')[2]}{path}"
