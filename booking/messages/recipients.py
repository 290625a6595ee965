"""Whom a message reaches: the address, the name and the language of each, as a row of the outbox has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import OuterRef, Subquery

from accounts.models import User
from accounts.prepared import Question
from booking.messages.catalogue import Kind
from booking.models import Booking, MessageChoice
from schools.models import SPOKEN, School
from workshops.models import Assignment, Partner, Slot, Trainer


def recipients(kind: Kind, booking: Booking) -> list[dict[str, Any]]:
    """Addresses for a message about a booking; nobody without an address, trainers only of what was confirmed once."""
    if kind.to == "trainers" and not booking.confirmed_at:
        return []
    if kind.to == "trainers":
        team = [trainer_address(one.trainer) for one in leading(booking.slot) if one.trainer.email]
        return [to | {"slot": booking.slot} for to in team]
    if kind.to == "office":
        return [office_address(booking.school)] if booking.school.office_mail else []
    if kind.to == "partner":
        return house_addresses(kind.code, booking.slot.workshop.partner)
    return [contact_address(booking)] if booking.contact_email else []


def readers_of(booking: Booking) -> list[dict[str, Any]]:
    """The school's office where it wishes so, and the further contact; nobody twice."""
    office = [office_address(booking.school)] if booking.school.office_copies and booking.school.office_mail else []
    further = {"to_address": booking.further_email, "language": booking.contact_language}
    known = {booking.contact_email.lower(), *(one["to_address"].lower() for one in office)}
    others = [one for one in office if one["to_address"].lower() != booking.contact_email.lower()]
    return others + ([further] if booking.further_email and booking.further_email.lower() not in known else [])


def house_addresses(code: str, partner: Partner) -> list[dict[str, Any]]:
    """The organisers who want to hear of this at once; the mailbox where the partner has none. One query."""
    chosen = MessageChoice.objects.filter(user=OuterRef("pk"), kind=code).values("how")
    people = User.objects.filter(partner_roles__partner=partner, is_active=True).annotate(how=Subquery(chosen))
    organisers = list(people.order_by("pk"))
    if not organisers:
        return [{"to_address": partner.mailbox, "to_name": partner.name}]
    return [person_address(one) for one in organisers if one.how in {None, MessageChoice.How.AT_ONCE}]


def person_address(user: User) -> dict[str, Any]:
    return {"to_user_id": user.pk, "to_address": user.email, "to_name": user.name, "language": user.language}


def contact_address(booking: Booking) -> dict[str, Any]:
    return {
        "to_user_id": booking.owner_id,
        "to_address": booking.contact_email,
        "to_name": booking.contact_name,
        "language": booking.contact_language,
    }


def office_address(school: School) -> dict[str, Any]:
    """The mailbox of a school, in the language of its country."""
    return {"to_address": school.office_mail, "to_name": school.name, "language": SPOKEN[school.country]}


def trainer_address(trainer: Trainer) -> dict[str, Any]:
    """With the trainer, so that the sender can ask how they stand to the date."""
    language = trainer.user.language if trainer.user else "de"
    to = {"to_user_id": trainer.user_id, "to_address": trainer.email, "to_name": trainer.name}
    return {**to, "language": language, "trainer": trainer.pk}


LEADING = Question(lambda slot: Assignment.objects.accepted().filter(slot=slot).select_related("trainer__user"))


def leading(slot: Slot) -> Sequence[Assignment]:
    return LEADING.ask(slot=slot.pk)
