"""The visits to come of workshops with which an own house helps another."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from booking.access import for_organisers
from booking.models import Booking
from booking.views.signed_in import SignedInRequest
from workshops.models import Cooperation

VISITS_A_PAGE = 25


@for_organisers
def helping(request: SignedInRequest) -> HttpResponse:
    """Who comes when, by time; the responsible house decides about them."""
    workshops = Cooperation.objects.today_of(request.user).values("workshop")
    coming = Booking.objects.live().filter(slot__workshop__in=workshops, slot__ends_at__gt=timezone.now())
    rows = coming.with_facts().order_by("slot__starts_at", "pk")
    page = Paginator(rows, VISITS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "booking/organise/helping.html", {"nav": "offers", "page": page})
