"""Messages are rows, written in the transaction of the change they tell of. Nothing is sent here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max

from accounts.models import User
from accounts.prepared import insert
from booking.messages.catalogue import KINDS
from booking.messages.owed import TO_CONTACT, copies, message_to
from booking.messages.recipients import (
    contact_address,
    house_addresses,
    person_address,
    readers_of,
    recipients,
    trainer_address,
)
from booking.messages.relevance import UNTRUE
from booking.messages.reminders import reminders_of
from booking.models import Booking, Broadcast, Inquiry, Message
from workshops.models import Slot, Trainer

CHANNEL = "outbox"
A_BULK = 1_000
ENDINGS = ("booking_cancelled", "booking_declined")
ENDED_AS = (Booking.State.CANCELLED, Booking.State.DECLINED)  # the words with which messages are dropped then
OF_CLASSES = ("class_confirmed", "class_changed")
ALSO = {"booking_requested": ("request_arrived",), "booking_confirmed": ("class_confirmed",)}
WITHOUT_A_NAME = {"to_user_id": None, "to_name": ""}  # of who has nothing to do with a booking any more


def announce(
    code: str,
    booking: Booking,
    *,
    now: datetime,
    reminders: bool = False,
    due_at: datetime | None = None,
    **context: Any,
) -> None:
    """Owe everybody whom the catalogue names a message about `booking`; with `reminders` also the later ones."""
    kind = KINDS[code]
    told = {"now": now, "due_at": due_at, **context}
    owed = [message_to(kind, to, booking=booking, **told) for to in recipients(kind, booking)]
    owed += copies(kind, booking, **told)
    owed += [row for side in ALSO.get(code, ()) for row in also(side, booking, now=now)]
    if reminders:
        owed += reminders_of(booking, now=now)
    insert(*owed)


def also(code: str, booking: Booking, *, now: datetime) -> list[Message]:
    return [message_to(KINDS[code], to, now=now, booking=booking) for to in recipients(KINDS[code], booking)]


def thank(booking: Booking, *, now: datetime) -> None:
    """Owe the contact the thanks with the numbers, once; a correction before they go out is in them. Who read meanwhile
    that the visit stands as missed, the office among them, or whose thanks were taken back with it, gets them after
    all."""
    if not booking.contact_email:
        return
    thanks = Message.objects.filter(booking=booking, kind="thanks")
    missed = Message.objects.filter(booking=booking, kind="booking_missed", sent_at__isnull=False)
    since = missed.aggregate(last=Max("sent_at"))["last"]
    standing = thanks.exclude(state=Message.State.DROPPED)
    if (standing.exclude(sent_at__lt=since) if since else standing).exists():
        return
    key = f"thanks:booking:{booking.pk}" + (f":{again}" if (again := thanks.count()) else "")
    message_to(KINDS["thanks"], contact_address(booking), now=now, booking=booking, dedupe_key=key).save()
    for to in readers_of(booking) if since else ():  # they read that the class was missed
        message_to(KINDS["thanks"], to, now=now, booking=booking, copy=True).save()


def tell_missed(booking: Booking, *, now: datetime) -> None:
    """Owe the school the word that its visit stands as missed; not again while that is owed."""
    if not Message.objects.filter(booking=booking, kind="booking_missed", state=Message.State.OWED).exists():
        announce("booking_missed", booking, now=now)


def take_back(booking: Booking, code: str, why: str = "taken back") -> None:
    """Drop what is owed of this kind about a booking: it is not true any more."""
    owed = Message.objects.filter(booking=booking, kind=code, state=Message.State.OWED)
    owed.update(state=Message.State.DROPPED, last_error=why)


def forget(booking: Booking, *, why: str, now: datetime) -> None:
    """Drop what is owed about a visit that will not be, or was, with the reason; what stays true is still told."""
    Message.objects.filter(booking=booking, state=Message.State.OWED, kind__in=UNTRUE).update(
        state=Message.State.DROPPED, last_error=why
    )


def tell_groups(broadcast: Broadcast, groups: Sequence[Booking], *, now: datetime) -> None:
    """Owe each of the groups what an organiser wrote, once for ever."""
    Message.objects.bulk_create([to_group(broadcast, one, now=now) for one in groups], batch_size=A_BULK)


def to_group(broadcast: Broadcast, booking: Booking, *, now: datetime) -> Message:
    key = f"broadcast:{broadcast.pk}:booking:{booking.pk}"
    to = contact_address(booking)
    return message_to(KINDS["broadcast"], to, now=now, booking=booking, broadcast=broadcast, dedupe_key=key)


def tell_of_undoing(booking: Booking, ended_at: datetime, *, now: datetime) -> None:
    """Take back what `ended_at` was to be told, and owe again what it dropped; trainers hear that the class comes.

    If the mail of the end is out, or just goes out, the contact gets the one of the present state once more.
    """
    ending = Message.objects.filter(booking=booking, kind__in=ENDINGS, created_at=ended_at)
    ending.filter(state=Message.State.OWED).update(state=Message.State.DROPPED, last_error="taken back")
    dropped = Message.objects.filter(booking=booking, state=Message.State.DROPPED, last_error__in=ENDED_AS)
    dropped.filter(kind__in=UNTRUE).exclude(kind__in=OF_CLASSES).update(state=Message.State.OWED, last_error="")
    if ending.filter(state__in=[Message.State.CLAIMED, Message.State.SENT]).exists() and booking.contact_email:
        kind = KINDS[f"booking_{booking.state}"]
        message_to(kind, contact_address(booking), now=now, booking=booking, again=True).save()
    if booking.state == Booking.State.CONFIRMED:
        announce("class_confirmed", booking, now=now, again=True)


def address_anew(booking: Booking, before: dict[str, Any], *, now: datetime) -> None:
    """What is owed goes to the new contact; `before`, the former one by `contact_address`, hears that it is no longer
    theirs, in their own language."""
    mine = Message.objects.filter(booking=booking, state=Message.State.OWED, kind__in=TO_CONTACT)
    mine.exclude(context__has_key="copy").update(
        to_address=booking.contact_email, to_name=booking.contact_name, language=booking.contact_language
    )
    if before["to_address"]:
        message_to(KINDS["contact_replaced"], before | WITHOUT_A_NAME, now=now, booking=booking).save()


def ask_colleague(booking: Booking, email: str, token: str, *, until: datetime, now: datetime) -> None:
    """Owe a colleague the question whether to take over, in their language where we know it; the token is sealed in the
    row and wiped when sent."""
    theirs = User.objects.filter(email__iexact=email, is_active=True).values_list("language", flat=True).first()
    to = {"to_address": email, "language": theirs or booking.contact_language}
    asked = Message.objects.filter(booking=booking, kind="hand_over_asked", state=Message.State.OWED)
    asked.update(state=Message.State.DROPPED, sealed="", last_error="somebody else was asked")
    row = message_to(KINDS["hand_over_asked"], to, now=now, booking=booking, sealed=token, asker=booking.contact_name)
    row.useful_until = until
    row.save()


def tell_of_taking_over(booking: Booking, *, before: dict[str, Any], now: datetime) -> None:
    """A farewell to the former contact, an invitation to the new one, and trainers know whom to call."""
    address_anew(booking, before, now=now)
    announce("booking_taken_over", booking, now=now)
    if booking.state == Booking.State.CONFIRMED:
        announce("class_changed", booking, now=now, facts={}, fields=["contact_name"])


def announce_slot(code: str, slot: Slot, trainers: Iterable[Trainer], *, now: datetime, **context: Any) -> None:
    """Owe trainers a message about a slot."""
    Message.objects.bulk_create(
        [message_to(KINDS[code], trainer_address(one), now=now, slot=slot, **context) for one in trainers if one.email]
    )


def announce_answer(slot: Slot, trainer: Trainer, *, comes: bool, now: datetime) -> None:
    """Owe the house what a trainer answered. One query, and one for the rows."""
    kind = KINDS["trainer_answered"]
    house = house_addresses(kind.code, slot.workshop.partner)
    Message.objects.bulk_create(
        [message_to(kind, to, now=now, slot=slot, asker=trainer.name, comes=comes) for to in house]
    )


def tell_person(code: str, user: User, *, now: datetime, **context: Any) -> None:
    """Owe one person a message about no booking and no date, in their language; with `partner` it is of that house."""
    message_to(KINDS[code], person_address(user), now=now, **context).save()


def tell_of_answer(inquiry: Inquiry, *, now: datetime) -> None:
    """Owe who asked the answer of the house."""
    to = {
        "to_user_id": inquiry.owner_id,
        "to_address": inquiry.contact_email,
        "to_name": inquiry.contact_name,
        "language": inquiry.contact_language,
    }
    message_to(KINDS["inquiry_answered"], to, now=now, inquiry=inquiry).save()


def send_sign_in_code(*, email: str, code: str, language: str, now: datetime) -> None:
    """Owe a sign-in code, first in the queue; the code is sealed in the row and wiped when sent. Wakes the sender."""
    to = {"to_address": email, "language": language}
    message_to(KINDS["sign_in_code"], to, now=now, sealed=code).save()
    wake()


def wake() -> None:
    """Tell `send_due --loop` at commit. Only for codes: NOTIFY serialises commits, and all else may wait a tick."""
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
