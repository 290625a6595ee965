"""Reports of organisers: what was asked stands in the address; figures, charts, and the same as files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import override

from booking.access import for_organisers
from booking.forms.organise.reports import FreezeForm, ReportForm
from booking.reports import charts, files, visits
from booking.reports.figures import Houses
from booking.reports.participation import funders, open_slots, report
from booking.reports.pdf import LANGUAGE
from booking.reports.question import Question
from booking.reports.reading import house_named, houses_of
from booking.reports.words import explained
from booking.views import sending
from booking.views.signed_in import SignedInRequest
from schools.schooldays import end_of_school_year, local_day, school_year_of

OPEN_ON_A_PAGE = 20


@for_organisers
def participation(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    form = form_of(request, now)
    context: dict[str, Any] = {"nav": "reports", "here": "participation", "form": form, "freeze": FreezeForm()}
    if form.is_valid():
        question, houses = asked_by(request, form)
        found = report(question, houses, now)
        open_dates = Paginator(open_slots(question, houses, now).with_facts(), OPEN_ON_A_PAGE)
        context |= {
            "report": found,
            "question": question,
            "query": urlencode(question.query),
            "chart": charts.of_participations(found),
            "page": open_dates.get_page(request.GET.get("page")),
        }
    return render(request, "booking/organise/reports.html", context)


def form_of(request: SignedInRequest, now: datetime) -> ReportForm:
    """What stands in the address; where it names no day, this school year stands in the form."""
    asked = request.GET.dict()
    if not (asked.get("from") or asked.get("to")):
        first = school_year_of(local_day(now))
        asked |= {"from": first.isoformat(), "to": end_of_school_year(first).isoformat()}
    return ReportForm(request.user, now, asked)


def asked_by(request: SignedInRequest, form: ReportForm) -> tuple[Question, Houses]:
    """Of a valid form, whose visits are read. Raises Http404 for a house of others."""
    return form.question, houses_of(request.user, form.question)


@for_organisers
def grouped_file(request: SignedInRequest, kind: str) -> Any:
    """The same figures as a file; a PDF is in German, whoever asks."""
    now = timezone.now()
    form = form_of(request, now)
    if not form.is_valid():
        return back(request)
    question, houses = asked_by(request, form)
    if kind != "pdf":
        return sending.grouped(report(question, houses, now), kind)
    with override(LANGUAGE):
        found, payers = report(question, houses, now), funders(question, houses)
    return sending.grouped(found, kind, at=now, house=house_named(houses), funders=payers)


@for_organisers
def visits_file(request: SignedInRequest, kind: str) -> Any:
    """One row a visit. Above so many rows only as CSV, which the page then says."""
    now = timezone.now()
    form = form_of(request, now)
    if not form.is_valid():
        return back(request)
    question, houses = asked_by(request, form)
    name, rows = f"visits-{question.first}-{question.last}", visits.rows(question, houses)
    if kind == "csv":
        return sending.attached(files.as_csv(visits.COLUMNS, rows), name, kind)
    number = visits.count(question, houses)
    if number > files.MOST_IN_XLSX:
        messages.error(request, too_many(number))
        return back(request)
    asked = explained(report(question, houses, now))
    return sending.attached(files.rows_xlsx(visits.COLUMNS, rows, asked), name, kind)


def too_many(number: int) -> str:
    sentence = _("%(number)d visits are more than a spreadsheet takes here (%(most)d). Please take the CSV.")
    return sentence % {"number": number, "most": files.MOST_IN_XLSX}


def back(request: SignedInRequest) -> HttpResponse:
    """To the page of the same question, which says what is wrong with it."""
    return redirect(f"{reverse('organise_reports')}?{request.GET.urlencode()}")
