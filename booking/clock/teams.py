"""What the clock tells those who lead a date: before it who comes and what to take along, after it to record who came;
where nobody did so for some days, the organisers. Each once for ever, however often and however late it is asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import cache

from django.db.models import Exists, Max, OuterRef, Q, Value
from django.db.models.functions import Coalesce

from booking import policy
from booking.messages.catalogue import KINDS
from booking.messages.owed import message_to
from booking.messages.recipients import house_addresses, leading, trainer_address
from booking.models import Booking, Message
from schools.schooldays import at_local, closed_days, day_end, local_day, school_days_after, school_days_before
from workshops.models import Assignment, Policy, Slot, Trainer, Workshop

NAG_BACK = timedelta(days=14)  # older gaps are for the organiser to close
TRUST = timedelta(days=3)  # so long the trainer alone knows that the numbers are missing


def owe(rows: Iterable[Message]) -> int:
    """Write those whose key is new; returns how many."""
    owed = {row.dedupe_key: row for row in rows}
    known = set(Message.objects.filter(dedupe_key__in=owed).values_list("dedupe_key", flat=True))
    fresh = [row for key, row in owed.items() if key not in known]
    Message.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


# Before


def remind_teams(now: datetime) -> int:
    """Owe each who leads a coming date with groups one reminder, at 8:00 local time so many school days before; who is
    assigned later hears at once. Four queries, however many dates."""
    today = mornings_until(now)
    closed = closed_days(None, today - policy.LONGEST_LOOK_BACK, today + policy.LONGEST_LOOK_BACK)
    last = school_days_after(today, most_days(), closed)
    teams = coming_teams(now, day_end(last))
    return owe(row for one in teams if (row := reminder(one.slot, one.trainer, today, closed, now)))


def mornings_until(now: datetime) -> date:
    """The last day whose 8:00 is over."""
    today = local_day(now)
    return today if now >= at_local(today, policy.MORNING) else today - timedelta(days=1)


def most_days() -> int:
    """The longest time before a date at which any house reminds."""
    days = Coalesce("team_days", "partner__team_days", Value(Policy().team_days))
    return Workshop.objects.aggregate(most=Max(days))["most"] or 0


def coming_teams(now: datetime, until: datetime) -> Iterable[Assignment]:
    """Who leads a date that begins before `until` and has groups."""
    groups = Exists(Booking.objects.filter(slot=OuterRef("slot"), state=Booking.State.CONFIRMED))
    coming = Assignment.objects.accepted().filter(groups, slot__starts_at__gt=now, slot__starts_at__lt=until)
    standing = coming.exclude(Q(slot__state=Slot.State.CANCELLED) | Q(trainer__email=""))
    return standing.select_related("trainer__user", "slot__workshop__partner").order_by("slot__starts_at", "pk")


def reminder(slot: Slot, trainer: Trainer, today: date, closed: frozenset[date], now: datetime) -> Message | None:
    """None where the house does not remind, or not yet. A date that moves to another day is told of anew."""
    lesson, days = local_day(slot.starts_at), slot.workshop.policy.team_days
    morning = school_days_before(lesson, days, closed)
    if not days or morning > today:
        return None
    key = f"team_reminder:slot:{slot.pk}:trainer:{trainer.pk}:{lesson}"
    due_at = at_local(morning, policy.MORNING)
    to = trainer_address(trainer)
    row = message_to(KINDS["team_reminder"], to, now=now, due_at=due_at, slot=slot, dedupe_key=key)
    row.useful_until = slot.starts_at
    return row


# After


def ask_for_numbers(now: datetime) -> int:
    """Owe each trainer of a visit that nobody recorded one mail, at 8:00 local time of the day after, once for ever."""
    slots = unrecorded(nag_limit(now))
    return owe(nag(slot, row.trainer, now) for slot in slots for row in leading(slot) if row.trainer.email)


def ask_organisers(now: datetime) -> int:
    """Owe the organisers one mail for each visit of which the numbers are still missing some days later."""
    addresses = cache(lambda partner: house_addresses("attendance_open", partner))
    slots = unrecorded(nag_limit(now) - TRUST)
    return owe(late(slot, to, now) for slot in slots for to in addresses(slot.workshop.partner))


def unrecorded(before: datetime) -> Iterable[Slot]:
    """Dates that ended before, not too long ago, with a group of which nobody said whether it came."""
    missing = Booking.objects.unrecorded(before).filter(slot__starts_at__gte=before - NAG_BACK)
    return Slot.objects.filter(pk__in=missing.values("slot")).select_related("workshop__partner").order_by("pk")


def nag_limit(now: datetime) -> datetime:
    """Whoever ended before this instant is asked by now: before today, or, until 8:00, before yesterday."""
    return at_local(mornings_until(now), time.min)


def nag(slot: Slot, trainer: Trainer, now: datetime) -> Message:
    due_at = at_local(local_day(slot.ends_at) + timedelta(days=1), policy.MORNING)
    key = f"attendance:slot:{slot.pk}:trainer:{trainer.pk}"
    to = trainer_address(trainer)
    return message_to(KINDS["attendance_missing"], to, now=now, due_at=due_at, slot=slot, dedupe_key=key)


def late(slot: Slot, to: dict[str, object], now: datetime) -> Message:
    due_at = at_local(local_day(slot.ends_at) + timedelta(days=1) + TRUST, policy.MORNING)
    key = f"attendance_open:slot:{slot.pk}:user:{to.get('to_user_id', 'mailbox')}"
    return message_to(KINDS["attendance_open"], to, now=now, due_at=due_at, slot=slot, dedupe_key=key)
