"""The rows behind the numbers: one a visit, or a wish that came to nothing."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from booking.access import for_organisers
from booking.desk.figures import facts_of
from booking.forms.organise.visits import VisitsForm
from booking.reports.places import CAME
from booking.views.houses import own_houses
from booking.views.signed_in import SignedInRequest
from schools.schooldays import local_day

ROWS_A_PAGE = 25


@for_organisers
def visits(request: SignedInRequest) -> HttpResponse:
    """The latest first, with their sums."""
    form = VisitsForm(local_day(timezone.now()), request.GET, own_houses(request))
    rows = form.rows(facts_of(request.user)) if form.is_valid() else None
    sums = None
    if rows is not None:
        sums = rows.aggregate(rows=Count("pk"), present=Sum(CAME), grown=Sum("adults"), away=Sum("turned_away"))
        rows = rows.annotate(present=CAME).select_related("booking__slot", "school", "workshop").defer("school__search")
    page = Paginator([] if rows is None else rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {"nav": "reports", "form": form, "valid": rows is not None, "page": page, "sums": sums}
    return render(request, "booking/organise/visits.html", context)
