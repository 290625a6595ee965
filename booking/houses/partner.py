"""What a house says of itself, and its rules. Locks the house it changes."""

from __future__ import annotations

from dataclasses import fields as columns_of
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actor import Actor
from booking import access
from booking.errors import Stale
from booking.houses import staffing
from booking.models import Change
from booking.retry import retried
from workshops import pictures
from workshops.models import Partner, Policy

RULES = tuple(column.name for column in columns_of(Policy))
AGREED = {"terms", "house_rules"}  # consents name the version of these


@retried
def edit(partner: Partner, values: dict[str, Any], *, version: int, by: Actor, now: datetime) -> Partner:
    """Change what a house says of itself. New terms or house rules are a new version of the rules; what was promised
    to a booking stays.

    `version` is the one that was read before typing. Locks the house. Raises NotAllowed, Stale.
    """
    by = access.organising(by, partner.pk)
    partner = staffing.lock(partner)
    if partner.version != version:
        raise Stale
    changed = {name: value for name, value in values.items() if getattr(partner, name) != value}
    former = partner.logo.name or ""
    facts = {name: [getattr(partner, name), changed[name]] for name in RULES if name in changed}
    partner.change(**changed, rules_version=partner.rules_version + bool(AGREED & set(changed)))
    Change.objects.write("edited", partner=partner, by=by, at=now, facts={"changed": sorted(changed), **facts})
    if "logo" in changed and former:
        transaction.on_commit(lambda: pictures.discard_unused(former))
    return partner
