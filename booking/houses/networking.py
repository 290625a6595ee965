"""The network of houses: a new one, its funders, their pots, and who reads the reports of a pot."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from accounts.forms import remember
from booking.errors import NotAllowed
from booking.houses import staffing
from booking.houses.unique import refused_if_taken
from booking.messages import outbox
from booking.models import Change
from booking.retry import retried
from workshops.models import Funder, FundingPot, Partner, PotReader


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
    with refused_if_taken("slug", _("Another house has this address already.")):
        partner = Partner.objects.create(**values)
    Change.objects.write("created", partner=partner, by=by, at=now)
    first = staffing.Facts(name=name, email=email)
    staffing.invite(partner, first, [staffing.ORGANISER], by=by, now=now, language=language)
    return partner


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
    with refused_if_taken("code", _("Another pot has this code already.")):
        pot.save()
    return pot


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
