"""Who belongs to which school: said by booking or on the profile, confirmed by the school's mailbox, by a colleague or
by an organiser. And schools that a teacher typed because they were missing: taken as they are, or merged into another.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from accounts.limits import tries
from accounts.models import User
from booking.access import roles_of
from booking.errors import AlreadyDecided, FieldErrors, NotAllowed
from booking.houses import places
from booking.messages import outbox, reminders
from booking.messages.catalogue import KINDS
from booking.messages.owed import message_to
from booking.messages.recipients import office_address
from booking.models import Booking, Message, Note, changed_at
from booking.reports import facts
from booking.retry import retried
from schools.models import Closure, Membership, School

MOST_ASKED = 5  # mails to one office within a day
State = Membership.State


def declare(user: User, school: School, *, now: datetime, role: str = "teacher", how: str = "booking") -> Membership:
    """Note that `user` says to belong to `school`, and ask the school's mailbox, once. A refused one stays refused.

    Who signs in with the school's own mailbox needs no other word.
    """
    Membership.objects.declare(user, school, role=role, how=how)
    membership = Membership.objects.select_related("user", "school").get(user=user, school=school, role=role)
    if membership.state == State.DECLARED and user.email.lower() == school.office_mail.lower():
        write(membership, State.CONFIRMED, how="mailbox", by=None, now=now)
    if membership.state == State.DECLARED:
        ask_office(membership, now=now)
    return membership


def ask_office(membership: Membership, *, now: datetime) -> bool:
    """Owe the school's mailbox one question about this person; says whether it has been asked.

    Several at once are counted one after the other, so that nobody floods an office.
    """
    school, key = membership.school, asked_key(membership)
    if not school.office_mail or membership.state != State.DECLARED:
        return False
    if Message.objects.filter(dedupe_key=key).exists():
        return True
    if tries(f"office:{school.pk}", window=timedelta(days=1), now=now) > MOST_ASKED:
        return False
    to = office_address(school)
    row = message_to(KINDS["membership_asked"], to, now=now, membership=membership.pk, dedupe_key=key)
    Message.objects.bulk_create([row], ignore_conflicts=True)
    return True


@retried
def let_read_along(school: School, *, wanted: bool, now: datetime) -> None:
    """Whether the school's mailbox gets copies from now on, those of reminders to come included.

    Locks the bookings that it reminds of: one that is cancelled meanwhile gets no reminder after its end.
    """
    School.objects.filter(pk=school.pk).update(office_copies=wanted)
    if not wanted:
        return
    coming = Booking.objects.filter(school=school, state=Booking.State.CONFIRMED, slot__starts_at__gt=now)
    held = coming.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True)
    reminders.remind_along(Booking.objects.filter(pk__in=list(held)), now=now)


def asked_key(membership: Membership) -> str:
    return f"membership_asked:{membership.pk}"


@retried
def decide(membership: Membership, *, yes: bool, by: Actor, now: datetime, reason: str = "") -> Membership:
    """Confirm or refuse that somebody belongs to a school. Said twice, it is told once; an organiser may correct it.

    Locks the membership. Raises NotAllowed, FieldErrors, AlreadyDecided.
    """
    how = way_of(by, membership, yes=yes)
    if not yes and how == "organiser" and not reason.strip():
        raise FieldErrors({"reason": ("required", _("Please give a reason; the person reads it."))})
    rows = Membership.objects.select_related("user", "school").select_for_update(of=("self",), no_key=True)
    row, wanted = rows.get(pk=membership.pk), State.CONFIRMED if yes else State.REFUSED
    if row.state == wanted:
        return row
    if row.state != State.DECLARED and how != "organiser":
        raise AlreadyDecided
    write(row, wanted, how=how, by=by.user, now=now, reason=reason)
    tell(row, now=now)
    return row


def way_of(by: Actor, membership: Membership, *, yes: bool) -> str:
    """As what `by` decides: mailbox, organiser or colleague. Nobody decides about oneself. Raises NotAllowed."""
    if by.kind == "link" and by.role == "mailbox" and by.link_to == membership.pk:
        return "mailbox"
    if by.user is None or by.user.pk == membership.user_id:
        raise NotAllowed("decide")
    if organises(by.user, membership.school):
        return "organiser"
    if yes and membership.role == Membership.Role.TEACHER and membership.school_id in roles_of(by.user).trusted:
        return "colleague"
    raise NotAllowed("decide")


def organises(user: User, school: School) -> bool:
    """Whether the school has to do with a partner that `user` works for; the network's admin organises all."""
    return School.objects.organised_by(user).filter(pk=school.pk).exists()


def write(membership: Membership, state: str, *, how: str, by: User | None, now: datetime, reason: str = "") -> None:
    membership.state, membership.how, membership.by = state, how, by
    membership.decided_at, membership.reason = now, reason.strip()
    membership.save(update_fields=["state", "how", "by", "decided_at", "reason"])


def tell(membership: Membership, *, now: datetime) -> None:
    """Owe the person a mail about the decision."""
    outbox.tell_person("membership_decided", membership.user, now=now, membership=membership.pk)


@retried
def accept_school(school: School, *, by: Actor, now: datetime) -> School:
    """Take a school that somebody typed into the register of this house.

    Locks the school. Raises NotAllowed, AlreadyDecided.
    """
    must_organise(by, school)
    row = School.objects.select_for_update().get(pk=school.pk)
    if row.state != School.State.PROPOSED:
        raise AlreadyDecided
    return end_proposal(row, state=School.State.ACTIVE)


def end_proposal(school: School, **values: Any) -> School:
    """Write what became of a typed school; it is locked."""
    School.objects.filter(pk=school.pk).update(version=F("version") + 1, **values)
    school.refresh_from_db()
    return school


@retried
def merge_school(school: School, into: School, *, by: Actor, now: datetime) -> School:
    """Give everything of a school that somebody typed to `into`, which the register knows; what is being booked for
    the typed one at this moment follows (see `follow_merger`).

    Locks both schools in the order of their keys, then the dates that come there. Raises
    NotAllowed, AlreadyDecided, FieldErrors.
    """
    must_organise(by, school)
    locked = School.objects.select_for_update(of=("self",)).order_by("pk").in_bulk([school.pk, into.pk])
    typed, heir = locked[school.pk], locked[into.pk]
    if typed.state != School.State.PROPOSED:
        raise AlreadyDecided
    if heir.state != School.State.ACTIVE:
        raise FieldErrors({"into": ("not_active", _("Please choose a school of the register."))})
    refuse_double_groups(typed, heir)
    places.follow_schools([typed.pk], now)
    Booking.objects.filter(school=typed).update(school=heir, version=F("version") + 1, updated_at=changed_at(now))
    facts.follow_school(typed)
    Note.objects.filter(school=typed).update(school=heir)
    Closure.objects.filter(school=typed).update(school=heir)
    move_members(typed, heir)
    return end_proposal(typed, state=School.State.CLOSED, merged_into=heir)


def must_organise(by: Actor, school: School) -> None:
    if by.user is None or not organises(by.user, school):
        raise NotAllowed("settle")


def refuse_double_groups(typed: School, heir: School) -> None:
    """Raises FieldErrors where both schools have the same class on the same date."""
    theirs = Booking.objects.live().filter(school=heir)
    for booking in Booking.objects.live().filter(school=typed):
        if theirs.filter(slot=booking.slot_id, group_key=booking.group_key).exists():
            sentence = _("Both schools have a class %(name)s on the same date. Please cancel one of the two first.")
            raise FieldErrors({"into": ("already_booked", sentence % {"name": booking.group_name})})


def move_members(typed: School, heir: School) -> None:
    """The memberships move; of two of one person the confirmed one stays."""
    for member in typed.memberships.all():
        twin = heir.memberships.filter(user=member.user_id, role=member.role)
        if member.state != State.CONFIRMED and twin.exists():
            member.delete()
            continue
        twin.delete()
        member.school = heir
        member.save(update_fields=["school"])


def follow_merger(booking: Booking) -> None:
    """Let a booking that is not yet written go to the heir, where its school was merged in this moment.

    Locks a school that is only proposed, so that a merger waits or is seen.
    """
    if booking.school.state != School.State.PROPOSED:
        return
    school = School.objects.select_for_update(no_key=True).get(pk=booking.school_id)
    if school.merged_into_id:
        booking.school = School.objects.get(pk=school.merged_into_id)


def colleagues_to_confirm(user: User) -> Any:
    """Teachers who say to belong to a school that has confirmed `user`."""
    waiting = Membership.objects.filter(state=State.DECLARED, role=Membership.Role.TEACHER)
    theirs = waiting.filter(school__in=roles_of(user).trusted).exclude(user=user)
    return theirs.select_related("user", "school").order_by("at", "pk")


def memberships_of(user: User) -> Any:
    """What `user` says to be, with how it stands; of schools that were merged nothing is left."""
    return user.memberships.filter(~Q(school__state=School.State.CLOSED)).select_related("school").order_by("at", "pk")
