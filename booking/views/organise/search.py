"""The search box for the telephone.

What is typed are names and numbers of people. It is sent by POST, kept in the session and shown under an address
without it, so that no log, no history and no referrer of any server or browser on the way holds it.
"""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.text import is_unprintable
from booking.access import for_organisers
from booking.desk import search
from booking.models import Booking
from booking.views.signed_in import SignedInRequest

NAME = "searched"
LONGEST = 100
ON_A_PAGE = 20


@for_organisers
def find(request: SignedInRequest) -> HttpResponse:
    """Bookings that fit what was typed; a reference leads straight to its booking. `?q=` works as well."""
    if request.method == "POST":
        request.session[NAME] = printable(request.POST.get("q", ""))
        return straight_to(request, request.session[NAME]) or redirect("organise_search")
    typed = printable(request.GET["q"]) if "q" in request.GET else request.session.get(NAME, "")
    return straight_to(request, typed if "q" in request.GET else "") or listed(request, typed)


def printable(typed: str) -> str:
    return "".join(sign for sign in typed[:LONGEST] if not is_unprintable(sign)).strip()


def straight_to(request: SignedInRequest, typed: str) -> HttpResponse | None:
    exact = search.by_reference(request.user, typed)
    return redirect("organise_booking", exact.reference) if exact else None


def listed(request: SignedInRequest, typed: str) -> HttpResponse:
    found = search.find(request.user, typed, timezone.now())
    page = Paginator(found.ids, ON_A_PAGE).get_page(request.GET.get("page"))
    bookings = Booking.objects.with_facts().in_bulk(list(page))
    context = {
        "nav": "search",
        "typed": typed,
        "found": found,
        "page": page,
        "bookings": [bookings[pk] for pk in page if pk in bookings],
    }
    return render(request, "booking/organise/search.html", context)
