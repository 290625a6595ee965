"""Where a partner's workshops happen. Locks the venue; a new version makes calendars fetch the new address."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F

from accounts.actor import Actor
from booking import access
from booking.errors import Stale
from booking.models import Booking, Change
from booking.models.booking import BookingQuerySet
from booking.retry import retried
from schools.moving import WHERE
from workshops.models import Partner, Slot, Venue
from workshops.models.slot import SlotQuerySet
from workshops.vocabulary import Format

COLUMNS = ("name", "street", "postcode", "city", "country", "district_code", "lat", "lon", "directions", "step_free")


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

    `version` is the one that was read before typing. Locks the venue; for another address the dates to come there by
    key, then their bookings. Raises NotAllowed, Stale.
    """
    by = access.organising(by, venue.partner_id)
    venue = Venue.objects.lock(venue.pk)
    if venue.version != version:
        raise Stale
    facts = {name: [getattr(venue, name), values[name]] for name in COLUMNS if getattr(venue, name) != values[name]}
    if not facts:
        return venue
    venue.change(**values)
    if WHERE & set(facts):
        follow(venue, now)
    Change.objects.write("edited", partner=venue.partner, by=by, at=now, facts={"venue": venue.pk} | facts)
    return venue


def follow(venue: Venue, now: datetime) -> None:
    """What is to come takes place elsewhere: calendars learn that it is newer than what they have (RFC 5546 §2.1.4)."""
    make_newer(Slot.objects.filter(venue=venue), Booking.objects.live(), now)


def follow_schools(schools: Iterable[int], now: datetime) -> None:
    """The same where these schools have another address, for what comes to them. The caller holds the schools; locks
    the dates by key, then their bookings."""
    to_them = Booking.objects.live().filter(school__in=list(schools))
    mobile = Slot.objects.filter(workshop__format=Format.MOBILE, venue=None)
    make_newer(mobile.filter(pk__in=to_them.values("slot")), to_them, now)


def make_newer(slots: SlotQuerySet, bookings: BookingQuerySet, now: datetime) -> None:
    """Raise what is to come of `slots`, and those of `bookings` that are for it."""
    held = Slot.objects.lock_many(slots.to_come(now).values_list("pk", flat=True))
    Slot.objects.filter(pk__in=held).update(sequence=F("sequence") + 1, version=F("version") + 1)
    theirs = bookings.filter(slot__in=held).order_by("pk").select_for_update(of=("self",), no_key=True)
    rows = Booking.objects.filter(pk__in=list(theirs.values_list("pk", flat=True)))
    rows.update(sequence=F("sequence") + 1, version=F("version") + 1, updated_at=now)


@retried
def use(venue: Venue, active: bool, *, by: Actor, now: datetime) -> Venue:
    """Take a place out of use, or into use again: it is offered in forms or not, and stays where it stands.
    Twice is once. Locks the venue. Raises NotAllowed.
    """
    by = access.organising(by, venue.partner_id)
    venue = Venue.objects.lock(venue.pk)
    if venue.active != active:
        venue.change(active=active)
        facts = {"venue": venue.pk, "active": [not active, active]}
        Change.objects.write("edited", partner=venue.partner, by=by, at=now, facts=facts)
    return venue
