"""Who may read which report: organisers the visits of their own houses, network admins all."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Q
from django.http import Http404

from accounts.models import User
from booking.access import roles_of
from booking.models import FrozenReport
from booking.reports.figures import Houses
from booking.reports.freezing import figures_of
from booking.reports.masking import masked
from booking.reports.participation import Report
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


def frozen_for(user: User, question: Question) -> FrozenReport:
    """The newest frozen report of exactly this query for an own pot. Raises Http404."""
    same, house = Q(question=question.query), question.partner
    if house:
        same |= Q(question=replace(question, partner="").query, partner__slug=house)
    newest = FrozenReport.objects.of_pots(user).filter(same).newest_first().first()
    if newest is None:
        raise Http404
    return newest


def shown_to(user: User, frozen: FrozenReport) -> Report:
    """The figures as `user` may read them: a funder without small numbers, and without what only houses need."""
    found = figures_of(frozen)
    return found if reads_in_full(user, frozen) else masked(found)


def reads_in_full(user: User, frozen: FrozenReport) -> bool:
    roles = roles_of(user)
    return roles.is_admin or frozen.partner_id in roles.partners
