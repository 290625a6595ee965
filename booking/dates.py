"""Other dates of a workshop that a class might take instead: to move to, to book again, to be offered in a mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.models import Booking
from workshops.models import Slot
from workshops.models.slot import SlotQuerySet

MOST_DATES = 24


@dataclass(frozen=True, slots=True)
class Choice:
    """A date, and why the class cannot come then; nothing where it can. `waits`: there it would wait."""

    slot: Slot
    obstacle: str = ""
    waits: bool = False


def open_dates(booking: Booking, now: datetime) -> SlotQuerySet:
    """Public dates of the booking's workshop that take newcomers, full ones included, without its own; by time."""
    slots = Slot.objects.public().open_at(now).filter(workshop=booking.slot.workshop_id)
    return slots.exclude(pk=booking.slot_id).with_facts().by_time()


def choices_for(booking: Booking, now: datetime) -> list[Choice]:
    """Where the class could move, as things stand. One query."""
    may_wait = booking.state == Booking.State.WAITLISTED
    return [choice(slot, booking.pupils, may_wait=may_wait) for slot in open_dates(booking, now)[:MOST_DATES]]


def choices_of_house(booking: Booking, now: datetime) -> list[Choice]:
    """Where an organiser could move the class: all coming dates of the workshop, each with what stands against it."""
    slots = Slot.objects.filter(workshop=booking.slot.workshop_id, starts_at__gt=now).exclude(pk=booking.slot_id)
    coming = slots.exclude(state=Slot.State.CANCELLED).with_facts().by_time()[:MOST_DATES]
    return [Choice(slot, obstacle(slot, booking.pupils) or closed(slot, now)) for slot in coming]


def closed(slot: Slot, now: datetime) -> str:
    return "" if slot.is_open_at(now) else _("closed for booking")


def choice(slot: Slot, pupils: int, *, may_wait: bool) -> Choice:
    why = obstacle(slot, pupils)
    too_large = pupils > slot.most_pupils
    return Choice(slot, "" if may_wait and not too_large else why, waits=bool(why))


def obstacle(slot: Slot, pupils: int) -> str:
    """Why so many do not fit as newcomers; nothing where they do."""
    return _("others wait") if slot.groups_waiting else no_room(slot, pupils)


def no_room(slot: Slot, pupils: int) -> str:
    """Why so many do not fit, whoever waits; nothing where they do."""
    if slot.groups_left <= 0 or slot.places_left <= 0:
        return _("full")
    if pupils > min(slot.places_left, slot.most_pupils):
        left = min(slot.places_left, slot.most_pupils)
        return ngettext("only %(left)d place", "only %(left)d places", left) % {"left": left}
    return ""
