"""Who may read which report: organisers the visits of their own houses, network admins all."""

from __future__ import annotations

from django.http import Http404

from accounts.models import User
from booking.access import roles_of
from booking.reports.figures import Houses
from booking.reports.question import Question
from workshops.models import Partner


def houses_of(user: User, question: Question) -> Houses:
    """The houses whose visits a report of `user` reads. Raises Http404 for a house of others."""
    roles = roles_of(user)
    if not question.partner:
        return None if roles.is_admin else roles.partners
    house = Partner.objects.filter(slug=question.partner).values_list("pk", flat=True).get()
    if not roles.organises(house):
        raise Http404
    return frozenset({house})


def house_named(houses: Houses) -> str:
    """The name above a report of one house; of several or the whole network none."""
    if houses is None or len(houses) != 1:
        return ""
    return Partner.objects.values_list("name", flat=True).get(pk=next(iter(houses)))
