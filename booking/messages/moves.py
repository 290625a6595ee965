"""What everybody hears when a date moves, or a class moves to another date, and the reminders for the new day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Self

from booking.messages.catalogue import KINDS
from booking.messages.outbox import announce, announce_slot
from booking.messages.owed import Reasons, copies, message_to, reasons_of, with_new
from booking.messages.recipients import contact_address, leading, trainer_address
from booking.messages.reminders import reminders_of
from booking.models import Booking, Message
from booking.wording import meeting_place
from workshops.models import Slot

OWED, DROPPED = Message.State.OWED, Message.State.DROPPED
State = Booking.State


class Former(NamedTuple):
    """When and where a date was before it moved."""

    starts_at: datetime
    ends_at: datetime
    place: str

    @classmethod
    def of(cls, slot: Slot) -> Self:
        return cls(slot.starts_at, slot.ends_at, meeting_place(slot))

    @classmethod
    def known(cls, context: dict[str, str]) -> Self:
        """From what a message keeps of it."""
        starts_at, ends_at = (datetime.fromisoformat(context[name]) for name in ("starts_at", "ends_at"))
        return cls(starts_at, ends_at, context["place"])

    @property
    def context(self) -> dict[str, str]:
        return {"starts_at": self.starts_at.isoformat(), "ends_at": self.ends_at.isoformat(), "place": self.place}


def tell_of_one(booking: Booking, here: Slot, before: str, *, now: datetime) -> None:
    """Owe everybody the news that a class has moved from the slot `here`, where its state was `before`, to its own.

    Both slots are locked. What the contact has not heard yet is told as one, from where the class was known to be;
    there and back again is nothing.
    """
    former = take_back_one(booking) or Former.of(here).context
    if before == State.CONFIRMED:
        facts = {"school": booking.school.name, "group": booking.group_name}
        facts["moved_to"] = booking.slot.starts_at.isoformat()
        announce_slot("class_moved", here, [row.trainer for row in leading(here)], now=now, **facts)
        announce("class_confirmed", booking, now=now)
    comes = booking.state == State.CONFIRMED
    if before != booking.state:
        announce(f"booking_{booking.state}", booking, now=now, reminders=comes)
    elif Former.known(former) != Former.of(booking.slot):
        announce("booking_moved", booking, now=now, reminders=comes, former=former)
    elif comes:
        Message.objects.bulk_create(reminders_of(booking, now=now))


def take_back_one(booking: Booking) -> dict[str, str]:
    """Drop reminders for the former day and a move that nobody heard of yet; where the class was before that."""
    owed = Message.objects.filter(booking=booking, state=OWED)
    owed.filter(kind="reminder").update(state=DROPPED, last_error="moved")
    news = owed.filter(kind="booking_moved").order_by("pk")
    known: dict[str, str] = next((row.context["former"] for row in news.select_for_update(of=("self",))), {})
    news.update(state=DROPPED, last_error="moved again")
    return known


def tell(slot: Slot, bookings: Sequence[Booking], former: dict[str, str], *, now: datetime, reason: str) -> None:
    """Owe contacts and trainers the news, and new reminders. The slot is locked.

    Who has not yet heard of an earlier move hears of both as one: from where it was known to be, to where it is now,
    with both reasons; of there and back again nothing.
    """
    unheard, present = take_back(slot), Former.of(slot)
    news = [
        *to_contacts(bookings, former, unheard, now=now, reason=reason),
        *to_team(slot, former, unheard, now=now, reason=reason),
    ]
    Message.objects.bulk_create(
        [
            *(row for row in news if Former.known(row.context["former"]) != present),
            *to_asked(slot, now=now),
            *(row for one in bookings if one.state == Booking.State.CONFIRMED for row in reminders_of(one, now=now)),
        ]
    )


class Unheard(NamedTuple):
    """What an address knew before the moves that it has not heard of, and why those were."""

    former: dict[str, str]
    reasons: Reasons


def take_back(slot: Slot) -> dict[str, Unheard]:
    """Drop reminders of the former day and news that nobody got yet; what is to be told of those, by address."""
    of_bookings = Message.objects.filter(booking__slot=slot, state=OWED)
    of_bookings.filter(kind="reminder").update(state=DROPPED, last_error="moved")
    news = of_bookings.filter(kind="slot_moved") | Message.objects.filter(slot=slot, state=OWED, kind="slot_moved_team")
    rows = list(news.select_for_update(of=("self",)).order_by("-pk"))
    Message.objects.filter(pk__in=[row.pk for row in rows]).update(state=DROPPED, last_error="moved again")
    return {key_of(row): Unheard(row.context["former"], reasons_of(row)) for row in rows}


def key_of(message: Message) -> str:
    return f"{message.booking_id or 'team'} {message.to_address}"


def to_contacts(
    bookings: Iterable[Booking], former: dict[str, str], unheard: dict[str, Unheard], *, now: datetime, reason: str
) -> Iterable[Message]:
    for booking in bookings:
        if booking.contact_email:
            row = message_to(KINDS["slot_moved"], contact_address(booking), now=now, booking=booking)
            for one in [row, *copies(KINDS["slot_moved"], booking, now=now)]:
                one.context |= why_and_whence(one, former, unheard, now=now, reason=reason)
                yield one


def to_team(
    slot: Slot, former: dict[str, str], unheard: dict[str, Unheard], *, now: datetime, reason: str
) -> Iterable[Message]:
    for one in leading(slot):
        if one.trainer.email:
            row = message_to(KINDS["slot_moved_team"], trainer_address(one.trainer), now=now, slot=slot)
            row.context |= why_and_whence(row, former, unheard, now=now, reason=reason)
            yield row


def why_and_whence(
    message: Message, former: dict[str, str], unheard: dict[str, Unheard], *, now: datetime, reason: str
) -> dict[str, Any]:
    known = unheard.get(key_of(message), Unheard(former, []))
    return {"former": known.former, "reasons": with_new(known.reasons, reason, now)}


def to_asked(slot: Slot, *, now: datetime) -> Iterable[Message]:
    """Who has not answered yet is asked anew, for the date as it is now; an earlier question still owed goes."""
    asked = list(slot.assignments.asked().select_related("trainer__user").order_by("pk"))
    earlier = Message.objects.filter(slot=slot, state=OWED, kind="trainer_asked") if asked else Message.objects.none()
    earlier.update(state=DROPPED, last_error="moved")
    for one in asked:
        yield message_to(KINDS["trainer_asked"], trainer_address(one.trainer), now=now, slot=slot, role=one.role)
