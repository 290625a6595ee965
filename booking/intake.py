"""From an order to the rows of a booking: what `rules.place` inserts, on each of its ways."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.actor import Actor
from accounts.models import User
from booking import belonging, brake, policy
from booking.access import roles_of
from booking.messages import outbox
from booking.models import Alternative, Booking
from booking.orders import Order
from schools.models import School
from schools.schooldays import closed_days, local_day
from workshops.models import Slot
from workshops.vocabulary import BookingMode


def draft(slot: Slot, order: Order, *, by: Actor, now: datetime) -> Booking:
    """The booking as it is if the group fits: confirmed, or requested and holding its places if the house does so."""
    instant = bool(by.on_behalf_of) or (
        slot.booking_mode == BookingMode.INSTANT and not brake.asks_first(slot, order.school, by=by)
    )
    holds = instant or slot.workshop.policy.requests_hold
    return Booking(
        slot=slot,
        school=order.school,
        owner=owner_for(order, by),
        group_name=order.group_name,
        grades=sorted(set(order.grades)),
        pupils=order.pupils,
        adults=order.adults,
        language=order.language,
        needs=order.needs,
        needs_list=list(order.needs_list),
        note=order.note,
        arrival=order.arrival,
        photos=order.photos,
        bundle=order.bundle,
        state=Booking.State.CONFIRMED if instant else Booking.State.REQUESTED,
        places_held=order.pupils if holds else 0,
        confirmed_at=now if instant else None,
        terms=terms_of(slot, order.school, now),
        consents=consents_of(slot, order, now),
        contact_name=order.contact.name,
        contact_email=order.contact.email,
        contact_phone=order.contact.phone,
        contact_language=order.contact.language,
        created_at=now,
        updated_at=now,
    )


def owner_for(order: Order, by: Actor) -> User | None:
    """Whoever books; on behalf of a teacher the one with that address, if there is an account."""
    if not by.on_behalf_of:
        return by.user
    email = order.contact.email
    return User.objects.filter(email__iexact=email, is_active=True).first() if email else None


def consents_of(slot: Slot, order: Order, now: datetime) -> list[dict[str, str]]:
    """What was agreed to, in which version of the house's texts, and when."""
    version = str(slot.workshop.partner.rules_version)
    return [{"what": what, "version": version, "at": now.isoformat()} for what in order.consents]


def enter(booking: Booking, order: Order, *, by: Actor, now: datetime) -> None:
    """Insert the booking with its history, wishes, membership and messages. Raises IntegrityError for a twin."""
    belonging.follow_merger(booking)
    booking.save(force_insert=True)
    if by.user and by.role == "owner" and booking.school_id not in roles_of(by.user).schools:
        belonging.declare(by.user, booking.school, now=now)
    if order.alternatives:
        wishes = enumerate(order.alternatives, start=1)
        Alternative.objects.bulk_create([Alternative(booking=booking, slot=slot, rank=rank) for rank, slot in wishes])
    booking.record(booking.state, by=by, at=now)
    if now < booking.slot.starts_at:  # of what has begun nobody needs an invitation
        come = booking.state == Booking.State.CONFIRMED
        outbox.announce(f"booking_{booking.state}", booking, now=now, reminders=come)


def terms_of(slot: Slot, school: School, now: datetime) -> dict[str, Any]:
    """What holds for this school if it books this slot now. One query (closures)."""
    return policy.terms_for(slot, slot.workshop.policy, school_closures(slot, school), now)


def school_closures(slot: Slot, school: School | None) -> frozenset[Any]:
    lesson = local_day(slot.starts_at)
    return closed_days(school, lesson - policy.LONGEST_LOOK_BACK, lesson)


def redated(terms: dict[str, Any], slot: Slot, school: School) -> dict[str, Any]:
    """The same promises for another date."""
    closed = school_closures(slot, school)
    until = policy.free_until(local_day(slot.starts_at), terms["free_cancel_days"], closed)
    return {**terms, "cancel_until": policy.end_of(until, slot.starts_at).isoformat()}
