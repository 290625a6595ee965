"""What a booking means for its school: what comes next, what may still be done, what happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from accounts.actor import Actor
from booking import access, policy
from booking.explain import Answer, cancellation_terms, cautions, explain, most_pupils, remarks
from booking.feedback.codes import takes_teacher
from booking.feedback.giving import teachers_answer
from booking.history.bookings import bare_line, line
from booking.models import Alternative, Booking, Change, Explanation, HandOver
from booking.rules import undoing
from booking.states import ASKED
from schools.schooldays import local_day
from workshops.models import Slot

State = Booking.State


class Step(NamedTuple):
    """One line of what comes next. `code` names its sentence in booking/steps.html; `at` is None for "afterwards"."""

    code: str
    at: datetime | None
    past: bool = False
    who: str = ""


@dataclass
class Outlook:
    """A booking in the eyes of `by` at `now`. Its `changes` are read once."""

    booking: Booking
    by: Actor
    now: datetime

    @cached_property
    def changes(self) -> Sequence[Change]:
        return list(self.booking.changes.select_related("actor"))

    @cached_property
    def wishes(self) -> Sequence[Alternative]:
        """The further dates of a request, which hold no places."""
        if self.booking.state != State.REQUESTED:
            return []
        return list(self.booking.alternatives.select_related("slot"))

    @cached_property
    def is_in_full(self) -> bool:
        """Whether names and reasons are for this reader."""
        return access.sees_in_full(self.by, self.booking)

    @cached_property
    def sees_contact(self) -> bool:
        """Whether contact, needs and note are for this reader."""
        return access.sees_contact(self.by, self.booking)

    @property
    def is_upcoming(self) -> bool:
        return self.booking.is_live and self.now < self.booking.slot.starts_at

    @property
    def days_left(self) -> int | None:
        """Days until a visit that is certain; None where there is none to count to."""
        if self.booking.state != State.CONFIRMED or self.now >= self.booking.slot.ends_at:
            return None
        return (local_day(self.booking.slot.starts_at) - local_day(self.now)).days

    @cached_property
    def answers(self) -> dict[str, Answer]:
        """For each action whether this reader may do it, until when, with what consequence."""
        return explain(self.booking, self.by, self.now)

    def may(self, action: str) -> bool:
        """Of a visit that is over nothing is offered any more, whatever a rule would still allow an organiser."""
        return self.is_upcoming and self.answers[action].allowed

    @property
    def may_change(self) -> bool:
        return self.may("change")

    @property
    def may_move(self) -> bool:
        return self.may("move")

    @property
    def may_hand_over(self) -> bool:
        return self.may("hand_over")

    @property
    def may_reconfirm(self) -> bool:
        return self.may("reconfirm")

    @property
    def may_cancel(self) -> bool:
        return self.may("cancel")

    @property
    def may_undo(self) -> bool:
        """Whether this reader has just declined or cancelled it, and may take that back."""
        last = next(iter(self.changes), None)
        return last is not None and undoing.may_undo(self.booking, last, by=self.by, now=self.now)

    @property
    def may_answer(self) -> bool:
        """Whether an offer waits for this reader's answer."""
        return self.may("reject")

    @cached_property
    def explanation(self) -> Explanation | None:
        """Why nobody came, as the school told it."""
        if self.booking.state != State.NO_SHOW:
            return None
        return Explanation.objects.filter(booking=self.booking).first()

    @property
    def may_explain(self) -> bool:
        """Whether this reader may say why nobody came: not once the house has excused or answered it."""
        if self.booking.state != State.NO_SHOW or not access.may(self.by, "explain_missed", self.booking):
            return False
        answered = self.explanation and self.explanation.answered_at
        return not answered and not self.booking.attendance.excused_at

    @property
    def has_certificates(self) -> bool:
        """Whether this reader can have the papers of a visit that took place."""
        return self.booking.state == State.ATTENDED and access.may(self.by, "certify", self.booking)

    @property
    def may_tell(self) -> bool:
        """Whether this reader may say how it was."""
        return access.may(self.by, "feedback", self.booking) and takes_teacher(self.booking, self.now)

    @property
    def has_told(self) -> bool:
        """Whether the school said already how it was."""
        return teachers_answer(self.booking) is not None

    @property
    def is_late(self) -> bool:
        """Whether cancelling now would count as late."""
        return self.booking.state == State.CONFIRMED and policy.is_late(self.booking.cancel_until, self.now)

    @property
    def cautions(self) -> list[str]:
        """What both sides should know of the numbers, while there is time."""
        return list(cautions(self.booking)) if self.is_upcoming else []

    @property
    def remarks(self) -> list[str]:
        """The same for the house."""
        return remarks(self.booking) if self.is_upcoming else []

    @property
    def cancellation_terms(self) -> str:
        return cancellation_terms(self.booking)

    @property
    def most_pupils(self) -> int:
        return most_pupils(self.booking)

    @property
    def is_asked(self) -> bool:
        """Whether the question stands if the visit is still on."""
        return self.is_upcoming and self.booking.reconfirm_step in ASKED

    @cached_property
    def asked_colleague(self) -> HandOver | None:
        """Whose answer to a hand-over is awaited."""
        return self.booking.hand_overs.open_at(self.now).first() if self.is_upcoming else None

    @cached_property
    def instead(self) -> list[Slot]:
        """The dates that the house suggested when it called the visit off, as far as they still take a class."""
        found: list[int] = next(
            (change.facts.get("instead", []) for change in self.changes if change.kind == "cancelled"), []
        )
        if not found:
            return []
        slots = Slot.objects.public().bookable(self.now).filter(pk__in=found).with_facts().by_time()
        return [slot for slot in slots if slot.has_room_for(self.booking.pupils)]

    @property
    def confirmed_by(self) -> str:
        """The name of who said yes; nothing where a rule did."""
        yes = (change for change in self.changes if change.kind == State.CONFIRMED and change.role == "organiser")
        return next((change.who for change in yes), "")

    def steps(self) -> list[Step]:
        """What comes next, in the order of time."""
        plan = {
            State.REQUESTED: self.while_asked,
            State.WAITLISTED: self.while_waiting,
            State.OFFERED: self.while_offered,
            State.CONFIRMED: self.until_the_visit,
        }
        return list(plan[State(self.booking.state)]()) if self.is_upcoming else []

    def while_asked(self) -> Iterable[Step]:
        yield Step("asked", self.booking.created_at, past=True)
        yield Step("answer", self.booking.answer_by)
        yield Step("visit", self.booking.slot.starts_at)

    def while_waiting(self) -> Iterable[Step]:
        yield Step("waiting", self.booking.waiting_since, past=True)
        yield Step("chance", None)
        yield Step("closing", self.booking.slot.book_until)

    def while_offered(self) -> Iterable[Step]:
        yield Step("waiting", self.booking.waiting_since, past=True)
        yield Step("deadline", self.booking.offer_expires_at)
        yield Step("visit", self.booking.slot.starts_at)

    def until_the_visit(self) -> Iterable[Step]:
        dated = [Step("confirmed", self.booking.confirmed_at, past=True, who=self.confirmed_by), *self.reminders()]
        dated.extend(self.question())
        if self.booking.cancel_until:
            dated.append(Step("free", self.booking.cancel_until, past=self.is_late))
        yield from sorted(dated, key=lambda step: step.at or self.now)
        yield Step("visit", self.booking.slot.starts_at)
        yield Step("after", None)

    def question(self) -> Iterable[Step]:
        """Whether it is still on: will be asked, stands, or was answered."""
        booking = self.booking
        if booking.reconfirm_step == Booking.Reconfirm.PLANNED:
            yield Step("question", booking.reconfirm_due_at)
        elif self.is_asked:
            yield Step("answer_due", booking.reconfirm_until)
        elif booking.reconfirmed_at:
            yield Step("still_on", booking.reconfirmed_at, past=True)

    def reminders(self) -> list[Step]:
        """The mails that are still owed, or were sent; the last is the short one."""
        rows = self.booking.messages.filter(kind="reminder", state__in=["owed", "claimed", "sent"])
        times = list(rows.order_by("due_at").values_list("due_at", flat=True))
        steps = [Step("papers", at, past=at <= self.now) for at in times]
        return [*steps[:-1], steps[-1]._replace(code="reminder")] if len(steps) > 1 else steps

    def history(self) -> list[tuple[str, datetime, str, str]]:
        """What happened, the newest first: sign, time, who and what."""
        told = line if self.is_in_full else bare_line
        return [told(change) for change in self.changes]
