"""Feedback on workshops over time: to trainers of their own visits, to organisers of all of their house."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from booking.access import for_organisers, for_trainers
from booking.feedback import charts, codes, results
from booking.feedback.results import FEWEST
from booking.models import Booking, Feedback
from booking.models.booking import BookingQuerySet
from booking.views.signed_in import SignedInRequest
from workshops.models import Workshop

WORKSHOPS_A_PAGE = 20
VISITS_A_PAGE = 20
PERIODS = {"month": results.by_month, "half": results.by_half_year}
SIDES = (Feedback.Side.PUPIL, Feedback.Side.TEACHER)


def with_feedback(visits: BookingQuerySet) -> BookingQuerySet:
    return visits.filter(Exists(Feedback.objects.filter(booking=OuterRef("pk"))))


def workshops(request: SignedInRequest, visits: BookingQuerySet, template: str, nav: str) -> HttpResponse:
    """The workshops of which somebody said something."""
    now = timezone.now()
    said = with_feedback(visits).values("slot__workshop")
    found = Workshop.objects.filter(pk__in=said).defer("search").by_title()
    page = Paginator(found, WORKSHOPS_A_PAGE).get_page(request.GET.get("page"))
    here = visits.filter(slot__workshop__in=[workshop.pk for workshop in page])
    pupils, teachers = (results.by_workshop(here, side, now) for side in SIDES)
    rows = [(workshop, pupils.get(workshop.pk), teachers.get(workshop.pk)) for workshop in page]
    return render(request, template, {"nav": nav, "page": page, "rows": rows, "fewest": FEWEST})


def workshop(request: SignedInRequest, visits: BookingQuerySet, slug: str, template: str, nav: str) -> HttpResponse:
    """One workshop over time, and its visits."""
    found = Workshop.objects.select_related("partner").defer("search").filter(slug=slug).first()
    visits = visits.filter(slot__workshop=found)
    rows = with_feedback(visits).select_related("slot", "school", "feedback_code")
    page = Paginator(rows.order_by("-slot__starts_at", "pk"), VISITS_A_PAGE).get_page(request.GET.get("page"))
    if found is None or not page.paginator.count:
        raise Http404
    now, by = timezone.now(), "half" if request.GET.get("by") == "half" else "month"
    context = {
        "nav": nav,
        "workshop": found,
        "by": by,
        "sides": [over_time(visits, side, by, now) for side in SIDES],
        "page": page,
        "visits": list(states_of(page, now)),
        "fewest": FEWEST,
    }
    return render(request, template, context)


def over_time(visits: BookingQuerySet, side: str, by: str, now: datetime) -> dict[str, Any]:
    periods = charts.latest(PERIODS[by](visits, side, now))
    rows = [(" ".join(charts.labels(day, by)), result) for day, result in periods.items()]
    return {"side": str(side), "charts": charts.charts(periods, by), "rows": rows}


def states_of(page: Page[Booking], now: datetime) -> Iterator[tuple[Booking, int, bool, bool]]:
    """Of each visit on the page: how many answers of pupils may be read, whether it is open, whether the teacher spoke.
    Two queries."""
    only = Booking.objects.filter(pk__in=[booking.pk for booking in page])
    numbers = dict(results.numbers(only, now))
    spoke = set(results.readable(only, Feedback.Side.TEACHER, now).values_list("booking", flat=True))
    for booking in page:
        code = getattr(booking, "feedback_code", None)
        is_open = code is not None and codes.takes_answers(code, booking, now)
        yield booking, numbers.get(booking.pk, 0), is_open, booking.pk in spoke


@for_trainers
@require_safe
def own_workshops(request: SignedInRequest) -> HttpResponse:
    visits = Booking.objects.of_trainer(request.user)
    return workshops(request, visits, "booking/feedback/own_workshops.html", "trainer")


@for_trainers
@require_safe
def own_workshop(request: SignedInRequest, slug: str) -> HttpResponse:
    """Of the trainer's own visits."""
    visits = Booking.objects.of_trainer(request.user)
    return workshop(request, visits, slug, "booking/feedback/own_workshop.html", "trainer")


@for_organisers
@require_safe
def house_workshops(request: SignedInRequest) -> HttpResponse:
    visits = Booking.objects.organised_by(request.user)
    return workshops(request, visits, "booking/feedback/house_workshops.html", "feedback")


@for_organisers
@require_safe
def house_workshop(request: SignedInRequest, slug: str) -> HttpResponse:
    """Of all visits."""
    visits = Booking.objects.organised_by(request.user)
    return workshop(request, visits, slug, "booking/feedback/house_workshop.html", "feedback")
