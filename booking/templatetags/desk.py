"""Words for one booking on the organiser's desk."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from booking.messages import log, plainly
from booking.models import Booking, Message
from booking.orders import as_range
from booking.wording import needs_of, size_of
from workshops.vocabulary import SpokenLanguage

register = template.Library()

MAILS = {
    "booking_confirmed": gettext_lazy("Confirmation"),
    "booking_requested": gettext_lazy("Receipt of the request"),
    "booking_waitlisted": gettext_lazy("Place on the waiting list"),
    "booking_offered": gettext_lazy("Offer of a free place"),
    "booking_declined": pgettext_lazy("mail", "Decline"),
    "booking_changed": pgettext_lazy("mail", "Change"),
    "booking_moved": gettext_lazy("Another date"),
    "booking_cancelled": gettext_lazy("Cancellation"),
    "booking_expired": gettext_lazy("End of the wish"),
    "booking_taken_over": gettext_lazy("Welcome to the new contact"),
    "hand_over_asked": gettext_lazy("Question to a colleague"),
    "booking_reconfirm": gettext_lazy("Is it still on?"),
    "reconfirm_office": gettext_lazy("Is it still on? To the office"),
    "reconfirm_missing": gettext_lazy("Nobody said whether it is still on"),
    "class_moved": gettext_lazy("Class gone to another date, to the trainers"),
    "contact_replaced": gettext_lazy("Farewell to the former contact"),
    "booking_offer_expired": gettext_lazy("End of an offer"),
    "reminder": gettext_lazy("Reminder"),
    "thanks": gettext_lazy("Thanks for the visit"),
    "booking_missed": gettext_lazy("Nobody came: question to the school"),
    "booking_missed_answer": gettext_lazy("Answer to an explanation"),
    "broadcast": gettext_lazy("Message in own words"),
    "invited": gettext_lazy("Invitation to the team"),
    "barrier_reported": gettext_lazy("Report of a barrier"),
    "requests_digest": gettext_lazy("Open work of the morning"),
    "request_arrived": gettext_lazy("New request, to our mailbox"),
    "class_confirmed": gettext_lazy("New class, to the trainers"),
    "class_changed": gettext_lazy("Class changed, to the trainers"),
    "class_cancelled": gettext_lazy("Class cancelled, to the trainers"),
    "slot_cancelled": gettext_lazy("Date cancelled, to the trainers"),
    "slot_moved": gettext_lazy("Date moved"),
    "slot_moved_team": gettext_lazy("Date moved, to the trainers"),
    "slot_opened": gettext_lazy("A date has opened"),
    "inquiry_answered": gettext_lazy("Answer to a wish"),
    "membership_asked": gettext_lazy("Question whether somebody is of the school"),
    "membership_decided": gettext_lazy("Answer whether somebody is of the school"),
    "sign_in_code": gettext_lazy("Code for signing in"),
    "trainer_asked": gettext_lazy("Question whether somebody can lead"),
    "trainer_assigned": gettext_lazy("Assignment, to the trainers"),
    "trainer_unassigned": gettext_lazy("End of the assignment, to the trainers"),
    "trainer_answered": gettext_lazy("Answer of a trainer, to us"),
    "team_reminder": gettext_lazy("Reminder, to the trainers"),
    "attendance_missing": gettext_lazy("Numbers are missing, to the trainers"),
    "attendance_open": gettext_lazy("Numbers are missing, to us"),
}


Fact = tuple[str, str, str, str]


@register.filter
def desk_facts(booking: Booking, place: str) -> list[Fact]:
    """Rows of facts_tall.html: what to know of the visit; empty ones are left out there."""
    needs = needs_of(booking)
    *who_and_where, arrival, photos = visit_facts(booking, place)
    to_prepare = ("step-free", _("To prepare"), needs or booking.needs, booking.needs if needs else "")
    return [*who_and_where, to_prepare, arrival, photos]


@register.filter
def visit_facts(booking: Booking, place: str) -> list[Fact]:
    """The same without what the class needs."""
    return [
        ("people", _("Who"), size_of(booking), grades(booking)),
        ("globe", _("Language"), str(SpokenLanguage(booking.language).label), ""),
        ("pin", _("Where"), place, ""),
        ("bus", _("Arrival"), booking.get_arrival_display() if booking.arrival else "", ""),
        ("info", _("Photos"), booking.get_photos_display(), ""),
    ]


def grades(booking: Booking) -> str:
    return _("Grade %(grades)s") % {"grades": as_range(booking.grades)}


@register.filter
def consent_words(consent: dict[str, str]) -> str:
    """Terms, version 2."""
    names = {
        "terms": _("Terms"),
        "house_rules": _("House rules"),
        "head_informed": _("The head of the school knows"),
        "head_approval": _("The head of the school has agreed"),
    }
    words = {"what": names.get(consent["what"], consent["what"]), "version": consent["version"]}
    return _("%(what)s, version %(version)s") % words


@register.filter
def consent_at(consent: dict[str, str]) -> datetime:
    """When it was given."""
    return datetime.fromisoformat(consent["at"])


register.filter("plainly", plainly.why)
register.filter("reader", log.reader_of)
register.filter("address", log.address_of)
register.filter("house", log.house_of)


@register.filter
def server_words(message: Message) -> str:
    """What the mail server answered, without the address it may name."""
    return message.last_error.replace(message.to_address, "…")


@register.filter
def mail_name(kind: str) -> str:
    """What a mail is called among organisers."""
    return str(MAILS.get(kind) or pgettext("mail", "Mail"))
