"""The week on paper: who comes when, and as a table."""

from __future__ import annotations

from datetime import date

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from booking.access import for_organisers
from booking.planning.week import as_csv, coming_week, slots_of_week
from booking.reports.files import CSV
from booking.views.headers import PRIVATE, with_headers
from booking.views.signed_in import SignedInRequest
from schools.schooldays import ONE_DAY, WEEK, monday_of

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
DATES_ON_A_SHEET = 100


def monday(request: SignedInRequest) -> date:
    """The Monday of the week that the address names; what makes no sense is the coming week."""
    try:
        day = date.fromisoformat(request.GET.get("from", ""))
    except ValueError:
        return coming_week(timezone.now())
    return monday_of(day) if EARLIEST <= day <= LATEST else coming_week(timezone.now())


@for_organisers
def week(request: SignedInRequest) -> HttpResponse:
    """A sheet to print: each day, each date, who comes, what they need, whom to call, who leads. A week with more dates
    takes several."""
    first, now = monday(request), timezone.now()
    context = {
        "nav": "slots",
        "page": Paginator(slots_of_week(request.user, first), DATES_ON_A_SHEET).get_page(request.GET.get("page")),
        "monday": first,
        "sunday": first + WEEK - ONE_DAY,
        "before": first - WEEK,
        "after": first + WEEK,
        "now": now,
    }
    return render(request, "booking/organise/week.html", context)


@for_organisers
def week_csv(request: SignedInRequest) -> HttpResponse:
    """The same week for spreadsheets."""
    first = monday(request)
    answer = HttpResponse(as_csv(slots_of_week(request.user, first), timezone.now()), CSV)
    answer["Content-Disposition"] = f'attachment; filename="{first:%Y-%m-%d}.csv"'
    return with_headers(answer, PRIVATE)
