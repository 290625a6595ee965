"""Hours and kilometres: of the house's trainers for organisers, the own ones for a trainer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.access import for_organisers, for_trainers
from booking.forms.organise.period import PeriodForm
from booking.reports import files, hours, hours_files
from booking.views import sending
from booking.views.houses import own_houses
from booking.views.signed_in import SignedInRequest
from schools.schooldays import local_day
from workshops.models import Assignment, Trainer

LINES_A_PAGE = 25


def asked(request: SignedInRequest, *, own: bool) -> tuple[PeriodForm, QuerySet[Assignment] | None]:
    """What the address asks for; None where it makes no sense, and the form says why."""
    now = timezone.now()
    form = PeriodForm(local_day(now), request.GET, None if own else own_houses(request))
    if not form.is_valid():
        return form, None
    rows = hours.dates_led(form.period, now)
    if own:
        return form, rows.filter(trainer__user=request.user)
    rows = hours.of_houses(rows, request.user)
    if form.chosen_house:
        rows = rows.filter(slot__workshop__partner=form.chosen_house)
    trainer = one_trainer(request)
    return form, rows.filter(trainer=trainer) if trainer else rows


def one_trainer(request: SignedInRequest) -> Trainer | None:
    """Whom the address names, of own houses. Raises Http404."""
    key = request.GET.get("trainer", "")
    if not key:
        return None
    known = Trainer.objects.all()
    if not request.user.is_network_admin:
        mine = request.user.partner_roles.values("partner")
        led = Assignment.objects.filter(slot__workshop__partner__in=mine).values("trainer")
        known = known.filter(Q(engagements__partner__in=mine) | Q(pk__in=led)).distinct()
    return get_object_or_404(known, pk=int(key[:9]) if key.isascii() and key.isdigit() else 0)


@for_organisers
def of_house(request: SignedInRequest) -> HttpResponse:
    """The sums of each trainer, or the dates of one."""
    form, rows = asked(request, own=False)
    trainer = one_trainer(request)
    context = shown(request, form, rows, hours.in_full if trainer else hours.by_trainer)
    context |= {"nav": "reports", "trainer": trainer}
    return render(request, "booking/organise/hours.html", context)


@for_trainers
def of_trainer(request: SignedInRequest) -> HttpResponse:
    """The own dates of all houses."""
    form, rows = asked(request, own=True)
    context = shown(request, form, rows, hours.in_full) | {"nav": "trainer"}
    return render(request, "booking/trainer/hours.html", context)


def shown(
    request: SignedInRequest, form: PeriodForm, rows: QuerySet[Assignment] | None, lines_of: Callable[..., Any]
) -> dict[str, Any]:
    listed = [] if rows is None else lines_of(rows)
    return {
        "form": form,
        "valid": rows is not None,
        "page": Paginator(listed, LINES_A_PAGE).get_page(request.GET.get("page")),
        "total": None if rows is None else hours.total(rows),
        "km_words": hours_files.what_km_are(),
    }


def sent(request: SignedInRequest, kind: str, *, own: bool) -> HttpResponseBase:
    """A file of all that the address asks for; back to the page where that makes no sense."""
    form, rows = asked(request, own=own)
    back = f"{request.path.removesuffix(f'.{kind}')}/?{request.GET.urlencode()}"
    if rows is None:
        return redirect(back)
    if kind == "xlsx" and rows.count() > files.MOST_IN_XLSX:
        most = {"most": files.MOST_IN_XLSX}
        messages.warning(request, _("These are more than %(most)d lines: please take the CSV file.") % most)
        return redirect(back)
    file = hours_files.as_csv(rows) if kind == "csv" else hours_files.as_xlsx(rows, form.period)
    name = _("hours")
    return sending.attached(file, f"{name}-{form.period.first}-{form.period.last}", kind)


@for_organisers
def house_file(request: SignedInRequest, kind: str) -> HttpResponseBase:
    return sent(request, kind, own=False)


@for_trainers
def trainer_file(request: SignedInRequest, kind: str) -> HttpResponseBase:
    return sent(request, kind, own=True)
