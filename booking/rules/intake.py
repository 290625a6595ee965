"""From an order to the rows of a booking: what `rules.place` inserts, on each of its ways."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.actor import Actor
from accounts.models import User
from accounts.prepared import insert
from booking import belonging, policy
from booking.access import roles_of
from booking.messages import outbox
from booking.models import Alternative, Booking
from booking.orders import Order
from booking.rules import brake, marks
from booking.rules.marks import Standing
from schools.models import School
from schools.schooldays import closed_days, local_day
from workshops.models import Policy, Slot
from workshops.vocabulary import BookingMode


def draft(slot: Slot, order: Order, *, by: Actor, now: datetime) -> Booking:
    """The booking as it is if the group fits: confirmed, or requested and holding its places if the house does so."""
    standing = marks.standing(order.school, slot, now)
    instant = is_instant(slot, order.school, standing, by=by)
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
        first_visit=standing.is_new,
        state=Booking.State.CONFIRMED if instant else Booking.State.REQUESTED,
        places_held=order.pupils if holds else 0,
        confirmed_at=now if instant else None,
        terms=terms_of(slot, order.school, now),
        **planned_question(slot, now if instant else None),
        consents=consents_of(slot, order, now),
        contact_name=order.contact.name,
        contact_email=order.contact.email,
        contact_phone=order.contact.phone,
        contact_language=order.contact.language,
        further_email=order.contact.further_email,
        created_at=now,
        updated_at=now,
    )


def is_instant(slot: Slot, school: School, standing: Standing, *, by: Actor) -> bool:
    """Whether a group that fits is confirmed at once. What organisers book, for a teacher or in their own name where
    the date confirms at once, is; a stranger or a school with open marks is asked about first."""
    if by.on_behalf_of:
        return True
    if slot.booking_mode != BookingMode.INSTANT:
        return False
    asks = by.role != "organiser" and (standing.asks_first(slot.workshop.policy))
    return not asks and not brake.asks_first(slot, school, by=by)


def planned_question(slot: Slot, confirmed_at: datetime | None, promised: Policy | None = None) -> dict[str, Any]:
    """The columns that say when a confirmed group is asked whether it still comes; by the policy that was `promised`,
    or that of today."""
    due = confirmed_at and policy.reconfirm_at(slot.starts_at, promised or slot.workshop.policy, confirmed_at)
    step = Booking.Reconfirm.PLANNED if due else ""
    return {"reconfirm_step": step, "reconfirm_due_at": due, "reconfirm_until": None, "reconfirmed_at": None}


def promised_to(booking: Booking) -> Policy:
    """The policy of the house as it was agreed with this booking."""
    return policy.agreed(booking.terms, booking.slot.workshop.policy)


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
    insert(booking)
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
    return policy.terms_for(slot, slot.workshop.policy, school_closures(slot, school, since=now), now)


def school_closures(slot: Slot, school: School | None, since: datetime | None = None) -> frozenset[Any]:
    """The days without lessons as far as deadlines look: back from the visit, and from `since` on where one begins."""
    lesson = local_day(slot.starts_at)
    look_back = lesson - policy.LONGEST_LOOK_BACK
    return closed_days(school, min(look_back, local_day(since)) if since else look_back, lesson)


def redated(booking: Booking, slot: Slot) -> dict[str, Any]:
    """The promises of a booking for another date of the workshop. One query (closures)."""
    return policy.redated(booking.terms, slot, slot.workshop.policy, school_closures(slot, booking.school))
