"""The code that a class shares after its visit, and how long it is good for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.core import signing
from django.urls import reverse

from booking.models import Booking, FeedbackCode
from booking.models.feedback import CODE_LETTERS
from booking.policy import link_ends_at
from workshops.models import Slot

State = Booking.State
OPEN_FOR = timedelta(days=3)  # after the visit
FORMS = signing.Signer(salt="booking.feedback", sep="~")


def code_of(booking: Booking) -> FeedbackCode:
    """The code of a visit, made where it has none; whoever asks at the same time gets the same."""
    found = FeedbackCode.objects.filter(booking=booking).first()
    return found or FeedbackCode.objects.get_or_create(booking=booking)[0]


def codes_of(slot: Slot, bookings: Sequence[Booking], now: datetime) -> dict[int, FeedbackCode]:
    """The codes of a slot's visits by their key, made where there are none, of those that may still be answered; nobody
    answers for a class that did not come. Two queries, four where one is new."""
    coming = {booking.pk for booking in bookings if booking.state in {State.CONFIRMED, State.ATTENDED}}
    theirs = FeedbackCode.objects.filter(booking__in=coming)
    found = {code.booking_id: code for code in theirs}
    if (new := coming - found.keys()) and now < slot.ends_at + OPEN_FOR:
        FeedbackCode.objects.bulk_create([FeedbackCode(booking_id=pk) for pk in sorted(new)], ignore_conflicts=True)
        found = {code.booking_id: code for code in theirs.all()}
    return {pk: code for pk, code in found.items() if now < closing_of(code, slot) and not code.is_full}


def start_of() -> str:
    """The page that asks for a code, as one types it."""
    return f"{settings.SITE_URL}{reverse('feedback_enter')}".partition("://")[2].removesuffix("/")


def address_of(code: FeedbackCode) -> str:
    return f"{settings.SITE_URL}{reverse('feedback', args=[code.code])}"


def tidy(typed: str) -> str:
    """A code as it is stored, however it was typed: small letters, spaces and dashes do not matter."""
    return "".join(sign for sign in typed.upper() if sign in CODE_LETTERS)


def closing_of(code: FeedbackCode, slot: Slot) -> datetime:
    return code.closes_at or slot.ends_at + OPEN_FOR


def most_answers(booking: Booking) -> int:
    """A fifth more than were there, for who came without being counted; while nobody has counted, than were booked."""
    record = getattr(booking, "attendance", None)
    return (record.present if record else booking.pupils) * 6 // 5


def has_visited(booking: Booking, now: datetime) -> bool:
    """From the start of the visit on, unless nobody came."""
    return booking.state in {State.CONFIRMED, State.ATTENDED} and now >= booking.slot.starts_at


def takes_answers(code: FeedbackCode, booking: Booking, now: datetime) -> bool:
    """Whether pupils may answer now, as far as no other answer arrives first."""
    return has_visited(booking, now) and now < closing_of(code, booking.slot) and not code.is_full


def takes_teacher(booking: Booking, now: datetime) -> bool:
    """Whether the teacher may answer, or correct it: as long as the link in the mail is good."""
    return has_visited(booking, now) and now < link_ends_at(booking.slot)


def new_form(code: FeedbackCode) -> str:
    """What a fresh form carries: the key of its answer, signed for this visit. Stands for cookie and session."""
    return str(FORMS.sign(f"{code.code}.{uuid4().hex}"))


def key_in(token: str, code: FeedbackCode) -> UUID | None:
    """The key of the answer; None for a form that is not ours, or of another visit."""
    try:
        visit, key = FORMS.unsign(token).split(".")
        return UUID(key) if visit == code.code else None
    except (signing.BadSignature, ValueError):
        return None
