"""Which house a page is about, for organisers of several and for the network's admin."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from booking.views.signed_in import SignedInRequest
from booking.views.typed import word
from workshops.models import Partner


def own_houses(request: SignedInRequest) -> QuerySet[Partner]:
    return Partner.objects.organised_by(request.user).only("slug", "name")


def chosen_house(request: SignedInRequest, houses: QuerySet[Partner]) -> Partner | None:
    """The house that the address names, or the only one; None where one is still to be chosen."""
    slug = word(request.GET.get("partner"))
    if slug:
        return get_object_or_404(houses, slug=slug)
    first = list(houses[:2])
    return first[0] if len(first) == 1 else None


def choose_house(request: SignedInRequest, houses: QuerySet[Partner], *, nav: str, title: str) -> HttpResponse:
    """A page that asks for the house; each leads back here with it in the address."""
    return render(request, "booking/organise/choose_house.html", {"nav": nav, "title": title, "houses": houses})
