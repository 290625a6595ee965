"""Who may see a date: everybody what is listed, holders of its key the rest, organisers their own."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.crypto import constant_time_compare

from workshops.models import Slot, Workshop


def visible_slot(pk: int, user: Any, key: str = "") -> Slot:
    """The slot with its facts. Raises Http404 where `user`, with `key` from the address, may not see it."""
    slot = Slot.objects.with_facts().filter(pk=pk).first()
    if slot is None or not (is_open_to(slot, key) or organises(user, slot.workshop)):
        raise Http404
    return slot


def is_open_to(slot: Slot, key: str) -> bool:
    published = slot.workshop.state == Workshop.State.PUBLISHED
    return published and (slot.listed or constant_time_compare(slot.link_key, key))


def organises(user: Any, workshop: Workshop) -> bool:
    if not user.is_authenticated:
        return False
    return bool(user.is_network_admin) or user.partner_roles.filter(partner=workshop.partner_id).exists()
