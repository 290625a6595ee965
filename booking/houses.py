"""What a house says of itself, its rules, and the network of houses with its funders. Locks the house it changes."""

from __future__ import annotations

from dataclasses import fields as columns_of
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from accounts.forms import remember
from booking import access, staffing
from booking.errors import FieldErrors, NotAllowed
from booking.messages import outbox
from booking.models import Change
from booking.retry import retried
from workshops import pictures
from workshops.models import Funder, FundingPot, Partner, Policy, PotReader

Thing = TypeVar("Thing", bound=models.Model)
RULES = tuple(column.name for column in columns_of(Policy))
AGREED = {"terms", "house_rules"}  # consents name the version of these


@retried
def edit(partner: Partner, values: dict[str, Any], *, version: int, by: Actor, now: datetime) -> Partner:
    """Change what a house says of itself. New terms or house rules are a new version of the rules; what was promised
    to a booking stays.

    `version` is the one that was read before typing. Locks the house. Raises NotAllowed, FieldErrors.
    """
    by = access.organising(by, partner.pk)
    partner = staffing.lock(partner)
    if partner.version != version:
        raise FieldErrors({"": ("stale", staffing.STALE)})
    changed = {name: value for name, value in values.items() if getattr(partner, name) != value}
    former = partner.logo.name or ""
    facts = {name: [getattr(partner, name), changed[name]] for name in RULES if name in changed}
    versions = {"version": partner.version + 1, "rules_version": partner.rules_version + bool(AGREED & set(changed))}
    write(partner, **changed, **versions)
    Change.objects.write("edited", partner=partner, by=by, at=now, facts={"changed": sorted(changed), **facts})
    if "logo" in changed and former:
        transaction.on_commit(lambda: pictures.discard_unused(former))
    return partner


def write(thing: models.Model, **values: Any) -> None:
    for name, value in values.items():
        setattr(thing, name, value)
    thing.save(update_fields=list(values))


def require_admin(by: Actor) -> Actor:
    if by.user is None or not by.user.is_network_admin:
        raise NotAllowed("network")
    return by.acting_as("admin")


@retried
def found(values: dict[str, Any], *, email: str, name: str, language: str, by: Actor, now: datetime) -> Partner:
    """A new house of the network, and the invitation of the first person who organises it.

    Raises NotAllowed, FieldErrors: another house may have the address already, be it since a moment.
    """
    by = require_admin(by)
    partner = created(Partner(**values), "slug", _("Another house has this address already."))
    Change.objects.write("created", partner=partner, by=by, at=now)
    first = staffing.Facts(name=name, email=email)
    staffing.invite(partner, first, [staffing.ORGANISER], by=by, now=now, language=language)
    return partner


def created(thing: Thing, unique: str, text: Any) -> Thing:
    """`thing`, stored. Raises FieldErrors where its `unique` value is taken."""
    try:
        with transaction.atomic():
            thing.save()
    except IntegrityError as error:
        if unique not in str(error):
            raise
        raise FieldErrors({unique: ("taken", text)}) from error
    return thing


@retried
def keep_funder(funder: Funder, values: dict[str, Any], *, by: Actor) -> Funder:
    """Make or change a funder. Raises NotAllowed."""
    require_admin(by)
    for name, value in values.items():
        setattr(funder, name, value)
    funder.save()
    return funder


@retried
def keep_pot(pot: FundingPot, values: dict[str, Any], *, by: Actor) -> FundingPot:
    """Make or change a pot. Raises NotAllowed, FieldErrors."""
    require_admin(by)
    for name, value in values.items():
        setattr(pot, name, value)
    return created(pot, "code", _("Another pot has this code already."))


@retried
def invite_reader(pot: FundingPot, *, email: str, name: str, language: str, by: Actor, now: datetime) -> None:
    """Let somebody read the reports of a pot, and write to them; a second time does nothing. Raises NotAllowed."""
    by = require_admin(by)
    user = remember(email, name=name, language=language)
    _reader, is_new = PotReader.objects.get_or_create(user=user, pot=pot)
    if is_new:
        house = {"house": settings.NETWORK_NAME, "pot": pot.name}
        outbox.tell_person("invited", user, now=now, by=str(by.user or ""), roles=["reader"], **house)


@retried
def dismiss_reader(pot: FundingPot, reader: int, *, by: Actor) -> None:
    """Close the reports of a pot to a reader. Raises NotAllowed."""
    require_admin(by)
    pot.readers.filter(pk=reader).delete()
