"""The pages of a house, for everybody: who it is, its rules, its workshops; and its colour as a stylesheet."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.audience import for_everyone
from workshops.catalogue import coming, with_next_dates
from workshops.colour import scheme
from workshops.models import Partner
from workshops.pictures import shown

TITLES = {
    "house_rules": _("House rules"),
    "terms": _("Terms of participation"),
    "imprint": _("Imprint"),
    "privacy": _("Privacy note"),
}
CARDS_ON_A_PAGE = 9
A_YEAR = 365 * 24 * 60 * 60
SHEET = """:root {{
  --house: light-dark({light}, {dark});
  --on-house: light-dark({on_light}, {on_dark});
}}
"""


@for_everyone
@require_safe
def house(request: HttpRequest, slug: str) -> HttpResponse:
    """About, rules, terms, imprint, privacy, contact, and what is offered here."""
    partner = get_object_or_404(Partner, slug=slug)
    offers = partner.workshops.published().select_related("partner", "venue").defer("search", "description").by_title()
    page = Paginator(offers, CARDS_ON_A_PAGE).get_page(request.GET.get("page"))
    page.object_list = with_next_dates(list(page.object_list), coming(timezone.now()))
    context: dict[str, Any] = {
        "nav": "workshops",
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
