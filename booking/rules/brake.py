"""What slows down a stranger: until a school has confirmed somebody, few bookings at a time, and the first from a
private mail address is a request. Whoever books in the role of an organiser is not held up."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from accounts.actor import Actor
from accounts.models import User
from booking.access import roles_of
from booking.errors import Limit
from booking.models import Booking
from schools.addresses import is_free_mail
from schools.models import Membership, School
from workshops.models import Slot


def is_stranger(user: User, school: School | None) -> bool:
    """Whether nobody has confirmed yet that `user` belongs to `school`; to one not yet chosen, nobody belongs.

    Who has a mailbox at a trusted domain is a stranger nowhere.
    """
    if user.email.rpartition("@")[2].lower() in settings.TRUSTED_MAIL_DOMAINS:
        return False
    return school is None or school.pk not in roles_of(user).trusted


def hold_to_limit(slot: Slot, school: School, *, by: Actor, now: datetime) -> None:
    """See that a stranger has no more live bookings than the house allows; 0 is no limit.

    Locks the person, before any slot, so that twins count one after the other. Raises Limit.
    """
    most = slot.workshop.policy.most_unconfirmed
    if not most or by.role != "owner" or by.user is None or not is_stranger(by.user, school):
        return
    User.objects.select_for_update(no_key=True).get(pk=by.user.pk)
    if unconfirmed_bookings(by.user, now) >= most:
        raise Limit(most=most, asked=office_was_asked(by.user))


def unconfirmed_bookings(user: User, now: datetime) -> int:
    """How many visits to come `user` has booked for schools that have not confirmed it."""
    mine = Booking.objects.live().filter(owner=user, slot__ends_at__gt=now)
    return mine.exclude(school__in=roles_of(user).trusted).count()


def office_was_asked(user: User) -> bool:
    return Membership.objects.filter(user=user, state="declared").exclude(school__office_mail="").exists()


def asks_first(slot: Slot, school: School | None, *, by: Actor) -> bool:
    """Whether a person decides although the slot confirms at once: a stranger with a private mail address, whom no
    house has said yes to so far."""
    if by.role != "owner" or by.user is None or not slot.workshop.policy.free_mail_asks:
        return False
    return is_stranger(by.user, school) and is_unknown(by.user)


def is_unknown(user: User) -> bool:
    return is_free_mail(user.email) and not Booking.objects.visiting().filter(owner=user).exists()
