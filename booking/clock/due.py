"""What time decides: asked each minute, it finds by itself what an outage left behind. Any number may run at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from accounts.models import Tally
from booking import rules
from booking.clock import morning, teams
from booking.errors import NotActive
from booking.idempotency import purge
from booking.models import Booking
from workshops.models import Slot

TALLIES_KEPT = timedelta(days=1)


def decide_due(now: datetime) -> Counter[str]:
    """Let end what nobody decided in time, ask for missing numbers, forget old keys; returns how many of each.

    Each booking is a transaction of its own; who comes second finds it decided and goes on.
    """
    done: Counter[str] = Counter()
    done["expired"] = each(undecided(now), rules.expire, now)
    done["offers withdrawn"] = each(unanswered(now), rules.withdraw_offer, now)
    done["asked whether it is still on"] = each(Booking.objects.to_reconfirm(now), rules.advance_reconfirmation, now)
    done["reminded who leads"] = teams.remind_teams(now)
    done["asked for numbers"] = teams.ask_for_numbers(now)
    done["told of missing numbers"] = teams.ask_organisers(now)
    done["digests"] = morning.send_digests(now)
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
