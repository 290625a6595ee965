"""A missed visit: the school may explain it, the house may let it pass. It stays missed in every count."""

from __future__ import annotations

from datetime import datetime

from accounts.actor import Actor
from booking import access
from booking.errors import FieldErrors, NotActive, Stale
from booking.messages import outbox
from booking.models import Attendance, Booking, Explanation
from booking.retry import retried
from booking.rules.settling import lock_for

State = Booking.State


@retried
def explain_missed(booking: Booking, text: str, *, by: Actor, now: datetime) -> Explanation:
    """Say why nobody came; until the house has answered it can be said anew. Said twice, it is said once. Who says it
    before the mail went out that asks is not asked any more.

    Locks the slot. Raises NotAllowed, NotActive.
    """
    by = access.require(by, "explain_missed", booking)
    _slot, booking = lock_for(by, "explain_missed", booking)
    booking.must_be_in(State.NO_SHOW)
    former = Explanation.objects.filter(booking=booking).first()
    if former and former.text == text:
        return former
    if Attendance.objects.get(booking=booking).excused_at or (former and former.answered_at):
        raise NotActive
    told, _is_new = Explanation.objects.update_or_create(booking=booking, defaults={"text": text, "at": now})
    booking.record("explained", by=by, at=now)
    outbox.take_back(booking, "booking_missed", why="answered")
    return told


@retried
def answer_missed(
    booking: Booking, *, excused: bool, by: Actor, now: datetime, answer: str = "", seen: str | None = None
) -> Booking:
    """Let a missed visit pass, so that it is no mark on the school any more, or leave it one. The school hears of it
    if it had explained; `answer` is for it. Asked twice, it is done once. `seen` is what `standing_of` said when `by`
    looked: what a colleague answered or the school wrote since is not overruled unseen.

    Locks the slot. Raises NotAllowed, NotActive, FieldErrors.
    """
    by = access.require(by, "answer_missed", booking)
    _slot, booking = lock_for(by, "answer_missed", booking)
    booking.must_be_in(State.NO_SHOW)
    record, told = Attendance.objects.get(booking=booking), Explanation.objects.filter(booking=booking).first()
    is_open = bool(told and not told.answered_at)
    if excused == bool(record.excused_at) and not is_open:
        return booking
    if seen is not None and seen != standing_of(record, told):
        raise FieldErrors({"excused": ("overtaken", Stale.text)})
    record.excused_at, record.excused_by = (now, by.user) if excused else (None, None)
    record.save(update_fields=["excused_at", "excused_by"])
    booking.record("excused" if excused else "not_excused", by=by, at=now, reason=answer)
    outbox.take_back(booking, "booking_missed")
    if told:
        told.answered_at = now
        told.save(update_fields=["answered_at"])
        outbox.announce("booking_missed_answer", booking, now=now, excused=excused, reason=answer)
    return booking


def standing_of(record: Attendance, told: Explanation | None) -> str:
    """What an answer goes to: when the school wrote, when it was answered, whether the visit is excused."""
    return "|".join(str(moment) for moment in (told and told.at, told and told.answered_at, record.excused_at))
