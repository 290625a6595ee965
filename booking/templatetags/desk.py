"""Words for one booking on the organiser's desk."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from booking.messages import log, plainly
from booking.models import Booking, Message
from booking.orders import as_range
from booking.wording import needs_of, size_of
from workshops.vocabulary import SpokenLanguage

register = template.Library()


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
    names = {
        "booking_confirmed": _("Confirmation"),
        "booking_requested": _("Receipt of the request"),
        "booking_waitlisted": _("Place on the waiting list"),
        "booking_offered": _("Offer of a free place"),
        "booking_declined": pgettext("mail", "Decline"),
        "booking_changed": pgettext("mail", "Change"),
        "booking_moved": _("Another date"),
        "booking_cancelled": _("Cancellation"),
        "booking_expired": _("End of the wish"),
        "booking_taken_over": _("Welcome to the new contact"),
        "hand_over_asked": _("Question to a colleague"),
        "booking_reconfirm": _("Is it still on?"),
        "reconfirm_office": _("Is it still on? To the office"),
        "reconfirm_missing": _("Nobody said whether it is still on"),
        "class_moved": _("Class gone to another date, to who leads"),
        "contact_replaced": _("Farewell to the former contact"),
        "booking_offer_expired": _("End of an offer"),
        "reminder": _("Reminder"),
        "thanks": _("Thanks for the visit"),
        "booking_missed": _("Nobody came: question to the school"),
        "booking_missed_answer": _("Answer to an explanation"),
        "broadcast": _("Message in own words"),
        "invited": _("Invitation to the team"),
        "barrier_reported": _("Report of a barrier"),
        "requests_digest": _("Open work of the morning"),
        "request_arrived": _("New request, to our mailbox"),
        "class_confirmed": _("New class, to who leads"),
        "class_changed": _("Class changed, to who leads"),
        "class_cancelled": _("Class cancelled, to who leads"),
        "slot_cancelled": _("Date cancelled, to who leads"),
        "slot_moved": _("Date moved"),
        "slot_moved_team": _("Date moved, to who leads"),
        "slot_opened": _("A date has opened"),
        "inquiry_answered": _("Answer to a wish"),
        "membership_asked": _("Question whether somebody is of the school"),
        "membership_decided": _("Answer whether somebody is of the school"),
        "sign_in_code": _("Code for signing in"),
        "trainer_asked": _("Question whether somebody can lead"),
        "trainer_assigned": _("Assignment, to who leads"),
        "trainer_unassigned": _("End of the assignment, to who led"),
        "trainer_answered": _("Answer of a trainer, to us"),
        "team_reminder": _("Reminder, to who leads"),
        "attendance_missing": _("Numbers are missing, to who leads"),
        "attendance_open": _("Numbers are missing, to us"),
    }
    return names.get(kind) or pgettext("mail", "Mail")
