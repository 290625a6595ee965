"""Where a partner's workshops happen. Locks the venue; a new version makes calendars fetch the new address."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.actor import Actor
from booking import access
from booking.models import Change
from booking.retry import retried
from workshops.models import Partner, Venue

COLUMNS = ("name", "street", "postcode", "city", "country", "district_code", "lat", "lon", "directions", "step_free")


class Stale(Exception):
    """Somebody saved in between; `venue` is what stands there now."""

    def __init__(self, venue: Venue) -> None:
        super().__init__(venue.version)
        self.venue = venue


@retried
def create(partner: Partner, values: dict[str, Any], *, by: Actor, now: datetime) -> Venue:
    """A new place. Raises NotAllowed."""
    by = access.organising(by, partner.pk)
    venue = Venue.objects.create(partner=partner, **values)
    Change.objects.write("created", partner=partner, by=by, at=now, facts={"venue": venue.pk, "name": venue.name})
    return venue


@retried
def edit(venue: Venue, values: dict[str, Any], *, version: int, by: Actor, now: datetime) -> Venue:
    """Say something else of a place. Calendars show it at their next visit; nobody gets a mail.

    `version` is the one that was read before typing. Locks the venue. Raises NotAllowed, Stale.
    """
    by = access.organising(by, venue.partner_id)
    venue = Venue.objects.lock(venue.pk)
    if venue.version != version:
        raise Stale(venue)
    facts = {name: [getattr(venue, name), values[name]] for name in COLUMNS if getattr(venue, name) != values[name]}
    if not facts:
        return venue
    write(venue, **values)
    Change.objects.write("edited", partner=venue.partner, by=by, at=now, facts={"venue": venue.pk} | facts)
    return venue


@retried
def use(venue: Venue, active: bool, *, by: Actor, now: datetime) -> Venue:
    """Take a place out of use, or into use again: it is offered in forms or not, and stays where it stands.
    Twice is once. Locks the venue. Raises NotAllowed.
    """
    by = access.organising(by, venue.partner_id)
    venue = Venue.objects.lock(venue.pk)
    if venue.active != active:
        write(venue, active=active)
        facts = {"venue": venue.pk, "active": [not active, active]}
        Change.objects.write("edited", partner=venue.partner, by=by, at=now, facts=facts)
    return venue


def write(venue: Venue, **values: Any) -> None:
    for name, value in values.items():
        setattr(venue, name, value)
    venue.version += 1
    venue.save(update_fields=[*values, "version"])
