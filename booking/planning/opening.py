"""New dates: one, or many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from booking import access, policy
from booking.errors import FieldErrors
from booking.models import Change
from booking.planning.times import Errors, impossible_times
from booking.retry import retried
from booking.wishes import watching
from workshops.models import Slot, Venue, Workshop

MOST_AT_ONCE = 60


@dataclass(frozen=True, slots=True)
class Opening:
    """A date to open. What is None comes from the workshop."""

    workshop: Workshop
    starts_at: datetime
    ends_at: datetime | None = None
    venue: Venue | None = None
    capacity: int | None = None
    max_groups: int | None = None
    languages: tuple[str, ...] | None = None
    listed: bool = True
    state: str = Slot.State.OPEN
    setup_minutes: int = 0
    teardown_minutes: int = 0


@retried
def open_slot(opening: Opening, *, by: Actor, now: datetime, reason: str = "") -> Slot:
    """Open a date for booking; one that has begun only with a reason, for who came without a booking.

    Holds the workshop. Raises NotAllowed, FieldErrors.
    """
    by = access.organising(by, opening.workshop.partner_id)
    require_in_use([opening])
    if errors := dict(refusals(opening, now, reason)):
        raise FieldErrors(errors)
    slot = Slot.objects.create(**columns_of(opening, now))
    Change.objects.write("opened", slot=slot, by=by, at=now, reason=reason)
    watching.tell_opened([slot], now=now)
    return slot


@retried
def open_many(openings: Sequence[Opening], *, by: Actor, now: datetime) -> list[Slot]:
    """Open several dates, all or none, each with its line in its own history. Holds the workshops.

    Raises NotAllowed, and FieldErrors that name each date: `dates.3`, from 0.
    """
    for opening in openings:
        by = access.organising(by, opening.workshop.partner_id)
    require_in_use(openings)
    errors = dict(refusals_of_many(openings, now))
    if errors:
        raise FieldErrors(errors)
    slots = Slot.objects.bulk_create([Slot(**columns_of(opening, now)) for opening in openings])
    Change.objects.write_of_slots("opened", slots, by=by, at=now)
    watching.tell_opened(slots, now=now)
    return slots


def require_in_use(openings: Sequence[Opening]) -> None:
    """An offer in the archive gets no dates, nor does it go there while one is opened."""
    states = Workshop.objects.hold(opening.workshop.pk for opening in openings)
    if Workshop.State.ARCHIVED in states.values():
        text = _("This workshop is in the archive. Please publish it again first.")
        raise FieldErrors({"workshop": ("archived", text)})


def refusals_of_many(openings: Sequence[Opening], now: datetime) -> Errors:
    if not 0 < len(openings) <= MOST_AT_ONCE:
        text = _("Please name at least one and at most %(most)d dates.") % {"most": MOST_AT_ONCE}
        yield "dates", ("number", text)
    for place, opening in enumerate(openings):
        for _field, refusal in refusals(opening, now, ""):
            yield f"dates.{place}", refusal


def refusals(opening: Opening, now: datetime, reason: str) -> Errors:
    if opening.starts_at <= now and not reason.strip():
        yield "starts_at", ("past", _("This date is over already."))
    yield from impossible_times(opening.starts_at, end_of(opening))


def columns_of(opening: Opening, now: datetime) -> dict[str, Any]:
    workshop = opening.workshop
    until = policy.book_until(opening.starts_at, workshop.policy)
    return {
        "workshop": workshop,
        "starts_at": opening.starts_at,
        "ends_at": end_of(opening),
        "venue": opening.venue or workshop.venue,
        "capacity": opening.capacity or workshop.capacity,
        "max_groups": opening.max_groups or workshop.max_groups,
        "languages": list(opening.languages or workshop.languages),
        "booking_mode": workshop.booking_mode,
        "book_from": min(policy.book_from(opening.starts_at, workshop.policy, now), until),
        "book_until": until,
        "listed": opening.listed,
        "state": opening.state,
        "setup_minutes": opening.setup_minutes,
        "teardown_minutes": opening.teardown_minutes,
        "created_at": now,
        "updated_at": now,
    }


def end_of(opening: Opening) -> datetime:
    return opening.ends_at or opening.starts_at + timedelta(minutes=opening.workshop.minutes)
