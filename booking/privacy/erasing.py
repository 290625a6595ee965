"""A person leaves: the account goes, the address and the name go from every row, and the numbers stay.

What others rely on comes first: whoever still has classes to come, dates to lead, or a house without anybody else
finds out what to settle before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, Exists, F, JSONField, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import CombinedExpression
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actor import Actor
from accounts.models import User
from booking.access import SCHOOL_SIDE
from booking.models import LIVE, Booking, Bounce, Change, Feedback, Inquiry, Message, changed_at
from booking.privacy.belongings import Belongings
from booking.privacy.devices import end_sessions
from booking.retry import retried
from workshops.models import Assignment, Partner, PartnerRole, Slot

TYPED = ("contact_name", "contact_email", "contact_phone", "further_email", "needs", "note")
EMPTY: dict[str, Any] = {**dict.fromkeys(TYPED, ""), "needs_list": []}
NAMES = ["asker", "cancelled_by"]  # of people, in the context of mails to others


class StillNeeded(Exception):
    """Others rely on the person; `reasons` says for what, in the language that is active."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def still_needed(address: str, now: datetime) -> list[str]:
    """What has to be settled before the person can leave, in words; nothing: nothing. At most four queries."""
    return list(reasons_to_stay(Belongings.of(address), now))


def reasons_to_stay(mine: Belongings, now: datetime) -> Iterator[str]:
    if classes := Booking.objects.filter(mine.contact, state__in=LIVE, slot__ends_at__gt=now).count():
        yield ngettext(
            "You still have %(number)d class to come. Please hand it over to a colleague or cancel it.",
            "You still have %(number)d classes to come. Please hand them over to a colleague or cancel them.",
            classes,
        ) % {"number": classes}
    dates = Assignment.objects.accepted().filter(trainer__in=mine.trainers, slot__ends_at__gt=now)
    if leads := dates.exclude(slot__state=Slot.State.CANCELLED).count():
        yield ngettext(
            "You are still to lead %(number)d date. Please let somebody else lead it first.",
            "You are still to lead %(number)d dates. Please let others lead them first.",
            leads,
        ) % {"number": leads}
    if mine.user:
        yield from offices_without(mine.user)


def offices_without(user: User) -> Iterator[str]:
    """What nobody would look after any more."""
    others = PartnerRole.objects.filter(partner=OuterRef("pk"), user__is_active=True).exclude(user=user)
    for house in Partner.objects.filter(~Exists(others), roles__user=user).order_by("name"):
        yield _("Nobody else organises for %(house)s. Please invite another person first.") % {"house": house.name}
    admins = User.objects.filter(is_network_admin=True, is_active=True).exclude(pk=user.pk)
    if user.is_network_admin and not admins.exists():
        yield _("Nobody else looks after the network. Please make another person network admin first.")


@retried
def erase(address: str, *, now: datetime) -> Counter[str]:
    """Delete the account of this address, and empty what names the person elsewhere; says how many rows of each.

    Bookings, visits, hours and figures stay, without the person. Twice is once. Locks the person's houses, the account
    (of a network admin all of them), the dates of their classes, then them as a trainer. Raises StillNeeded.
    """
    mine = hold(address)
    if reasons := list(reasons_to_stay(mine, now)):
        raise StillNeeded(reasons)
    done = Counter(
        {
            "history": empty_history(mine),
            "names in mails to others": empty_names(mine),
            "mails": empty_mails(mine),
            "wishes without a date": empty_inquiries(mine, now),
            "questions of colleagues": mine.questions.delete()[0],
            "as a trainer": leave_houses(mine, now),
            "bookings": empty_bookings(mine, now),
        }
    )
    Bounce.objects.filter(address=address.lower()).delete()
    done["sessions"] = end_sessions(mine)
    done["account"] = forget_account(mine.user) if mine.user else 0
    return done


def hold(address: str) -> Belongings:
    """What belongs to the person, held until the end, in the order of all rules."""
    mine = Belongings.of(address)
    list(Partner.objects.filter(roles__user=mine.account).order_by("pk").select_for_update(no_key=True))
    if mine.user and mine.user.is_network_admin:  # two who leave at once leave one
        list(User.objects.filter(is_network_admin=True).order_by("pk").select_for_update())
    if mine.user:
        mine.user = User.objects.select_for_update().filter(pk=mine.user.pk).first()  # None: a twin was faster
    list(dates_of(mine).order_by("pk").select_for_update(no_key=True))
    list(mine.trainers.order_by("pk").select_for_update(no_key=True))
    return mine


def dates_of(mine: Belongings) -> QuerySet[Slot]:
    return Slot.objects.filter(pk__in=mine.bookings.order_by().values("slot"))


def empty_history(mine: Belongings) -> int:
    """Why, in their words, and for whom a house did it. What happened stays; who did it goes with the account."""
    of_theirs = Q(booking__in=Booking.objects.filter(mine.contact))
    said = Change.objects.filter(of_theirs & Q(role__in=SCHOOL_SIDE) | Q(actor=mine.account))
    for_them = of_theirs | Q(booking__in=mine.messages.values("booking"), on_behalf_of__in=mine.names)
    Change.objects.filter(for_them).exclude(on_behalf_of="").update(on_behalf_of="")
    return said.exclude(reason="").update(reason="")


def empty_names(mine: Belongings) -> int:
    """What others were told of them. A colleague of the same name in the same booking is not told apart."""
    acted = Change.objects.filter(actor=mine.account, booking__isnull=False).values("booking")
    led = Assignment.objects.filter(trainer__in=mine.trainers).values("slot")
    theirs = Q(booking__in=mine.bookings) | Q(booking__in=mine.messages.values("booking"))
    told = Message.objects.filter(theirs | Q(booking__in=acted) | Q(slot__in=led))
    names = list(mine.names)
    return sum(told.filter(**{f"context__{key}__in": names}).update(context=without([key])) for key in NAMES)


def empty_mails(mine: Belongings) -> int:
    """What is owed to them is not sent any more; the log names them no longer, nor repeats what their server said."""
    Message.objects.filter(kind="barrier_reported", context__answer_to__iexact=mine.address).delete()
    unsent = {"state": Message.State.DROPPED, "lease_until": None, "sealed": "", "last_error": "gone"}
    mine.messages.unsent().update(**unsent)
    why = Case(When(state=Message.State.DROPPED, then=F("last_error")), default=Value(""))
    return mine.messages.update(to_address="", to_name="", to_user=None, last_error=why)


def without(keys: list[str]) -> CombinedExpression:
    names = Value(keys, ArrayField(TextField()))
    return CombinedExpression(F("context"), "-", names, output_field=JSONField())


def empty_inquiries(mine: Belongings, now: datetime) -> int:
    found = list(mine.inquiries.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    Inquiry.objects.filter(pk__in=found, state=Inquiry.State.OPEN).update(state=Inquiry.State.CLOSED, ended_at=now)
    return Inquiry.objects.filter(pk__in=found).update(**Inquiry.emptied(now), owner=None)


def leave_houses(mine: Belongings, now: datetime) -> int:
    """What they led stays with their name, for the hours of the house; how to reach them does not, nor does the name of
    who never stood on a team."""
    trainers = list(mine.trainers)
    Assignment.objects.asked().filter(trainer__in=trainers).delete()
    for trainer in trainers:
        if not trainer.assignments.exists():
            trainer.delete()
            continue
        trainer.engagements.all().delete()
        trainer.qualifications.all().delete()
        trainer.change(user=None, email="", phone="")
    if mine.user:
        by = Actor.person(mine.user).acting_as("organiser")
        for role in mine.user.partner_roles.select_related("partner").order_by("partner"):
            facts = {"roles": [["organiser"], []]}
            Change.objects.write("removed", partner=role.partner, by=by, at=now, facts=facts)
    return len(trainers)


def empty_bookings(mine: Belongings, now: datetime) -> int:
    """The contact goes and so does its link; calendars are fetched again. Another person's contact stays."""
    newer = {"version": F("version") + 1, "updated_at": changed_at(now)}
    theirs = Booking.objects.filter(mine.contact)
    dates_of(mine).update(version=F("version") + 1)
    theirs.filter(ended_by="school").update(end_reason="")
    Feedback.objects.of_teachers().filter(booking__in=theirs).update(text="")
    done = theirs.update(**EMPTY, link_version=F("link_version") + 1, **newer)
    Booking.objects.filter(further_email__iexact=mine.address).update(further_email="", **newer)
    return done


def forget_account(user: User) -> int:
    """Roles, keys, calendar addresses and choices go with it."""
    LogEntry.objects.filter(content_type__model="user", object_id=str(user.pk)).update(object_repr="")
    user.delete()
    return 1
