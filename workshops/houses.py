"""The pages of a house, for everybody: who it is, its rules, its workshops; and its colour as a stylesheet."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.audience import for_everyone
from schools.sorting import for_people
from workshops.catalogue import coming, with_next_dates
from workshops.colour import scheme
from workshops.models import Partner, Venue, Workshop
from workshops.pictures import shown

TITLES = {
    "house_rules": _("House rules"),
    "terms": _("Terms of participation"),
    "imprint": _("Imprint"),
    "privacy": _("Privacy note"),
}
CARDS_ON_A_PAGE = 9
HOUSES_ON_A_PAGE = 24
A_YEAR = 365 * 24 * 60 * 60
SHEET = """:root {{
  --house: light-dark({light}, {dark});
  --on-house: light-dark({on_light}, {on_dark});
}}
"""


@for_everyone
@require_safe
def houses(request: HttpRequest) -> HttpResponse:
    """Who offers here: each house with its town and how many workshops it has. Two queries."""
    town = Venue.objects.in_use().filter(partner=OuterRef("pk")).order_by("pk").values("city")[:1]
    offers = Count("workshops", filter=Q(workshops__state=Workshop.State.PUBLISHED))
    found = Partner.objects.annotate(town=Subquery(town), offers=offers).order_by(*for_people("name"))
    page = Paginator(found, HOUSES_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "workshops/houses.html", {"nav": "partners", "page": page})


@for_everyone
@require_safe
def house(request: HttpRequest, slug: str) -> HttpResponse:
    """About, rules, terms, imprint, privacy, contact, and what is offered here."""
    partner = get_object_or_404(Partner, slug=slug)
    offers = partner.workshops.published().select_related("partner", "venue").defer("search", "description").by_title()
    page = Paginator(offers, CARDS_ON_A_PAGE).get_page(request.GET.get("page"))
    page.object_list = with_next_dates(list(page.object_list), coming(timezone.now()))
    context: dict[str, Any] = {
        "nav": "partners",
        "partner": partner,
        "logo": shown(partner.logo.name or ""),
        "page": page,
        "texts": [(name, title, text) for name, title in TITLES.items() if (text := getattr(partner, name))],
    }
    return render(request, "workshops/house.html", context)


@for_everyone
@require_safe
def colour(request: HttpRequest, slug: str) -> HttpResponse:
    """Two custom properties, kept by browsers as long as they like: another version is another address."""
    partner = get_object_or_404(Partner.objects.only("colour"), slug=slug)
    sheet = SHEET.format(**scheme(partner.colour)._asdict()) if partner.colour else "/* The colour of the network. */\n"
    return HttpResponse(
        sheet, content_type="text/css; charset=utf-8", headers={"Cache-Control": f"public, max-age={A_YEAR}"}
    )
