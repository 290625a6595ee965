"""Messages are rows, written in the transaction of the change they tell of. Nothing is sent here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import connection
from django.db.models import Max, QuerySet

from accounts.models import User
from accounts.prepared import insert
from booking import policy
from booking.messages.catalogue import KINDS, SOON, Kind
from booking.messages.recipients import (
    contact_address,
    house_addresses,
    person_address,
    readers_of,
    recipients,
    trainer_address,
)
from booking.messages.relevance import UNTRUE
from booking.models import Booking, Broadcast, Inquiry, Message
from schools.schooldays import closed_days, local_day
from workshops.models import Slot, Trainer

CHANNEL = "outbox"
LONGEST_NAME = 120  # of a reader, as a message keeps it; schools have longer ones
A_BULK = 1_000
ENDINGS = ("booking_cancelled", "booking_declined")
ENDED_AS = (Booking.State.CANCELLED, Booking.State.DECLINED)  # the words with which messages are dropped then
OF_CLASSES = ("class_confirmed", "class_changed")
SETTLED = (Message.State.FAILED, Message.State.SENT)
WITHOUT_A_NAME = {"to_user_id": None, "to_name": ""}  # of who has nothing to do with a booking any more
WITH_A_SECRET = ("sign_in_code", "hand_over_asked")  # wiped when settled: such a mail would be empty
TO_CONTACT = [kind.code for kind in KINDS.values() if kind.to == "contact" and kind.code != "contact_replaced"]


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
    owed = [compose(kind, to, now=now, due_at=due_at, booking=booking, **context) for to in recipients(kind, booking)]
    owed += copies(kind, booking, now=now, due_at=due_at, **context)
    owed += [row for side in ALSO.get(code, ()) for row in also(side, booking, now=now)]
    if reminders:
        owed += reminders_of(booking, now=now)
    insert(*owed)


ALSO = {"booking_requested": ("request_arrived",), "booking_confirmed": ("class_confirmed",)}


def also(code: str, booking: Booking, *, now: datetime) -> list[Message]:
    return [compose(KINDS[code], to, now=now, booking=booking) for to in recipients(KINDS[code], booking)]


Reasons = list[list[str]]  # each with the moment of its change
# All else that a message is made with is context.
READER = {"to_user_id", "to_address", "to_name", "language"}
COLUMNS = {*READER, "booking", "slot", "inquiry", "partner", "partner_id", "broadcast", "dedupe_key", "sealed"}


def compose(kind: Kind, to: dict[str, Any], *, now: datetime, due_at: datetime | None = None, **row: Any) -> Message:
    due, row = due_at or now + kind.delay, to | row
    row["to_name"] = row.get("to_name", "")[:LONGEST_NAME]
    context = {name: row.pop(name) for name in list(row) if name not in COLUMNS}
    return Message(
        kind=kind.code,
        due_at=due,
        next_try_at=due,
        useful_until=due + kind.useful_for if kind.useful_for else None,
        priority=kind.priority,
        context=context,
        created_at=now,
        **row,
    )


def copies(kind: Kind, booking: Booking, *, now: datetime, **row: Any) -> list[Message]:
    """The same mail for who reads along: without the link, which is the contact's alone, and without an invitation."""
    if not kind.copied:
        return []
    return [compose(kind, to, now=now, booking=booking, copy=True, **row) for to in readers_of(booking)]


def reminders_of(booking: Booking, *, now: datetime) -> list[Message]:
    """The reminders still to come: at 8:00 local time, so many school days before, each of use until the visit; also
    for who reads along."""
    slot, lesson = booking.slot, local_day(booking.slot.starts_at)
    closed = closed_days(booking.school, lesson - policy.LONGEST_LOOK_BACK, lesson)
    times = policy.reminder_times(slot.starts_at, slot.workshop.policy, closed)
    rows = []
    for days, due in times.items():
        if due <= now or not booking.contact_email:
            continue
        key = f"reminder:{days}:booking:{booking.pk}:{booking.sequence}"
        row = compose(KINDS["reminder"], contact_address(booking), now=now, due_at=due, booking=booking, dedupe_key=key)
        row.useful_until = slot.starts_at
        rows += [row, *along_with(row, booking, now=now)]
    return rows


def along_with(reminder: Message, booking: Booking, *, now: datetime) -> list[Message]:
    """The same reminder for who reads along now, once for each address."""
    rows = copies(KINDS["reminder"], booking, now=now, due_at=reminder.due_at)
    for row in rows:
        reader = sha256(row.to_address.lower().encode()).hexdigest()[:16]
        row.useful_until, row.dedupe_key = reminder.useful_until, f"{reminder.dedupe_key}:{reader}"
    return rows


def remind_along(bookings: QuerySet[Booking], *, now: datetime) -> None:
    """Owe who reads along since a moment the reminders of these bookings that are still to come. Two queries."""
    owed = Message.objects.filter(booking__in=bookings, kind="reminder", state=Message.State.OWED, due_at__gt=now)
    mine = owed.exclude(context__has_key="copy").select_related("booking__school")
    rows = [row for one in mine if one.booking for row in along_with(one, one.booking, now=now)]
    Message.objects.bulk_create(rows, ignore_conflicts=True)


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
    compose(KINDS["thanks"], contact_address(booking), now=now, booking=booking, dedupe_key=key).save()
    for to in readers_of(booking) if since else ():  # they read that the class was missed
        compose(KINDS["thanks"], to, now=now, booking=booking, copy=True).save()


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
    return compose(KINDS["broadcast"], to, now=now, booking=booking, broadcast=broadcast, dedupe_key=key)


def try_again(message: Message, *, now: datetime, fence: int | None = None) -> bool:
    """Owe a message again that failed or was sent, with its Message-ID, to the reader's present address.

    With the `fence` that somebody saw it happens once, however often they ask; without it only to one that failed.
    False for what is on its way, was dropped, is stale, or was about a secret that is wiped.
    """
    seen = {"state": Message.State.FAILED} if fence is None else {"state__in": SETTLED, "fence": fence}
    settled = Message.objects.filter(pk=message.pk, **seen).exclude(useful_until__lte=now)
    settled = settled.exclude(kind__in=WITH_A_SECRET)
    again = {"state": Message.State.OWED, "tries": 0, "next_try_at": now, "last_error": "", "sent_at": None}
    return settled.update(**again, **present_address(message)) == 1


def can_go_again(message: Message, *, now: datetime) -> bool:
    """Whether `try_again` makes sense of it, as it stands."""
    is_stale = bool(message.useful_until and message.useful_until <= now)
    return message.state in SETTLED and message.kind not in WITH_A_SECRET and not is_stale


def present_address(message: Message) -> dict[str, Any]:
    """Of the contact of the booking, or of the person whom a house writes to; else nothing new."""
    is_contacts = message.kind in TO_CONTACT and not {"copy", "own"} & set(message.context)
    if message.booking and is_contacts:
        return contact_address(message.booking)
    return person_address(message.to_user) if message.partner_id and message.to_user else {}


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
        compose(kind, contact_address(booking), now=now, booking=booking, again=True).save()
    if booking.state == Booking.State.CONFIRMED:
        announce("class_confirmed", booking, now=now, again=True)


def with_new(reasons: Reasons, reason: str, now: datetime) -> Reasons:
    return [*reasons, [reason, now.isoformat()]] if reason else reasons


def reasons_of(message: Message) -> Reasons:
    """Why, and when it was changed; of each change that this message tells of."""
    if reason := message.context.get("reason"):  # the one of mails that were owed before there could be several
        return [[reason, message.created_at.isoformat()]]
    found: Reasons = message.context.get("reasons", [])
    return found


def address_anew(booking: Booking, before: dict[str, Any], *, now: datetime) -> None:
    """What is owed goes to the new contact; `before`, the former one by `contact_address`, hears that it is no longer
    theirs, in their own language."""
    mine = Message.objects.filter(booking=booking, state=Message.State.OWED, kind__in=TO_CONTACT)
    mine.exclude(context__has_key="copy").update(
        to_address=booking.contact_email, to_name=booking.contact_name, language=booking.contact_language
    )
    if before["to_address"]:
        compose(KINDS["contact_replaced"], before | WITHOUT_A_NAME, now=now, booking=booking).save()


def ask_colleague(booking: Booking, email: str, token: str, *, until: datetime, now: datetime) -> None:
    """Owe a colleague the question whether to take over, in their language where we know it; the token is sealed in the
    row and wiped when sent."""
    theirs = User.objects.filter(email__iexact=email, is_active=True).values_list("language", flat=True).first()
    to = {"to_address": email, "language": theirs or booking.contact_language}
    asked = Message.objects.filter(booking=booking, kind="hand_over_asked", state=Message.State.OWED)
    asked.update(state=Message.State.DROPPED, sealed="", last_error="somebody else was asked")
    row = compose(KINDS["hand_over_asked"], to, now=now, booking=booking, sealed=token, asker=booking.contact_name)
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
        [compose(KINDS[code], trainer_address(one), now=now, slot=slot, **context) for one in trainers if one.email]
    )


def announce_answer(slot: Slot, trainer: Trainer, *, comes: bool, now: datetime) -> None:
    """Owe the house what a trainer answered. One query, and one for the rows."""
    kind = KINDS["trainer_answered"]
    house = house_addresses(kind.code, slot.workshop.partner)
    Message.objects.bulk_create(
        [compose(kind, to, now=now, slot=slot, asker=trainer.name, comes=comes) for to in house]
    )


def tell_person(code: str, user: User, *, now: datetime, **context: Any) -> None:
    """Owe one person a message about no booking and no date, in their language; with `partner` it is of that house."""
    compose(KINDS[code], person_address(user), now=now, **context).save()


def tell_of_answer(inquiry: Inquiry, *, now: datetime) -> None:
    """Owe who asked the answer of the house."""
    to = {
        "to_user_id": inquiry.owner_id,
        "to_address": inquiry.contact_email,
        "to_name": inquiry.contact_name,
        "language": inquiry.contact_language,
    }
    compose(KINDS["inquiry_answered"], to, now=now, inquiry=inquiry).save()


def send_sign_in_code(*, email: str, code: str, language: str, now: datetime) -> None:
    """Owe a sign-in code, first in the queue; the code is sealed in the row and wiped when sent. Wakes the sender."""
    to = {"to_address": email, "language": language}
    compose(KINDS["sign_in_code"], to, now=now, sealed=code).save()
    wake()


def wake() -> None:
    """Tell `send_due --loop` at commit. Only for codes: NOTIFY serialises commits, and all else may wait a tick."""
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")


__all__ = [
    "SOON",
    "announce",
    "announce_slot",
    "forget",
    "send_sign_in_code",
    "tell_person",
    "wake",
]
