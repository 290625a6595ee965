"""The log of messages: which ones an organiser finds, what may be shown of whom, and how a mail reads."""

from __future__ import annotations

from django.conf import settings
from django.db.models import F, Q
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from booking.messages import letters
from booking.messages.about import load_subjects
from booking.messages.catalogue import KINDS
from booking.messages.delivery import language_of
from booking.messages.letters import Letter
from booking.messages.owed import TO_CONTACT
from booking.models import Message
from schools.models import School
from workshops.models import Partner

STATES = {
    "open": (Message.State.OWED, Message.State.CLAIMED),
    "sent": (Message.State.SENT,),
    "failed": (Message.State.FAILED,),
    "dropped": (Message.State.DROPPED,),
}
MOST = 1_000  # so many of the latest can be leafed through; search finds older ones
READERS: dict[str, str | Promise] = {
    "contact": gettext_lazy("contact of the class"),
    "colleague": gettext_lazy("a colleague who was asked"),
    "office": gettext_lazy("office of the school"),
    "trainers": gettext_lazy("who leads"),
    "partner": gettext_lazy("our team"),
    "person": gettext_lazy("a person"),
}
HIDDEN = "••••••"


def logged(user: User, *, state: str = "", words: str = "") -> list[int]:
    """The newest messages of the houses of `user`, at most MOST."""
    rows = Message.objects.organised_by(user)
    if state in STATES:
        rows = rows.filter(state__in=STATES[state])
    if words:
        rows = rows.filter(naming(words))
    return list(rows.order_by("-created_at", "-pk").values_list("pk", flat=True)[:MOST])


def naming(words: str) -> Q:
    """Somebody types an address, a name, a school or a reference. What was erased is not found by it."""
    schools = School.objects.filter(name__icontains=words).values("pk")
    reader = (Q(to_address__icontains=words) | Q(to_name__icontains=words)) & ~Q(kind="hand_over_asked")
    erased = Q(kind__in=TO_CONTACT, booking__contact_email="") & ~Q(to_address=F("booking__school__office_mail"))
    return (reader & ~erased) | Q(booking__reference__iexact=words) | Q(booking__school__in=schools)


def load(pks: list[int]) -> list[Message]:
    """These messages with what a row says of them, in their order."""
    about = (
        "booking__school",
        "booking__slot__workshop__partner",
        "slot__workshop__partner",
        "inquiry__workshop__partner",
        "partner",
    )
    rows = Message.objects.select_related(*about).in_bulk(pks)
    return [rows[pk] for pk in pks if pk in rows]


def reader_of(message: Message) -> str:
    """The role in which somebody gets it."""
    kind = KINDS.get(message.kind)
    if message.context.get("copy"):
        return _("reads along")
    return str(READERS[kind.to]) if kind else ""


def address_of(message: Message) -> str:
    """The address, as far as organisers may know it: not that of a colleague whom a school asked, not an erased one."""
    if message.kind == "hand_over_asked":
        return ""
    return _("address deleted") if is_erased(message) else message.to_address


def is_erased(message: Message) -> bool:
    """The reader is deleted, or the contact of the booking: then the reader is nobody, wherever the address still
    stands. The school's mailbox is no person's."""
    if not message.to_address:
        return True
    booking = message.booking
    if booking is None or message.kind not in TO_CONTACT or booking.contact_email:
        return False
    return message.to_address != booking.school.office_mail


def house_of(message: Message) -> Partner | None:
    slot = letters.slot_of(message.booking, message.slot)
    inquired = message.inquiry.workshop.partner if message.inquiry else None
    return slot.workshop.partner if slot else inquired or message.partner


def letter_of(message: Message) -> Letter:
    """The letter as it would be written now, in its own language, without codes and without addresses that open
    something. Raises whatever keeps it from being written."""
    load_subjects([message])
    message.sealed = HIDDEN if message.kind == "sign_in_code" else ""
    if is_erased(message):
        message.to_name = message.to_address = ""
    with translation.override(language_of(message)):
        letter = letters.write(message)
    letter.button = (letter.button[0], settings.SITE_URL) if letter.button else None
    letter.unsubscribe = ""  # signed, where a kind has it
    return letter
