"""Frozen reports: made by organisers, read by them and, masked, by the funders of their pots."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from booking.access import for_organisers, for_report_readers, roles_of
from booking.errors import FieldErrors
from booking.forms.organise.reports import FreezeForm
from booking.models import FrozenReport
from booking.reports import charts
from booking.reports.comparing import differences
from booking.reports.definitions import COMMON, DEFINITIONS
from booking.reports.freezing import LANGUAGE, question_of
from booking.reports.freezing import freeze as keep
from booking.reports.participation import Report, report
from booking.reports.reading import reads_in_full, shown_to
from booking.views import sending
from booking.views.headers import PRIVATE, with_headers
from booking.views.organise.reports import asked_by, back, form_of
from booking.views.signed_in import SignedInRequest
from schools.schooldays import at_local

ON_A_PAGE = 20


@for_organisers
@require_POST
def freeze(request: SignedInRequest) -> HttpResponse:
    """Freeze what the address asks; the same figures a second time are the report that there is."""
    now = timezone.now()
    form, note = form_of(request, now), FreezeForm(request.POST)
    if not form.is_valid():
        return back(request)
    if not note.is_valid():
        messages.error(request, " ".join(map(str, note.errors["note"])))
        return back(request)
    question, houses = asked_by(request, form)
    try:
        kept = keep(question, houses, by=request.actor, now=now, note=note.cleaned_data["note"])
    except FieldErrors as refusal:
        messages.error(request, " ".join(refusal.texts))
        return back(request)
    is_new = kept.at == now
    messages.success(
        request, _("The report is frozen.") if is_new else _("These figures were frozen before: here they are.")
    )
    return redirect("frozen_report", kept.pk)


@for_report_readers
def frozen_reports(request: SignedInRequest) -> HttpResponse:
    found = FrozenReport.objects.visible_to(request.user).newest_first().defer("result", "rows")
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "booking/organise/frozen_reports.html", context_of(request) | {"page": page})


@for_report_readers
def definitions(request: SignedInRequest) -> HttpResponse:
    """What each figure counts, for whoever reads a report."""
    context = context_of(request, "definitions") | {"definitions": DEFINITIONS, "common": COMMON}
    return render(request, "booking/organise/report_definitions.html", context)


def context_of(request: SignedInRequest, here: str = "frozen") -> dict[str, Any]:
    """Organisers have their rail beside the page, funders nothing but the page."""
    organises = roles_of(request.user).organises_any
    layout = "office.html" if organises else "base.html"
    return {"nav": "reports", "here": here, "layout": layout, "organises": organises}


def own(request: SignedInRequest, pk: int) -> FrozenReport:
    """A frozen report that the person may read. Raises Http404."""
    found: FrozenReport = get_object_or_404(FrozenReport.objects.visible_to(request.user).newest_first(), pk=pk)
    return found


@for_report_readers
def frozen_report(request: SignedInRequest, pk: int) -> HttpResponse:
    """What was kept, whether it is still what was kept, and, in full, what would be different today."""
    frozen = own(request, pk)
    found, in_full = shown_to(request.user, frozen), reads_in_full(request.user, frozen)
    context = context_of(request) | {
        "frozen": frozen,
        "report": found,
        "chart": charts.of_participations(found) if in_full else None,  # half a bar would say something wrong
        "is_whole": frozen.is_whole,
        "in_full": in_full,
        "first": frozen.first,
        "last": frozen.last,
        "open_dates": open_dates(found),
    }
    if in_full:
        question, houses = question_of(frozen)
        context["differences"] = differences(found, report(question, houses, timezone.now()))
    return render(request, "booking/organise/frozen_report.html", context)


def open_dates(found: Report) -> list[dict[str, Any]]:
    """The first of those that were not recorded; all stand in files. What was frozen early knows only their keys."""
    shown = found.get("open_dates", [])[:ON_A_PAGE]
    return [one | {"at": moment_of(one)} for one in shown]


def moment_of(one: dict[str, Any]) -> datetime:
    """Of what was frozen early only the day is known."""
    return at_local(date.fromisoformat(one["day"]), time.fromisoformat(one.get("begins", "00:00")))


@for_report_readers
def file(request: SignedInRequest, pk: int, kind: str) -> Any:
    """The kept figures as a file, as the person may read them."""
    frozen = own(request, pk)
    found = shown_to(request.user, frozen)
    with override(LANGUAGE):
        words = {"day": date_format(timezone.localtime(frozen.at), "j. F Y"), "digest": frozen.sha256}
        stamp = _("Frozen on %(day)s. SHA-256: %(digest)s") % words
    house = found["house"]["name"] if found["house"] else ""
    return sending.grouped(found, kind, at=frozen.at, house=house, funders=found["funders"], frozen=stamp)


@for_report_readers
def content(request: SignedInRequest, pk: int) -> HttpResponse:
    """The very bytes under the digest: `sha256sum` gives the same. Only for who reads in full."""
    frozen = own(request, pk)
    if not reads_in_full(request.user, frozen):
        raise Http404
    answer = HttpResponse(f"{frozen.result}\n{frozen.rows}", "text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="frozen-{frozen.pk}.txt"'
    return with_headers(answer, PRIVATE)
