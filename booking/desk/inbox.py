"""What an organiser should know before answering a request: how long it waits, what fits, what to mind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking import policy
from booking.explain import remarks
from booking.models import Alternative, Booking, Change
from booking.other_dates import no_room
from schools.schooldays import local_day, named_closed_days, school_days_between
from workshops.models import Assignment, Slot

LOOK_BACK = timedelta(days=400)  # a school that did not come is mentioned for about a year
LOOK_AHEAD = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Wish:
    """A date that the school would take, and why it does not fit, if it does not."""

    slot: Slot
    obstacle: str
    holiday: str

    @property
    def team(self) -> str:
        return ", ".join(assignment.trainer.name for assignment in self.slot.assignments.all())


@dataclass
class Asked:
    """A request as the inbox shows it. `closed` are the school's days without lessons, by name; `missed` how often the
    school did not come within the last year."""

    booking: Booking
    now: datetime
    closed: dict[date, str] = field(default_factory=dict)
    missed: int = 0

    @property
    def age(self) -> int:
        """School days since the request was made."""
        return school_days_between(self.asked_on, local_day(self.now), self.closed)

    @property
    def asked_on(self) -> date:
        return local_day(self.booking.created_at)

    @property
    def waits(self) -> str:
        """How long, in words."""
        days = (local_day(self.now) - self.asked_on).days
        if days < 2:
            return _("since yesterday") if days else _("since today")
        return ngettext("for %(number)d school day", "for %(number)d school days", self.age) % {"number": self.age}

    @property
    def deadline(self) -> datetime | None:
        """Until when the school was promised an answer."""
        return self.booking.answer_by

    @property
    def is_over(self) -> bool:
        return self.deadline is not None and self.now >= self.deadline

    @property
    def is_due(self) -> bool:
        """Whether the answer is promised for today, or for an earlier day."""
        return self.deadline is not None and local_day(self.deadline - timedelta(microseconds=1)) <= local_day(self.now)

    @cached_property
    def wishes(self) -> list[Wish]:
        further = [alternative.slot for alternative in self.booking.alternatives.all()]
        return [self.wish(slot) for slot in (self.booking.slot, *further)]

    def wish(self, slot: Slot) -> Wish:
        return Wish(slot, self.obstacle_in(slot), self.closed.get(local_day(slot.starts_at), ""))

    def obstacle_in(self, slot: Slot) -> str:
        """Why the group cannot come then; nothing where it can. What the request holds already counts as its own."""
        if slot.state == Slot.State.CANCELLED:
            return _("called off")
        if slot.starts_at <= self.now:
            return _("over")
        if (slot.pk == self.booking.slot_id and self.booking.places_held) or slot.has_room_for(self.booking.pupils):
            return ""
        return no_room(slot, self.booking.pupils)

    @property
    def warnings(self) -> list[str]:
        """What to mind; none of it forbids a yes."""
        first = self.wishes[0]
        found = [
            first.obstacle and _("This date does not fit: %(why)s.") % {"why": first.obstacle},
            not first.team and _("Nobody leads this date yet."),
            first.holiday and _("No lessons at the school on that day: %(name)s.") % {"name": first.holiday},
            *remarks(self.booking),
            self.missed and _("The school was expected within the last year and did not come."),
        ]
        return [text for text in found if text]


def read(requests: Any, now: datetime) -> list[Asked]:
    """The requests of a queryset (or page of one), with all that the inbox shows: six questions, however many rows."""
    rows = list(requests)
    today = local_day(now)
    closed = named_closed_days([row.school for row in rows], today - LOOK_BACK, today + LOOK_AHEAD) if rows else {}
    missed = missed_visits({row.school_id for row in rows}, now)
    return [Asked(row, now, closed[row.school_id], missed.get(row.school_id, 0)) for row in rows]


def with_wishes(requests: Any) -> Any:
    """A queryset of requests with their dates, further wishes and who leads them."""
    leading = Assignment.objects.accepted().select_related("trainer")
    wishes = Alternative.objects.select_related("slot__workshop", "slot__venue")
    return requests.with_facts().prefetch_related(
        Prefetch("slot__assignments", leading),
        Prefetch("alternatives", wishes),
        Prefetch("alternatives__slot__assignments", leading),
    )


def missed_visits(schools: Iterable[int], now: datetime) -> dict[int, int]:
    """How often each of the schools did not come within the last year, without excuse."""
    missed = Booking.objects.missed().filter(school__in=schools, slot__starts_at__gte=now - LOOK_BACK)
    return dict(missed.values_list("school").annotate(Count("pk")))


def late_cancellations(booking: Booking, now: datetime) -> int:
    """How often the school has cancelled late at the booking's house while such marks count, this one not counted."""
    since = policy.marks_since(now, booking.slot.workshop.policy)
    late = Booking.objects.filter(school=booking.school_id, late=True, slot__starts_at__gte=since)
    return late.of_partners([booking.slot.workshop.partner_id]).exclude(pk=booking.pk).count()


def with_decisions(bookings: Any) -> Any:
    """The bookings with their `decisions`: who ended the waiting, and how, the latest first."""
    decisions = Change.objects.filter(kind__in=["confirmed", "declined", "cancelled", "expired"])
    latest = decisions.select_related("actor").order_by("-at", "-pk")
    return bookings.with_facts().prefetch_related(Prefetch("changes", latest, to_attr="decisions"))
