"""Links in mails: they sign the booking's id and link version, open its page without login, and end after the visit.
Those to a school's mailbox sign the membership they ask about, and end after a month; those to a trainer sign date and
trainer, show how it stands whenever they are opened, and end after the date."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.urls import reverse

from booking.models import Booking
from booking.policy import LINK_LIFE, link_ends_at
from schools.models import Membership
from workshops.models import Assignment, Slot

SIGNER = signing.Signer(salt="booking.link", sep="~")
TEAM = signing.Signer(salt="booking.assignment", sep="~")
MAILBOX = signing.Signer(salt="booking.membership", sep="~")


def sign(booking: Booking) -> str:
    return str(SIGNER.sign(f"{booking.pk}.{booking.link_version}"))


def link_to(booking: Booking, page: str = "") -> str:
    """The whole address, for mails; `page` is one of those below it."""
    return str(settings.SITE_URL).rstrip("/") + reverse("linked_booking", args=[sign(booking)]) + page


def sign_membership(membership: Membership, until: datetime) -> str:
    """For the school's mailbox: opens the question about this person until then."""
    return str(MAILBOX.sign(f"{membership.pk}.{int(until.timestamp())}"))


def open_membership(signed: str, now: datetime) -> Membership | None:
    """The membership that the link asks about, or None: forged, or older than a month."""
    try:
        pk, until = MAILBOX.unsign(signed).split(".")
    except (signing.BadSignature, ValueError):
        return None
    if now.timestamp() >= int(until):
        return None
    return Membership.objects.select_related("user", "school").filter(pk=pk).first()


class Question(NamedTuple):
    """What a trainer's link is about: the date, when it was to begin as the mail said, and how the trainer stands to it
    now; nothing where the question was taken back."""

    slot: Slot
    starts_at: datetime
    assignment: Assignment | None


def sign_assignment(assignment: Assignment, slot: Slot) -> str:
    """For a trainer: opens the question about this date, and remembers which time it named."""
    return str(TEAM.sign(f"{slot.pk}.{assignment.trainer_id}.{int(slot.starts_at.timestamp())}"))


def open_question(signed: str, now: datetime) -> Question | None:
    """What the link is about as it stands now, or None: forged, or two weeks after the date."""
    try:
        first, second, starts = TEAM.unsign(signed).split(".")
    except (signing.BadSignature, ValueError):
        return None
    # Mails of the version before named the row and its state instead of date and trainer.
    asked = {"slot": first, "trainer": second} if second.isdigit() else {"pk": first}
    found = Assignment.objects.with_facts().filter(**asked).first()
    slot = found.slot if found else Slot.objects.with_facts().filter(pk=asked.get("slot", 0)).first()
    if slot is None or now >= link_ends_at(slot):
        return None
    return Question(slot, datetime.fromtimestamp(int(starts), UTC), found)


def open_link(signed: str, now: datetime) -> Booking | None:
    """The booking that the link opens, or None: forged, replaced by a newer one, or past its time."""
    try:
        pk, version = SIGNER.unsign(signed).split(".")
    except (signing.BadSignature, ValueError):
        return None
    booking = Booking.objects.with_facts().filter(pk=pk, link_version=version).first()
    return booking if booking and now < ends_at(booking) else None


def ends_at(booking: Booking) -> datetime:
    """Two weeks after the visit; of a missed one as long after it was recorded, for the school may explain it."""
    usual = link_ends_at(booking.slot)
    if booking.state != Booking.State.NO_SHOW:
        return usual
    return max(usual, booking.attendance.at + LINK_LIFE)
