"""Inquiries: a school asks for a workshop without a date, and somebody of the house answers, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from accounts.limits import tries
from accounts.models import User
from booking import access
from booking.errors import AlreadyDecided, FieldErrors, Limit, NotAllowed
from booking.messages import outbox
from booking.models import Inquiry
from booking.orders import Contact
from booking.retry import retried
from schools.models import School
from schools.schooldays import ONE_DAY
from workshops.models import Slot, Workshop

MOST_A_DAY = 10
MOST_DATES = 3


class AlreadyAnswered(AlreadyDecided):
    text = _("This wish has been answered already.")


class TooManyWishes(Limit):
    text = _("Today you have sent many wishes already. Please come back tomorrow.")


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks for. `period` says in words when."""

    workshop: Workshop
    school: School
    pupils: int
    grades: Sequence[int]
    period: str
    text: str
    contact: Contact


@retried
def ask(question: Question, *, by: Actor, now: datetime) -> Inquiry:
    """Put a question before the house. Raises NotAllowed for who did not sign in, TooManyWishes."""
    if by.user is None:
        raise NotAllowed("ask")
    hold_to_limit("inquiry", by.user, now)
    return Inquiry.objects.create(
        workshop=question.workshop,
        school=question.school,
        owner=by.user,
        pupils=question.pupils,
        grades=sorted(set(question.grades)),
        period=question.period,
        text=question.text,
        contact_name=question.contact.name,
        contact_email=question.contact.email,
        contact_phone=question.contact.phone,
        contact_language=question.contact.language,
        created_at=now,
    )


def hold_to_limit(what: str, user: User, now: datetime) -> None:
    """Raises TooManyWishes; the count is taken back with the transaction, so refused ones do not add up."""
    if tries(f"{what}:{user.pk}", window=ONE_DAY, now=now) > MOST_A_DAY:
        raise TooManyWishes


@retried
def answer(inquiry: Inquiry, text: str, dates: Sequence[Slot] = (), *, by: Actor, now: datetime) -> Inquiry:
    """Answer in words, with up to three dates of the workshop; who asked gets a mail.

    Locks the inquiry. Raises NotAllowed, FieldErrors, AlreadyAnswered.
    """
    by = access.organising(by, inquiry.workshop.partner_id)
    inquiry = Inquiry.objects.lock(inquiry.pk)
    if not inquiry.is_open:
        raise AlreadyAnswered
    if not text.strip():
        raise FieldErrors({"text": ("required", _("Please write an answer; the school reads it in the mail."))})
    if len(dates) > MOST_DATES or any(slot.workshop_id != inquiry.workshop_id for slot in dates):
        raise FieldErrors({"dates": ("dates", _("Please choose at most three dates of this workshop."))})
    keys = [slot.pk for slot in dates]
    inquiry.change(state=Inquiry.State.ANSWERED, answer=text.strip(), dates=keys, answered_by=by.user, ended_at=now)
    outbox.tell_of_answer(inquiry, now=now)
    return inquiry


@retried
def close(inquiry: Inquiry, *, by: Actor, now: datetime) -> Inquiry:
    """End an inquiry without an answer: by the house, or by who asked. Nobody gets a mail.

    Locks the inquiry. Raises NotAllowed, AlreadyAnswered.
    """
    if by.user is None or by.user.pk != inquiry.owner_id:
        access.organising(by, inquiry.workshop.partner_id)
    inquiry = Inquiry.objects.lock(inquiry.pk)
    if not inquiry.is_open:
        raise AlreadyAnswered
    inquiry.change(state=Inquiry.State.CLOSED, answered_by=by.user, ended_at=now)
    return inquiry
