"""What needs the organiser today, and how the school year goes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Min, Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from booking.access import for_organisers
from booking.desk import figures, inbox
from booking.desk.reach import reach_of
from booking.forms.organise.missing import MissingForm
from booking.houses import beginning
from booking.models import Booking, Inquiry, Pause
from booking.reports import charts, labels
from booking.reports.weeks import drawn
from booking.views.signed_in import SignedInRequest

ROWS_A_PAGE = 25
TIMES = {  # by what a task is told first, where that is not the beginning of a date
    "failed": "created_at",
    "inquiries": "created_at",
    "unanswered": "slot__starts_at",
    "explained": "slot__starts_at",
    "unreachable": "slot__starts_at",
    "ending": "offer_expires_at",
}


@for_organisers
def overview(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    needs = needs_of(request, now)
    month = request.GET.get("period") == "month"
    found = figures.so_far(request.user, now, month=month)
    context = needs | {
        "nav": "overview",
        "now": now,
        "steps": beginning.steps_for(request.user),
        "things": sum(bool(value) for name, value in needs.items() if name.endswith("_count")),
        "year": found,
        "month": month,
        "weeks": drawn(found.weeks),
        "months": months_of(found),
        "reach": reach_of(request.user, now),
        "pause": Pause.objects.first() if request.user.is_network_admin else None,
    }
    return render(request, "booking/organise/overview.html", context)


def months_of(found: figures.SoFar) -> dict[str, Any] | None:
    """What report_chart.html needs, in the language of the page; None where nobody came yet."""
    rows = labels.named("month", [dict(row) for row in found.months])
    total = sum(row["participations"]["total"] for row in rows)
    report = {"group_by": "month", "rows": rows, "total": {"participations": {"total": total}}}
    chart = charts.of_participations(report)
    return {"report": report, "chart": chart} if chart else None


def needs_of(request: SignedInRequest, now: datetime) -> dict[str, Any]:
    """Each task as a count and its first example."""
    user = request.user
    asked = Booking.objects.requested().organised_by(user)
    first = inbox.read(inbox.with_wishes(asked).oldest_first()[:1], now)
    lists = {
        "inquiries": Inquiry.objects.open().organised_by(user).with_facts(),
        "unstaffed": figures.unstaffed_slots(user, now),
        "unanswered": figures.unanswered_bookings(user, now),
        "explained": figures.explained_bookings(user, now),
        "unrecorded": figures.unrecorded_slots(user, now),
        "ending": figures.ending_offers(user, now),
        "freed": figures.slots_with_room_for_waiting(user, now),
        "unreachable": figures.unreachable_bookings(user, now),
        "failed": figures.failed_messages(user),
    }
    needs: dict[str, Any] = {"asked_count": asked.count(), "asked": first[0] if first else None}
    for name, rows in lists.items():
        needs |= first_and_count(name, rows)
    return needs


def first_and_count(name: str, rows: Any) -> dict[str, Any]:
    """How many rows there are, and the first by time: one question looks at all, the second at one moment."""
    time = TIMES.get(name, "starts_at")
    found = rows.aggregate(count=Count("pk"), first=Min(time))
    first = rows.filter(**{time: found["first"]}).first() if found["count"] else None
    return {f"{name}_count": found["count"], name: first}


@for_organisers
def attendance(request: SignedInRequest) -> HttpResponse:
    """Visits that are over and not recorded, all or those of a filter, the oldest first."""
    now = timezone.now()
    missing = Booking.objects.unrecorded(now).select_related("school").order_by("pk")
    form = MissingForm(request.user, now, request.GET)
    slots = form.slots().with_trainers().prefetch_related(Prefetch("bookings", missing, to_attr="groups"))
    page = Paginator(slots, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {"nav": "overview", "page": page, "form": form, "now": now}
    return render(request, "booking/organise/attendance.html", context)
