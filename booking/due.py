"""What time decides: asked each minute, it finds by itself what an outage left behind. Any number may run at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta

from django.db.models import Count, Min, QuerySet

from accounts.models import Tally, User
from booking import rules
from booking.errors import NotActive
from booking.idempotency import purge
from booking.messages.catalogue import KINDS
from booking.messages.outbox import compose, leading, person_address, trainer_address
from booking.models import Booking, Message, MessageChoice
from schools.schooldays import at_local, closed_days, is_school_day, local_day
from workshops.models import Slot, Trainer

NAG_CLOCK = time(8)
DIGEST_CLOCK = time(7, 30)
DIGEST_USEFUL = KINDS["requests_digest"].useful_for or timedelta()
NAG_BACK = timedelta(days=14)  # older gaps are for the organiser to close
TALLIES_KEPT = timedelta(days=1)


def decide_due(now: datetime) -> Counter[str]:
    """Let end what nobody decided in time, ask for missing numbers, forget old keys; returns how many of each.

    Each booking is a transaction of its own; who comes second finds it decided and goes on.
    """
    done: Counter[str] = Counter()
    done["expired"] = each(undecided(now), rules.expire, now)
    done["offers withdrawn"] = each(unanswered(now), rules.withdraw_offer, now)
    done["asked whether it is still on"] = each(Booking.objects.to_reconfirm(now), rules.advance_reconfirmation, now)
    done["asked for numbers"] = ask_for_numbers(now)
    done["digests"] = send_digests(now)
    purge(now)
    Tally.objects.filter(ends_at__lt=now - TALLIES_KEPT).delete()
    return done


def each(bookings: Iterable[Booking], rule: Callable[..., Booking], now: datetime) -> int:
    done = 0
    for booking in list(bookings):
        try:
            rule(booking, now=now)
            done += 1
        except (NotActive, Booking.DoesNotExist):
            continue  # somebody was quicker
    return done


def undecided(now: datetime) -> list[Booking]:
    """Requests and places on waiting lists whose booking time is over; looks only where somebody waits."""
    waiting = Slot.objects.filter(groups_waiting__gt=0, book_until__lte=now)
    requested = Booking.objects.requested().filter(slot__book_until__lte=now)
    return [*requested.order_by("pk"), *Booking.objects.waiting().filter(slot__in=waiting)]


def unanswered(now: datetime) -> list[Booking]:
    return list(Booking.objects.filter(state=Booking.State.OFFERED, offer_expires_at__lte=now).order_by("pk"))


def ask_for_numbers(now: datetime) -> int:
    """Owe each trainer of a visit that nobody recorded one mail, at 8:00 local time of the day after, once for ever."""
    before = nag_limit(now)
    missing = Booking.objects.unrecorded(before).filter(slot__starts_at__gte=before - NAG_BACK)
    slots = Slot.objects.filter(pk__in=missing.values("slot")).order_by("pk")
    owed = [nag(slot, row.trainer, now) for slot in slots for row in leading(slot) if row.trainer.email]
    known = set(
        Message.objects.filter(dedupe_key__in=[one.dedupe_key for one in owed]).values_list("dedupe_key", flat=True)
    )
    fresh = [one for one in owed if one.dedupe_key not in known]
    Message.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def send_digests(now: datetime) -> int:
    """Owe each organiser who wants it so one list of the open requests, at 7:30 local time of a school day.

    Only what was open by then counts: what comes later in the day waits for the next morning.
    """
    today = local_day(now)
    due_at = at_local(today, DIGEST_CLOCK)
    if not due_at <= now < due_at + DIGEST_USEFUL or not is_school_day(today, closed_days(None, today, today)):
        return 0
    key = f"requests_digest:{today}:user:"
    done = Message.objects.filter(dedupe_key__startswith=key).values("to_user")
    readers = digest_readers().exclude(pk__in=done)
    rows = [digest(user, due_at, now, f"{key}{user.pk}") for user in readers if has_open_requests(user, due_at)]
    Message.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def digest_readers() -> QuerySet[User]:
    """Organisers who want their requests once in the morning."""
    chosen = MessageChoice.objects.filter(kind="request_arrived", how=MessageChoice.How.DIGEST)
    organisers = User.objects.filter(is_active=True, message_choices__in=chosen, partner_roles__isnull=False)
    return organisers.annotate(houses=Count("partner_roles"), house=Min("partner_roles__partner")).order_by("pk")


def has_open_requests(user: User, at: datetime) -> bool:
    return Booking.objects.requested().organised_by(user).filter(created_at__lt=at).exists()


def digest(user: User, due_at: datetime, now: datetime, key: str) -> Message:
    """The mail for a reader of `digest_readers`; where they organise one house alone, it is of that house."""
    house = {"partner_id": user.house} if user.houses == 1 else {}  # type: ignore[attr-defined]  # annotated there
    return compose(KINDS["requests_digest"], person_address(user), now=now, due_at=due_at, dedupe_key=key, **house)


def nag_limit(now: datetime) -> datetime:
    """Whoever ended before this instant is asked by now: before today, or, until 8:00, before yesterday."""
    today = local_day(now)
    asked = today if now >= at_local(today, NAG_CLOCK) else today - timedelta(days=1)
    return at_local(asked, time.min)


def nag(slot: Slot, trainer: Trainer, now: datetime) -> Message:
    due_at = at_local(local_day(slot.ends_at) + timedelta(days=1), NAG_CLOCK)
    key = f"attendance:slot:{slot.pk}:trainer:{trainer.pk}"
    to = trainer_address(trainer)
    return compose(KINDS["attendance_missing"], to, now=now, due_at=due_at, slot=slot, dedupe_key=key)
