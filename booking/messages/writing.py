"""What an organiser writes in own words to all groups of a date, a day or a workshop: through the outbox, each once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from accounts.models import User
from booking.errors import FieldErrors, NotAllowed
from booking.messages import letters, outbox
from booking.messages.letters import Letter
from booking.models import LIVE, Booking, Broadcast
from booking.models.booking import BookingQuerySet
from booking.retry import retried
from booking.told import told_bookings
from schools.schooldays import at_local, day_end
from workshops.models import Slot, Workshop

State = Booking.State


@dataclass(frozen=True, slots=True)
class Circle:
    """To whom: the groups of one date, of all dates of one day, or of all coming dates of one workshop."""

    slot: Slot | None = None
    day: date | None = None
    workshop: Workshop | None = None

    def groups(self, user: User, now: datetime, *, waiting: bool = False) -> BookingQuerySet:
        """Groups that come, ask or have an offer, and `waiting` ones if wanted, with an address, of own partners.

        What is over is left out: nobody prepares for it any more.
        """
        states = [state for state in LIVE if waiting or state != State.WAITLISTED]
        groups = Booking.objects.organised_by(user).filter(state__in=states, slot__ends_at__gt=now)
        groups = groups.exclude(contact_email="").exclude(slot__state=Slot.State.CANCELLED)
        if self.slot:
            return groups.filter(slot=self.slot)
        if self.workshop:
            return groups.filter(slot__workshop=self.workshop)
        assert self.day is not None
        return groups.filter(slot__starts_at__gte=at_local(self.day, time.min), slot__starts_at__lt=day_end(self.day))


@dataclass(frozen=True, slots=True)
class Words:
    """A subject and a text; blank lines part its paragraphs."""

    subject: str
    text: str


@retried
def write(circle: Circle, words: Words, *, by: Actor, now: datetime, waiting: bool = False) -> Sequence[Broadcast]:
    """Owe every group of the circle one mail; a broadcast for each partner whose groups are among them.

    Raises NotAllowed, FieldErrors where nobody would hear of it.
    """
    if by.user is None:
        raise NotAllowed("write")
    groups = circle.groups(by.user, now, waiting=waiting).select_related("slot__workshop").order_by("pk")
    by_partner: dict[int, list[Booking]] = {}
    for booking in groups:
        by_partner.setdefault(booking.slot.workshop.partner_id, []).append(booking)
    if not by_partner:
        raise FieldErrors({"text": ("nobody", _("At present no group would get this mail."))})
    return [send(circle, words, partner, rows, by=by, now=now) for partner, rows in sorted(by_partner.items())]


def send(
    circle: Circle, words: Words, partner: int, groups: Sequence[Booking], *, by: Actor, now: datetime
) -> Broadcast:
    about = {"slot": circle.slot, "workshop": circle.workshop, "day": circle.day}
    broadcast = Broadcast.objects.create(
        partner_id=partner, subject=words.subject, text=words.text, by=by.user, at=now, **about
    )
    outbox.tell_groups(broadcast, groups, now=now)
    return broadcast


def preview(circle: Circle, words: Words, *, by: User, now: datetime, waiting: bool = False) -> Letter | None:
    """The mail as the first group will read it, in its language."""
    first = circle.groups(by, now, waiting=waiting).order_by("slot__starts_at", "pk").first()
    if first is None:
        return None
    booking = told_bookings().get(pk=first.pk)
    broadcast = Broadcast(partner=booking.slot.workshop.partner, subject=words.subject, text=words.text, by=by, at=now)
    message = outbox.to_group(broadcast, booking, now=now)
    with translation.override(booking.contact_language):
        return letters.write(message)
