"""What a mail says: one template a kind of message, taken apart into the parts that both layouts show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from css_inline import CSSInliner
from django.conf import settings
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.text import one_line
from booking.explain import cancelling_in_words, cautions, late_at, remarks
from booking.history.bookings import compared
from booking.messages import for_people, mail_choices, wishing
from booking.messages.catalogue import KINDS
from booking.messages.links import link_to, sign_assignment
from booking.messages.owed import reasons_of
from booking.messages.relevance import assignment_of, is_contact
from booking.models import LIVE, Booking, Message
from booking.templatetags.mail import CELL, PART
from booking.told import team_of
from booking.wording import meeting_place
from workshops.models import Assignment, Slot

TEMPLATE = "booking/mail/{kind}.txt"


@dataclass
class Letter:
    """The parts of a mail, as plain text; names as the layouts want them."""

    subject: str = ""
    headline: str = ""
    greeting: str = ""
    paragraphs: list[str] = field(default_factory=list)
    code: str = ""
    facts: list[tuple[str, ...]] = field(default_factory=list)
    button: tuple[str, str] | None = None
    steps: list[tuple[str, ...]] = field(default_factory=list)
    more: list[str] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)
    reason: str = ""
    preheader: str = ""
    unsubscribe: str = ""

    def take(self, name: str, text: str) -> None:
        """Take one part of the template. Raises AttributeError for one that no layout shows."""
        if name in {"fact", "step"}:
            getattr(self, f"{name}s").append(tuple(one_line(cell) for cell in text.split(CELL)))
        elif name in {"paragraphs", "more"}:
            getattr(self, name).extend(filter(None, map(one_line, text.split("\n\n"))))
        elif name == "words":
            self.paragraphs.extend(filter(None, map(by_line, text.split("\n\n"))))
        elif name == "closing":
            self.closing = [one_line(line) for line in text.splitlines() if line.strip()]
        elif name == "button":
            self.button = (one_line(text), self.button[1]) if self.button else None
        else:
            getattr(self, name)
            setattr(self, name, one_line(text))

    def for_reading_along(self, booking: Booking, *, invites: bool) -> None:
        """Say so; what is to be done is for the contact, and so are the link and the entry for the calendar."""
        names = {"subject": self.subject, "reference": booking.reference, "contact": one_line(booking.contact_name)}
        names["school"] = one_line(booking.school.name)
        self.subject = _("For your information: %(subject)s") % names
        self.greeting, self.button = _("Hello,"), None
        said = _("This mail is written to %(contact)s (%(school)s). You read along; nothing is asked of you.")
        why = _("Booking %(reference)s. You get this copy because your school or whoever booked wishes it.")
        alone = _("The date for the calendar is enclosed in the mail to the contact alone.")
        self.paragraphs.insert(0, f"{said % names} {alone}" if invites else said % names)
        self.reason = why % names


def by_line(text: str) -> str:
    """A paragraph whose lines somebody set on purpose."""
    return "\n".join(filter(None, map(one_line, text.splitlines())))


def write(message: Message) -> Letter:
    """The letter in the language that is active. Raises TemplateDoesNotExist for a kind without a template."""
    data = facts_for(message)
    button = ("", data["url"]) if data["url"] else None
    letter = Letter(button=button, unsubscribe=mail_choices.address_for(message))
    template = Engine.get_default().get_template(TEMPLATE.format(kind=message.kind))
    text = template.render(Context(data, autoescape=False))
    for piece in text.split(PART)[1:]:
        name, _rest, words = piece.partition("\n")
        letter.take(name, words)
    if message.booking and message.context.get("copy"):
        comes = message.booking.state == Booking.State.CONFIRMED
        letter.for_reading_along(message.booking, invites=comes and KINDS[message.kind].calendar == "REQUEST")
    letter.preheader = one_line(next(iter(letter.paragraphs), ""))
    return letter


def facts_for(message: Message) -> dict[str, Any]:
    """What the templates may say. Texts that people typed stand in one line."""
    booking = message.booking
    slot = slot_of(booking, message.slot)
    data: dict[str, Any] = {
        "message": message,
        "booking": booking,
        "slot": slot,
        "context": message.context,
        "code": message.sealed,
        "name": one_line(message.to_name),
        "network": settings.NETWORK_NAME,
        "url": address_for(message),
        "broadcast": message.broadcast,
        "reasons": [(one_line(why), datetime.fromisoformat(at)) for why, at in reasons_of(message)],
    }
    if booking:
        data |= {
            "group": one_line(booking.group_name),
            "school": booking.school,
            "reason": one_line(booking.end_reason),
        }
        data |= {"answer_by": promised(booking, "answer_by"), "reminder_at": getattr(message, "reminder_at", None)}
        data |= cancelling_of(booking, message) | remarks_of(booking)
        data["alternatives"] = getattr(message, "alternatives", [])
        data["changes"] = [*compared(message.context.get("facts", {})), *renewed(message, booking)]
        data["is_new"] = bool(message.context.get("is_new")) and not message.context.get("copy")
        data["canceller"] = canceller_of(message, booking)
        data["wished"] = moment_in(message.context.get("wished"))
        data |= {"contact": one_line(booking.contact_name), "instead": getattr(message, "instead", [])}
    if slot:
        data |= {"workshop": slot.workshop, "title": one_line(slot.workshop.title), "partner": slot.workshop.partner}
        data |= former_of(message) | left_of(message)
        data["place"] = meeting_place(slot, *([booking] if booking else getattr(slot, "visits", [])))
        data["team"] = ", ".join(one_line(one.trainer.name) for one in team_of(slot))
    return data | for_people.facts_for(message) | wishing.facts_for(message)


def renewed(message: Message, booking: Booking) -> Iterator[str]:
    """Which personal facts are new; of the contact who it is, and for the contact also the number as it is now."""
    fields = set(message.context.get("fields", ()))
    if fields & {"contact_name", "contact_email", "contact_phone"}:
        phone = "" if message.context.get("copy") else booking.contact_phone
        address = "" if message.slot_id else booking.contact_email  # the team calls
        who = ", ".join(filter(None, [booking.contact_name or address, phone]))
        yield _("Contact: %(who)s") % {"who": one_line(who)}
    for name, label in (
        ("needs", _("Needs")),
        ("note", _("Note for the team")),
        ("further_email", _("Who reads along")),
    ):
        if name in fields:
            yield label


def canceller_of(message: Message, booking: Booking) -> str:
    """Who cancelled for the school, where it was not who reads this."""
    if message.context.get("own") or booking.ended_by != "school":
        return ""
    if "cancelled_by" in message.context:
        return one_line(message.context["cancelled_by"]) or _("Your school")
    return one_line(booking.contact_name) if message.context.get("copy") else ""


def former_of(message: Message) -> dict[str, Any]:
    """When and where a date was before it moved."""
    former = message.context.get("former", {})
    times = {name: datetime.fromisoformat(former[name]) for name in ("starts_at", "ends_at") if name in former}
    return {"former": {**former, **times}}


def cancelling_of(booking: Booking, message: Message) -> dict[str, str]:
    """What cancelling means once it is not free any more, and what it meant where it was late; as it was agreed."""
    later = cancelling_in_words(booking.terms, booking.slot.starts_at)[1:]
    return {"later": " ".join(later), "consequence": late_at(booking, message.created_at) if booking.late else ""}


def left_of(message: Message) -> dict[str, Any]:
    """Of a class that went to another date: who, of which school, and when it comes instead."""
    if message.kind != "class_moved":
        return {"asker": one_line(message.context.get("asker", ""))}
    gone = message.context
    names = {"group": one_line(gone["group"]), "school_name": one_line(gone["school"])}
    return {**names, "to": datetime.fromisoformat(gone["moved_to"])}


def promised(booking: Booking, what: str) -> datetime | None:
    return moment_in(booking.terms.get(what))


def moment_in(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def remarks_of(booking: Booking) -> dict[str, Any]:
    """Few pupils or too few adults, in the words for each side, while it still matters."""
    if booking.state not in LIVE:
        return {"cautions": [], "remarks": []}
    return {"cautions": list(cautions(booking)), "remarks": remarks(booking)}


PLACES = {"invited": "sign_in", "request_arrived": "organise_requests", "attendance_open": "organise_attendance"}


def address_for(message: Message) -> str:
    """Where the button leads: the contact's own link, the trainer's page, the organiser's requests."""
    if name := PLACES.get(message.kind):
        return page_at(name)
    if message.kind in wishing.KINDS_OF_WISHES:
        return wishing.address_for(message)
    if message.kind == "hand_over_asked":
        return page_at("take_over", message.sealed) if message.sealed else ""
    if message.booking and (address := address_of_booking(message, message.booking)):
        return address
    slot = slot_of(message.booking, message.slot)
    return address_of_slot(message, slot) if slot else for_people.address_for(message)


def page_at(name: str, *arguments: object) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=arguments)}"


def address_of_booking(message: Message, booking: Booking) -> str:
    if message.kind == "reconfirm_missing":
        return page_at("organise_booking", booking.reference)
    if message.kind == "reconfirm_office":
        return link_to(booking, "reconfirm/")  # the mailbox speaks for the school
    if message.context.get("own"):
        return f"{settings.SITE_URL}{booking.get_absolute_url()}"
    of_contact = message.kind.startswith("booking_") or message.kind in OF_CONTACT
    return link_to(booking, page_for(message)) if of_contact and is_contact(message, booking) else ""


def address_of_slot(message: Message, slot: Slot) -> str:
    if message.slot and message.kind in OF_ANSWERS and (found := assignment_of(message)):
        return page_at("linked_assignment", sign_assignment(found, message.slot))
    if message.kind == "trainer_answered":
        return page_at("organise_slot", slot.pk)
    return page_at("trainer_slot", slot.pk) if message.kind in OF_TRAINERS else for_people.address_for(message)


def entry_of(message: Message, booking: Booking) -> str:
    """The page that an entry in the reader's calendar leads to: the owner's own, for another contact the link that the
    mails carry, for a former contact none."""
    if booking.owner and booking.owner.email.lower() == message.to_address.lower():
        return page_at("booking", booking.reference)
    return link_to(booking) if is_contact(message, booking) else ""


def entry_of_team(message: Message, slot: Slot) -> str:
    """The same for a trainer: the answer, without sign-in, for who is asked or has no account; else the date."""
    found = assignment_of(message)
    if found and (found.state == Assignment.State.ASKED or message.to_user_id is None):
        return page_at("linked_assignment", sign_assignment(found, slot))
    return page_at("trainer_slot", slot.pk)


def page_for(message: Message) -> str:
    """Where the answer is given, of what asks for one."""
    if message.kind in ASKING:
        return ASKING[message.kind]
    return "again/" if getattr(message, "instead", []) else ""


ASKING = {"booking_reconfirm": "reconfirm/", "booking_missed": "missed/", "thanks": "feedback/"}
OF_CONTACT = {"reminder", "slot_moved", "broadcast", "thanks"}
OF_TRAINERS = {"class_confirmed", "class_changed", "class_cancelled", "trainer_assigned", "attendance_missing"}
OF_TRAINERS |= {"slot_moved_team", "class_moved", "trainer_asked", "team_reminder"}
OF_ANSWERS = {"trainer_asked", "trainer_assigned", "slot_moved_team"}  # their link opens the answer, without sign-in


def slot_of(booking: Booking | None, slot: Slot | None) -> Slot | None:
    """The date itself where it was read, for it knows who comes, else that of the booking."""
    return slot or (booking.slot if booking else None)


def as_text(letter: Letter) -> str:
    return render_to_string("mail/base.txt", vars(letter) | {"site_url": settings.SITE_URL}).strip() + "\n"


def as_html(letter: Letter) -> str:
    page = render_to_string("mail/base.html", vars(letter) | {"site_url": settings.SITE_URL})
    return str(inliner().inline(page))


@lru_cache(maxsize=1)
def inliner() -> CSSInliner:
    """Mail programs read styles at the elements; only the rules for small and for dark screens stay in the head."""
    sheet = Engine.get_default().get_template("mail/mail.css").source
    return CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False, extra_css=sheet)
