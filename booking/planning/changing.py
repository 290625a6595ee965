"""Another capacity, another language, another time: what organisers change about a date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from booking import access, policy, rules
from booking.errors import FieldErrors, GroupsTaken, NotActive, PlacesTaken
from booking.messages.moves import Former
from booking.models import Change
from booking.planning.assigning import clashes_are_named, follow
from booking.planning.facts import WHEN_AND_WHERE, differing, fact, plain
from booking.planning.locking import lock
from booking.planning.moving import move_bookings
from booking.planning.times import Errors, impossible_times
from booking.reports import freezing
from booking.reports.facts import keep_slot
from booking.retry import retried
from booking.wishes import watching
from schools.schooldays import local_day
from workshops.models import Slot
from workshops.vocabulary import Format

State = Slot.State
COUNTED = {"starts_at", "ends_at", "pot", "venue", "setup_minutes", "teardown_minutes"}  # what reports say of a date
BINDING = {"starts_at", "ends_at", "setup_minutes", "teardown_minutes"}  # what binds trainers
ROOM = {"capacity", "max_groups"}


@retried
def change_slot(
    slot: Slot,
    values: Mapping[str, Any],
    *,
    by: Actor,
    now: datetime,
    reason: str = "",
    override_reason: str = "",
    seen: Mapping[str, Any] | None = None,
) -> Slot:
    """Change facts of a date. Other times or another place are a move, and everyone who is concerned hears of it.

    `seen` are the plain facts on which the wish rests: what somebody else has changed since is not overwritten unseen.
    `override_reason` sets a clash of trainers aside. Locks the slot, its trainers, its bookings. Raises NotAllowed,
    FieldErrors, NotActive, NoRoom, Conflict.
    """
    by = access.require(by, "change_slot", slot)
    slot = lock(slot)
    changes = differing(slot, values)
    if errors := dict(refusals(slot, changes, seen or {}, now)):
        raise FieldErrors(errors)
    require_possible(slot, changes, now)
    if changes_reports(slot, changes, now):
        freezing.require_reason(slot, reason or override_reason)
    if changes:
        write(slot, changes, by=by, now=now, reason=reason, override_reason=override_reason)
    return slot


@retried
def close_slot(slot: Slot, *, by: Actor, now: datetime) -> Slot:
    """Take no newcomers; who is booked stays. Raises NotAllowed, NotActive."""
    return change_slot(slot, {"state": State.CLOSED}, by=by, now=now)


@retried
def reopen_slot(slot: Slot, *, by: Actor, now: datetime) -> Slot:
    """Take newcomers again. Raises NotAllowed, NotActive."""
    return change_slot(slot, {"state": State.OPEN}, by=by, now=now)


def refusals(slot: Slot, changes: dict[str, Any], seen: Mapping[str, Any], now: datetime) -> Errors:
    """What cannot be whatever the state of things is."""
    for name in changes:
        if name in seen and seen[name] != plain(fact(slot, name)):
            text = _("Somebody else has changed this meanwhile. Save again to let yours hold.")
            yield name, ("changed", text)
    starts_at, ends_at = changes.get("starts_at", slot.starts_at), changes.get("ends_at", slot.ends_at)
    if changes.keys() & {"starts_at", "ends_at"}:
        yield from impossible_times(starts_at, ends_at)
    if "starts_at" in changes and starts_at <= now < slot.starts_at:
        yield "starts_at", ("past", _("This date is over already."))
    if "venue" in changes:
        yield from impossible_venue(slot, changes["venue"])
    if changes.keys() & {"pot", "starts_at"}:
        yield from impossible_pot(slot, changes.get("pot", slot.pot), starts_at)


def impossible_venue(slot: Slot, venue: Any) -> Errors:
    if venue is None and slot.workshop.format == Format.VISIT:
        yield "venue", ("required", _("Schools come to this workshop: please choose a place."))
    if venue is not None and venue.partner_id != slot.workshop.partner_id:
        yield "venue", ("unknown", _("This place belongs to another organiser than the workshop."))


def impossible_pot(slot: Slot, pot: Any, starts_at: datetime) -> Errors:
    day = local_day(starts_at)
    if pot is not None and not slot.workshop.pots.valid_on(day).filter(pot=pot, pot__valid__contains=day).exists():
        yield "pot", ("not_valid", _("This funding does not hold for the workshop on that day."))


def require_possible(slot: Slot, changes: dict[str, Any], now: datetime) -> None:
    """What the state of things allows. Raises NotActive, NoRoom."""
    if slot.state == State.CANCELLED or (is_move(changes) and slot.starts_at <= now):
        raise NotActive
    if changes.get("capacity", slot.capacity) < slot.places_taken:
        raise PlacesTaken(taken=slot.places_taken)
    if changes.get("max_groups", slot.max_groups) < slot.groups_taken:
        raise GroupsTaken(taken=slot.groups_taken)


def changes_reports(slot: Slot, changes: Mapping[str, Any], now: datetime) -> bool:
    """Whether reports would say something else of its visits, or of how many places it offered."""
    return ("capacity" in changes and slot.starts_at <= now) or (bool(changes.keys() & COUNTED) and slot.facts.exists())


def is_move(changes: Mapping[str, Any]) -> bool:
    return not changes.keys().isdisjoint(WHEN_AND_WHERE)


def write(slot: Slot, changes: dict[str, Any], *, by: Actor, now: datetime, reason: str, override_reason: str) -> None:
    """Everything that follows from the changes of a locked slot."""
    former, history = Former.of(slot), list(kinds_of(slot, changes))
    was_free = watching.takes_a_class(slot, now) and "starts_at" not in changes
    with clashes_are_named():
        slot.change(now, **changes, **(consequences(slot, changes) if is_move(changes) else {}))
        if changes.keys() & BINDING:
            follow(slot, override_reason)
    if changes.keys() & COUNTED:
        keep_slot(slot)
    for kind, facts in history:
        Change.objects.write(kind, slot=slot, by=by, at=now, reason=reason or override_reason, facts=facts)
    if is_move(changes):
        move_bookings(slot, former, by=by, now=now, reason=reason)
    if changes.keys() & ROOM:
        rules.offer_freed(slot, now=now)
    if not was_free:
        watching.tell_opened([slot], now=now)


def consequences(slot: Slot, changes: dict[str, Any]) -> dict[str, Any]:
    """What a move changes besides: calendars learn that it is newer, and the time for booking is worked out anew."""
    starts_at = changes.get("starts_at", slot.starts_at)
    until = policy.book_until(starts_at, slot.workshop.policy)
    return {"sequence": slot.sequence + 1} | ({"book_until": until} if "starts_at" in changes else {})


def kinds_of(slot: Slot, changes: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The lines of the history: the move, what was closed or opened, and the rest, each with [before, after]."""
    facts = {name: [plain(fact(slot, name)), plain(value)] for name, value in changes.items()}
    if state := facts.pop("state", None):
        yield ("closed" if state[1] == State.CLOSED else "reopened"), {"state": state}
    if facts:
        yield ("slot_moved" if is_move(facts) else "slot_changed"), facts
