"""A mail that invites a school, in the words of a house: only a draft, somebody sends it by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Min, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from booking.reports.white_spots import years_of
from schools.models import School
from workshops.models import Partner, Slot, Workshop

MOST_OFFERS = 5


@dataclass(frozen=True, slots=True)
class Draft:
    subject: str
    text: str


def draft(school: School, house: int, user: User, *, now: datetime) -> Draft:
    """With the offers of the house that fit the school, those with free dates first. Three queries."""
    partner = Partner.objects.get(pk=house)
    offers = list(offers_for(school, partner, now)[:MOST_OFFERS])
    for offer in offers:
        offer.link = f"{settings.SITE_URL}{offer.get_absolute_url()}"
    words = {
        "school": school,
        "partner": partner,
        "offers": offers,
        "sender": user.name,
        "catalogue": f"{settings.SITE_URL}{reverse('catalogue')}",
    }
    text = render_to_string("booking/organise/invite_school.txt", words).strip() + "\n"
    return Draft(_("Workshops for your school: %(house)s") % {"house": partner.name}, text)


def offers_for(school: School, partner: Partner, now: datetime) -> Any:
    """Published offers for its kind and grades, with `next_at`, their next date that has room."""
    free = Slot.objects.public().bookable(now).values("pk")
    fitting = Workshop.objects.published().filter(partner=partner).for_school_kinds([school.kind])
    fitting = fitting.for_grades(years_of(school.country, school.kind))
    dated = fitting.annotate(next_at=Min("slots__starts_at", filter=Q(slots__in=free)))
    return dated.defer("search").order_by("next_at", "sort_title", "pk")
