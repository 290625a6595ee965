"""What may happen to a date, each step by its rule at a moment of the past. What ends a visit drops mails: those of
before have gone by then."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import F, Q

from accounts.actor import Actor
from booking import planning, rules
from booking.demo.stage import Group, Stage
from booking.messages.claims import with_facts
from booking.messages.relevance import INVITING, INVITING_TEAMS
from booking.models import Booking, Message
from schools.schooldays import at_local, local_day
from workshops.clashes import clash_of
from workshops.models import Slot, Trainer, Workshop

DAY = timedelta(days=1)
SILENCE = timedelta(days=20)  # by then the office was asked, too
OPENED = timedelta(days=130)  # before the date
STAFFED = timedelta(days=40)
A_MISSED_ONE = 30  # in so many visits, by turns: with any seed and on any day there are some


def post(slot: Slot, at: datetime) -> None:
    """What was due about this date until `at` has been sent, so that loading the demo sends nothing old."""
    about = Q(slot=slot) | Q(booking__in=Booking.objects.filter(slot=slot))
    sent(Message.objects.filter(about, due_at__lte=at))


def sent(messages: Any) -> None:
    """Gone out, with the invitation where there was something to invite to: the end of a visit is told to calendars."""
    owed = messages.filter(state=Message.State.OWED)
    inviting = owed.filter(kind__in=[*INVITING, *INVITING_TEAMS]).exclude(context__has_any_keys=["copy", "own"])
    rows = inviting.values_list("pk", "slot", "booking__confirmed_at")
    invited = [pk for pk, slot, confirmed_at in rows if slot or confirmed_at]
    Message.objects.filter(pk__in=invited).update(context=with_facts({"calendar": "REQUEST"}))
    owed.update(state=Message.State.SENT, sent_at=F("due_at"), tries=1)


def open_date(stage: Stage, workshop: Workshop, starts_at: datetime, **extra: Any) -> Slot:
    at = at_local(local_day(starts_at - OPENED), time(10, 12))
    opening = planning.Opening(workshop=workshop, starts_at=starts_at, **extra)
    slot = planning.open_slot(opening, by=stage.organiser_of(workshop), now=at)
    stage.slots.append(slot)
    return slot


def staff(stage: Stage, slot: Slot, first: int = 0) -> Trainer | None:
    """Assign whoever is free among those who can, beginning with the `first`; nobody may be."""
    team = stage.qualified(slot.workshop)
    order = team[first % len(team) :] + team[: first % len(team)]
    trainer = next((one for one in order if clash_of(one, slot) is None), None)
    if trainer:
        at = max(slot.starts_at - STAFFED, slot.book_from + timedelta(days=1))
        by = stage.organiser_of(slot.workshop)
        planning.assign(slot, [(trainer, "lead")], by=by, now=min(at, stage.days.now - timedelta(hours=1)))
    return trainer


def book(stage: Stage, slot: Slot, group: Group, at: datetime, **extra: Any) -> Booking:
    return rules.place(slot, group.order(**extra), by=Actor.person(group.teacher), now=at)


def book_for_sure(stage: Stage, slot: Slot, group: Group, at: datetime, **extra: Any) -> Booking:
    """Booked and, where the house decides, confirmed on the next day."""
    booking = book(stage, slot, group, at, **extra)
    if booking.state == Booking.State.REQUESTED:
        booking = confirm(stage, booking, at + timedelta(days=1, minutes=37))
    return booking


def confirm(stage: Stage, booking: Booking, at: datetime) -> Booking:
    at = min(at, stage.days.now - timedelta(minutes=4))
    return rules.confirm(booking, by=stage.organiser_of(booking.slot.workshop), now=at)


def resize(stage: Stage, booking: Booking, pupils: int, at: datetime) -> Booking:
    return rules.resize(booking, pupils, by=Actor.person(booking.owner), now=at)  # type: ignore[arg-type]  # always owned here


def cancel(stage: Stage, booking: Booking, at: datetime, reason: str = "") -> Booking:
    post(booking.slot, at)
    return rules.cancel(booking, by=Actor.person(booking.owner), now=at, reason=reason)  # type: ignore[arg-type]  # always owned here


def answer_questions(stage: Stage) -> None:
    """Whether a visit is still on was asked when it was due, and answered on the next day. Open are the questions of
    the last days, and one that nobody answered: a task for the organiser."""
    now = stage.days.now
    due = Booking.objects.to_reconfirm(now).select_related("slot__workshop__partner", "owner")
    silent = due.filter(slot__workshop__partner__slug="zuklos-demo", reconfirm_due_at__lte=now - SILENCE)
    left = silent.exclude(owner__in=stage.cast.values()).order_by("-slot__starts_at", "-pk").first()
    for booking in due.order_by("reconfirm_due_at", "pk"):
        asked = rules.advance_reconfirmation(booking, now=booking.reconfirm_due_at)  # type: ignore[arg-type]  # it is due
        coming = booking.slot.starts_at > now
        if booking == left:
            while asked.reconfirm_due_at and asked.reconfirm_due_at <= now:
                asked = rules.advance_reconfirmation(asked, now=asked.reconfirm_due_at)
        elif asked.updated_at + DAY < now - 2 * DAY or not coming:
            rules.reconfirm(asked, by=Actor.person(booking.owner), now=asked.updated_at + DAY)  # type: ignore[arg-type]  # always owned here


def record(stage: Stage, booking: Booking, trainer: Trainer | None) -> Booking:
    """Who came, in the evening of the day; by the trainer, or by the organiser for one without an account."""
    at = booking.slot.ends_at + timedelta(minutes=20)
    post(booking.slot, at)
    user = trainer.user if trainer else None
    by = Actor.person(user) if user else stage.organiser_of(booking.slot.workshop)
    return rules.attend(booking, counted(stage, booking), by=by, now=at)


def may_miss(stage: Stage, booking: Booking) -> bool:
    """Each school stays away once, those of the cast never: who tries the demo books without being looked at first."""
    cast = {user.pk for user in stage.cast.values()}
    if booking.owner_id in cast or booking.school_id in stage.absent:
        return False
    stage.absent.add(booking.school_id)
    return True


def counted(stage: Stage, booking: Booking) -> rules.Counts:
    rng = stage.rng
    stage.counted += 1
    if stage.counted // A_MISSED_ONE > len(stage.absent) and may_miss(stage, booking):
        return rules.Counts(no_show=True)
    minutes = booking.slot.workshop.minutes
    present = max(1, booking.pupils - rng.choice((0, 0, 1, 1, 2, 3)))
    if rng.random() < 0.1:
        return rules.Counts(unknown=present, adults=booking.adults, minutes=minutes)
    girls = sum(rng.random() < 0.48 for _ in range(present))
    other = min(present - girls, rng.choice((0, 0, 0, 0, 1)))
    return rules.Counts(f=girls, m=present - girls - other, d=other, adults=booking.adults, minutes=minutes)
