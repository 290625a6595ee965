"""Bookings and slots as entries of a calendar to look at; whose they are is decided where the feeds decide it."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime, time

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from booking.calendars import events
from booking.calendars.feeds import bookings_of, slots_of
from booking.calendars.timetable import Entry, Period, Tone
from booking.models import ENDED, Booking, Feed
from booking.told import team_of, visits_of
from booking.visits import place_of
from booking.wording import short_title
from schools.schooldays import at_local
from workshops.models import Slot
from workshops.models.slot import SlotQuerySet

MOST = 500  # entries of one view; a page of more would help nobody
OF_VISITS = {Feed.Kind.TEACHER, Feed.Kind.SCHOOL}
TONES: dict[str, Tone] = {
    "requested": "wait",
    "offered": "wait",
    "waitlisted": "",
    "confirmed": "good",
    "attended": "good",
}


def of_feed(feed: Feed, period: Period) -> list[Entry]:
    """What the calendar behind `feed` shows in the period, without what has ended; one more than MOST if there is."""
    first, end = bounds(period)
    if feed.kind in OF_VISITS:
        bookings = (
            bookings_of(feed).filter(slot__starts_at__gte=first, slot__starts_at__lt=end).exclude(state__in=ENDED)
        )
        return [of_booking(one) for one in bookings.order_by("slot__starts_at", "pk")[: MOST + 1]]
    slots = slots_of(feed).filter(starts_at__gte=first, starts_at__lt=end).order_by("starts_at", "pk")
    tell = of_trainer if feed.kind == Feed.Kind.TRAINER else of_partner
    return [tell(one) for one in slots[: MOST + 1]]


def of_public(slots: SlotQuerySet, period: Period, now: datetime, mine: Container[int]) -> list[Entry]:
    """Dates that everybody may see, with what is free at those to come; those in `mine` the reader has booked."""
    first, end = bounds(period)
    shown = slots.filter(starts_at__gte=first, starts_at__lt=end).exclude(state=Slot.State.CANCELLED)
    return [of_date(one, now, mine) for one in shown.with_facts().order_by("starts_at", "pk")[: MOST + 1]]


def bounds(period: Period) -> tuple[datetime, datetime]:
    return at_local(period.first, time.min), at_local(period.end, time.min)


def of_booking(booking: Booking) -> Entry:
    slot = booking.slot
    return Entry(
        slot.starts_at,
        slot.ends_at,
        f"{short_title(slot.workshop)} · {booking.group_name}",
        booking.get_absolute_url(),
        place_of(slot, booking),
        booking.get_state_display(),
        TONES.get(booking.state, "bad"),
        slot.workshop.title.other_language,
    )


def of_trainer(slot: Slot) -> Entry:
    return of_slot(slot, reverse("trainer_slot", args=[slot.pk]))


def of_partner(slot: Slot) -> Entry:
    return of_slot(slot, reverse("organise_slot", args=[slot.pk]))


def of_slot(slot: Slot, url: str) -> Entry:
    """A date as its house sees it: who comes, and how it stands."""
    visits = visits_of(slot)
    title = " · ".join([short_title(slot.workshop), *(events.groups_of(visits) if visits else [])])
    place = place_of(slot, visits[0] if visits else None)
    says, tone = standing(slot, visits)
    return Entry(slot.starts_at, slot.ends_at, title, url, place, says, tone, slot.workshop.title.other_language)


def standing(slot: Slot, visits: list[Booking]) -> tuple[str, Tone]:
    """Called off, without anybody to lead it, without a class, or ready."""
    if slot.state == Slot.State.CANCELLED:
        return _("called off"), "bad"
    if not team_of(slot):
        return _("Nobody leads"), "wait"
    return (pgettext("date", "ready"), "good") if visits else (_("nobody yet"), "")


def of_date(slot: Slot, now: datetime, mine: Container[int]) -> Entry:
    title, url = short_title(slot.workshop), slot.get_absolute_url()
    says = events.room_in(slot) if slot.is_open_at(now) else ""
    tone: Tone = "good" if says and not slot.is_full else ""
    if slot.pk in mine:
        says, tone = _("Your date"), "good"
    language = slot.workshop.title.other_language
    return Entry(slot.starts_at, slot.ends_at, title, url, place_of(slot), says, tone, language)
