"""Taking answers: a pupil's once and for ever, the teacher's until it closes; and hiding what nobody should read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.actor import Actor
from booking import access
from booking.errors import NotActive
from booking.feedback.codes import closing_of, most_answers, takes_answers, takes_teacher
from booking.models import Booking, Change, Feedback, FeedbackCode
from booking.retry import retried
from schools.schooldays import local_day

Side = Feedback.Side


@dataclass(frozen=True, slots=True)
class Said:
    """Five levels, in the order of the questions, and a text that may be empty."""

    answers: Sequence[int]
    text: str = ""


@retried
def take(code: FeedbackCode, key: UUID, said: Said, *, now: datetime) -> bool:
    """Keep a pupil's answer, once for each `key`; whether it is kept. Never more than the visit may have.

    Locks the code, so that answers of one visit come one after the other. The last one closes it for good.
    """
    code = FeedbackCode.objects.select_for_update(no_key=True).get(pk=code.pk)
    booking = Booking.objects.with_facts().get(pk=code.booking_id)
    answers = Feedback.objects.of_pupils().filter(booking=booking)
    if answers.filter(pk=key).exists():
        return True
    number, most = answers.count(), most_answers(booking)
    if number >= most or not takes_answers(code, booking, now):
        return False
    write(Feedback(pk=key, booking=booking, said_by=Side.PUPIL), said, now)
    code.closes_at, code.is_full = closing_of(code, booking.slot), number + 1 >= most
    code.save(update_fields=["closes_at", "is_full"])
    return True


@retried
def answer(booking: Booking, said: Said, *, by: Actor, now: datetime) -> Feedback:
    """Keep what the teacher says, in place of what was said before; a new text is not hidden any more.

    Locks the booking. Raises NotAllowed, NotActive.
    """
    access.require(by, "feedback", booking)
    locked = Booking.objects.select_for_update(no_key=True, of=("self",)).select_related("slot").get(pk=booking.pk)
    if not takes_teacher(locked, now):
        raise NotActive
    former = teachers_answer(locked)
    return write(former or Feedback(booking=locked, said_by=Side.TEACHER), said, now)


def teachers_answer(booking: Booking) -> Feedback | None:
    return Feedback.objects.of_teachers().filter(booking=booking).first()


def write(feedback: Feedback, said: Said, now: datetime) -> Feedback:
    feedback.is_hidden = feedback.is_hidden and feedback.text == said.text
    feedback.answers, feedback.text, feedback.day = list(said.answers), said.text, local_day(now)
    feedback.save()
    return feedback


@retried
def hide(feedback: Feedback, *, hidden: bool, by: Actor, now: datetime) -> None:
    """Keep a text from everybody but organisers, or show it again; the history of the date says who did it.

    Locks the answer; twice is once. Raises NotAllowed.
    """
    slot = feedback.booking.slot
    by = access.organising(by, slot.workshop.partner_id)
    changed = Feedback.objects.filter(pk=feedback.pk, is_hidden=not hidden).update(is_hidden=hidden)
    if changed:
        Change.objects.write("feedback_hidden" if hidden else "feedback_shown", slot=slot, by=by, at=now)
