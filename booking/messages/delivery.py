"""One message → one mail, as the mail server gets it. Nothing else in the house writes mails."""

from __future__ import annotations

from dataclasses import dataclass
from email.header import Header
from email.headerregistry import Address
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import translation

from accounts.text import one_line
from booking.calendars.invitations import enclose, invitation, team_invitation
from booking.messages import letters, mail_choices, wishing
from booking.messages.catalogue import KINDS
from booking.messages.relevance import standing, was_invited
from booking.models import Booking, Message
from workshops.models import Assignment, Partner, Slot


class Envelope(EmailMultiAlternatives):
    """A mail whose subject begins beside its name: a line of encoded words that is too long for that leaves the first
    line empty, and some programs show the space it leaves."""

    def message(self, *args: Any, **options: Any) -> Any:
        written, subject = super().message(*args, **options), str(self.subject)
        if not subject.isascii():
            written.replace_header("Subject", Header(subject, "utf-8", header_name="Subject"))
        return written


@dataclass(frozen=True, slots=True)
class Mail:
    """`method` is that of the invitation in it, or ""."""

    email: EmailMultiAlternatives
    method: str = ""


def compose(message: Message) -> Mail:
    """The mail in the recipient's language: text and HTML of the same words, and the invitation that belongs to it.

    Its Message-ID is that of the row, so that the same mail sent twice is seen to be one.
    """
    with translation.override(language_of(message)):
        letter = letters.write(message)
        partner = partner_of(message)
        email = Envelope(
            subject=letter.subject,
            body=letters.as_text(letter),
            from_email=sender(partner),
            to=[mailbox(message.to_name, message.to_address)],
            reply_to=answers_to(message, partner),
            headers=headers_of(message),
        )
        email.attach_alternative(letters.as_html(letter), "text/html")
        method = method_for(message)
        if method:
            enclose(email, calendar_of(message, method), method)
    return Mail(email, method)


def answers_to(message: Message, partner: Partner | None) -> list[str] | None:
    """Who reported something is answered directly."""
    if message.kind == "barrier_reported":
        return [message.context["answer_to"]] if message.context.get("answer_to") else None
    return [partner.mailbox] if partner else None


def headers_of(message: Message) -> dict[str, str]:
    """No machine shall answer, mail programs can switch off what is optional, and the mails of one booking or date
    shall stand together."""
    headers = {
        "Message-ID": message.message_id,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if address := mail_choices.address_for(message):
        headers |= {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    if message.booking:
        headers["References"] = f"<booking-{message.booking.uuid}@{settings.UID_HOST}>"
    elif message.inquiry_id:
        headers["References"] = f"<inquiry-{message.inquiry_id}@{settings.UID_HOST}>"
    elif message.slot:
        headers["References"] = f"<slot-{message.slot.uuid}@{settings.UID_HOST}>"
    return headers


def method_for(message: Message) -> str:
    """REQUEST while the visit stands, CANCEL only where a REQUEST went before (RFC 5546 §3.2.5)."""
    method = KINDS[message.kind].calendar
    if {"copy", "own"} & set(message.context):
        return ""
    if method == "REQUEST":
        return method if stands(message) else ""
    return method if method and was_invited(message) else ""


def stands(message: Message) -> bool:
    """Whether there is something to invite to: a confirmed visit, or a date that the trainer leads or may lead."""
    if message.slot:
        asked_or_bound = {Assignment.State.ASKED, Assignment.State.ACCEPTED}
        return message.slot.state != Slot.State.CANCELLED and standing(message) in asked_or_bound
    return message.booking is not None and message.booking.state == Booking.State.CONFIRMED


def calendar_of(message: Message, method: str) -> bytes:
    """What is valid now: of the date for who leads it, of the visit for its contact."""
    to = {"to_address": message.to_address, "to_name": message.to_name}
    if message.slot:
        url = letters.entry_of_team(message, message.slot)
        return team_invitation(message.slot, method, stands=standing(message), url=url, **to)
    assert message.booking is not None, "what has a calendar is about a booking or a date"
    url = letters.entry_of(message, message.booking)
    return invitation(message.booking, method, url=url, **to)


def language_of(message: Message) -> str:
    return message.language if message.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def partner_of(message: Message) -> Partner | None:
    slot = letters.slot_of(message.booking, message.slot)
    return slot.workshop.partner if slot else wishing.house_of(message)


def sender(partner: Partner | None) -> str:
    """The partner's own mailbox, which the invitation names as its organizer; without a partner the network's."""
    if partner:
        return mailbox(partner.name, partner.mailbox)
    return mailbox(settings.NETWORK_NAME, settings.DEFAULT_FROM_EMAIL)


def mailbox(name: str, address: str) -> str:
    """`Name <address>`, whatever stands in the name. An address that no header can hold goes as it is."""
    try:
        return str(Address(one_line(name), addr_spec=address))
    except (ValueError, IndexError):
        return address
