"""Who may see an offer or a date: everybody what is published and listed, organisers their own, and who comes or leads
the offer of it; holders of its key a date that is not listed."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import Http404
from django.utils.crypto import constant_time_compare

from accounts.prepared import Question
from workshops.models import Slot, Workshop

WITH_FACTS = Question(lambda pk: Slot.objects.with_facts().filter(pk=pk))


def visible_slot(pk: int, user: Any, key: str = "") -> Slot:
    """The slot with its facts. Raises Http404 where `user`, with `key` from the address, may not see it."""
    slot = WITH_FACTS.one(pk=pk)
    if slot is None or not (is_open_to(slot, key) or organises(user, slot.workshop)):
        raise Http404
    return slot


def visible_workshop(slug: str, user: Any) -> Workshop:
    """The offer with its house and place. Raises Http404 where `user` may not see it."""
    workshop = Workshop.objects.select_related("partner", "venue").filter(slug=slug).first()
    if workshop is None or not (workshop.is_published or organises(user, workshop) or has_to_do_with(user, workshop)):
        raise Http404
    return workshop


def has_to_do_with(user: Any, workshop: Workshop) -> bool:
    """Whether somebody has booked a date of it, for themselves or as an office, or leads one."""
    if not user.is_authenticated:
        return False
    offices = user.memberships.filter(role="office", state="confirmed").values("school")
    has_booked = Q(bookings__owner=user) | Q(bookings__school__in=offices)
    leads = Q(assignments__trainer__user=user, assignments__state="accepted")
    return bool(workshop.slots.filter(has_booked | leads).exists())


def is_open_to(slot: Slot, key: str) -> bool:
    return slot.workshop.is_published and (slot.listed or constant_time_compare(slot.link_key, key))


def organises(user: Any, workshop: Workshop) -> bool:
    if not user.is_authenticated:
        return False
    return bool(user.is_network_admin) or user.partner_roles.filter(partner=workshop.partner_id).exists()
