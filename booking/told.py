"""What mails and calendars tell of: bookings and slots with everybody and everything they name, in a few queries."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from booking.models import Booking
from workshops.models import Assignment, Slot

OF_WORKSHOP = ("search", "sort_title", "description", "course", "cost", "accessibility", "curriculum")
OF_PARTNER = ("about", "house_rules", "imprint")
# Long texts and search columns that neither mails nor calendars show; a feed reads them a thousand times otherwise.
UNTOLD = (
    *(f"workshop__{name}" for name in OF_WORKSHOP),
    *(f"workshop__partner__{name}" for name in OF_PARTNER),
    "venue__search",
)


def told_bookings() -> QuerySet[Booking]:
    """Bookings with slot, offer, partner, venue, school, and `slot.team`."""
    bookings = Booking.objects.select_related("slot__workshop__partner", "slot__venue", "school")
    light = bookings.defer("school__search", *(f"slot__{name}" for name in UNTOLD))
    return light.prefetch_related(Prefetch("slot__assignments", team(), to_attr="team"))


def told_slots() -> QuerySet[Slot]:
    """Slots with offer, partner, venue, `team`, and `visits`: the groups that come or came."""
    visits = Booking.objects.visiting().select_related("school").defer("school__search").order_by("pk")
    return (
        Slot.objects.select_related("workshop__partner", "venue")
        .defer(*UNTOLD)
        .prefetch_related(
            Prefetch("assignments", team(), to_attr="team"), Prefetch("bookings", visits, to_attr="visits")
        )
    )


def team_of(slot: Slot) -> list[Assignment]:
    """Who leads and helps; the slot comes from told_slots or told_bookings."""
    return list(slot.team)  # type: ignore[attr-defined]  # prefetched


def visits_of(slot: Slot) -> list[Booking]:
    """The groups of a slot that comes from told_slots."""
    return list(slot.visits)  # type: ignore[attr-defined]  # prefetched


def team() -> QuerySet[Assignment]:
    return Assignment.objects.accepted().select_related("trainer").order_by("-role", "pk")
