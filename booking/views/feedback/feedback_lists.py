"""Feedback on workshops over time: to trainers of their own visits, to organisers of all of their house."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import User
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


class Desk(NamedTuple):
    """Whose visits are read, where, and in whose words: the same two pages for trainers and for houses."""

    visits: Callable[[User], BookingQuerySet]
    nav: str
    layout: str
    many: str  # names of its two addresses
    one: str
    words: str | Promise


OWN = Desk(
    Booking.objects.of_trainer,
    nav="trainer",
    layout="base.html",
    many="trainer_feedback",
    one="trainer_feedback_workshop",
    words=gettext_lazy("What classes and teachers said of the visits that you led."),
)
HOUSE = Desk(
    Booking.objects.organised_by,
    nav="feedback",
    layout="office.html",
    many="organise_feedback",
    one="organise_feedback_workshop",
    words=gettext_lazy("What classes and teachers said of the workshops of your house."),
)


@for_trainers
@require_safe
def own_workshops(request: SignedInRequest) -> HttpResponse:
    return workshops(request, OWN)


@for_trainers
@require_safe
def own_workshop(request: SignedInRequest, slug: str) -> HttpResponse:
    """Of the trainer's own visits."""
    return workshop(request, OWN, slug)


@for_organisers
@require_safe
def house_workshops(request: SignedInRequest) -> HttpResponse:
    return workshops(request, HOUSE)


@for_organisers
@require_safe
def house_workshop(request: SignedInRequest, slug: str) -> HttpResponse:
    """Of all visits."""
    return workshop(request, HOUSE, slug)


def workshops(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """The workshops of which somebody said something."""
    now, visits = timezone.now(), desk.visits(request.user)
    said = with_feedback(visits).values("slot__workshop")
    found = Workshop.objects.filter(pk__in=said).defer("search").by_title()
    page = Paginator(found, WORKSHOPS_A_PAGE).get_page(request.GET.get("page"))
    here = visits.filter(slot__workshop__in=[workshop.pk for workshop in page])
    pupils, teachers = (results.by_workshop(here, side, now) for side in SIDES)
    rows = [(workshop, pupils.get(workshop.pk), teachers.get(workshop.pk)) for workshop in page]
    context = {"desk": desk, "nav": desk.nav, "page": page, "rows": rows, "fewest": FEWEST}
    return render(request, "booking/feedback/many_workshops.html", context)


def workshop(request: SignedInRequest, desk: Desk, slug: str) -> HttpResponse:
    """One workshop over time, and its visits."""
    found = Workshop.objects.select_related("partner").defer("search").filter(slug=slug).first()
    visits = desk.visits(request.user).filter(slot__workshop=found)
    rows = with_feedback(visits).select_related("slot", "school", "feedback_code")
    page = Paginator(rows.order_by("-slot__starts_at", "pk"), VISITS_A_PAGE).get_page(request.GET.get("page"))
    if found is None or not page.paginator.count:
        raise Http404
    now, by = timezone.now(), "half" if request.GET.get("by") == "half" else "month"
    context = {
        "desk": desk,
        "nav": desk.nav,
        "workshop": found,
        "by": by,
        "sides": [over_time(visits, side, by, now) for side in SIDES],
        "page": page,
        "visits": list(states_of(page, now)),
        "fewest": FEWEST,
    }
    return render(request, "booking/feedback/one_workshop.html", context)


def with_feedback(visits: BookingQuerySet) -> BookingQuerySet:
    return visits.filter(Exists(Feedback.objects.filter(booking=OuterRef("pk"))))


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
