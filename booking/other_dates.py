"""Other dates of a workshop that a class might take instead: to move to, to book again, to be offered in a mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.models import Booking
from workshops.models import Slot
from workshops.models.slot import SlotQuerySet

DATES_A_PAGE = 24


@dataclass(frozen=True, slots=True)
class Choice:
    """A date, and why the class cannot come then; nothing where it can. `waits`: there it would wait."""

    slot: Slot
    obstacle: str = ""
    waits: bool = False


def open_dates(booking: Booking, now: datetime, key: str = "") -> SlotQuerySet:
    """Dates of the booking's workshop that take newcomers, full ones included, without its own; by time.

    One that is not listed is among them for who has its `key`.
    """
    slots = Slot.objects.open_at(now).filter(workshop=booking.slot.workshop_id, workshop__state="published")
    return slots.filter(Q(listed=True) | Q(link_key=key)).exclude(pk=booking.slot_id).with_facts().by_time()


def coming_dates(booking: Booking, now: datetime) -> SlotQuerySet:
    """Every other date of the workshop to come, open or not: where an organiser could move the class; by time."""
    slots = Slot.objects.filter(workshop=booking.slot.workshop_id, starts_at__gt=now).exclude(pk=booking.slot_id)
    return slots.exclude(state=Slot.State.CANCELLED).with_facts().by_time()


def a_page(slots: SlotQuerySet, number: str | None) -> Page[Slot]:
    """A page of dates, the nearest one there is; two queries."""
    return Paginator(slots, DATES_A_PAGE).get_page(number)


def choice_of_house(slot: Slot, booking: Booking, now: datetime) -> Choice:
    """The date with what stands against it; an organiser may set all of it aside but what does not fit at all."""
    return Choice(slot, unfit(slot, booking) or obstacle(slot, booking.pupils) or closed(slot, now))


def closed(slot: Slot, now: datetime) -> str:
    return "" if slot.is_open_at(now) else _("closed for booking")


def choice(slot: Slot, booking: Booking) -> Choice:
    """Who waits may go on waiting there; nobody goes where the class does not fit at all."""
    never, why = unfit(slot, booking), obstacle(slot, booking.pupils)
    may_wait = booking.state == Booking.State.WAITLISTED
    return Choice(slot, never or ("" if may_wait else why), waits=bool(why))


def unfit(slot: Slot, booking: Booking) -> str:
    """Why the class cannot come there, however much is free; nothing where it could."""
    if slot.languages and booking.language not in slot.languages:
        return _("in another language")
    return no_room(slot, booking.pupils) if booking.pupils > slot.most_pupils else ""


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
