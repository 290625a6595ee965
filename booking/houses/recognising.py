"""Who signs in has the mailbox, and so is the trainer whom houses know by this address alone: one person, one trainer,
as if every house had invited them. The links in their mails lead to dates, and those are open to an account."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from booking.messages.claims import with_facts
from booking.models import Message
from booking.retry import retried
from workshops.models import Assignment, Trainer


@retried
def recognise(user: User) -> None:
    """Give the account its trainer, and what other houses noted under the same address.

    Locks the trainers of this address in the order of their keys; nothing where nothing is to be done.
    """
    nobodys = Q(user=None, email__iexact=user.email)
    if not Trainer.objects.filter(nobodys).exists():
        return
    rows = list(Trainer.objects.select_for_update(of=("self",)).filter(nobodys | Q(user=user)).order_by("pk"))
    mine = next((row for row in rows if row.user_id), rows[0] if rows else None)
    if mine is None:  # a twin was faster
        return
    versions = [mine.version]
    for row in rows:
        if row != mine and not is_colleague(row, mine):  # with all that was taken over until here
            take_over(row, mine)
            versions.append(row.version)
    if len(versions) > 1 or mine.user_id is None:
        mine.version = max(versions)  # calendars that showed the others are old now
        mine.change(user=user)


def is_colleague(row: Trainer, mine: Trainer) -> bool:
    """Whom one house notes twice under one address are two people with one mailbox."""
    houses = mine.engagements.values("partner")
    return (
        row.engagements.filter(partner__in=houses).exists()
        or row.assignments.filter(slot__in=mine.assignments.values("slot")).exists()
    )


def take_over(row: Trainer, mine: Trainer) -> None:
    """Dates, houses and abilities of `row` become those of `mine`, and mails that are still to go out know it."""
    undelivered = Message.objects.exclude(state__in=[Message.State.SENT, Message.State.DROPPED])
    of_dates = undelivered.filter(slot__in=row.assignments.values("slot"), context__trainer=row.pk)
    of_dates.update(context=with_facts({"trainer": mine.pk}))
    allow_clashes(row, mine)
    row.assignments.update(trainer=mine)
    row.engagements.update(trainer=mine)
    row.qualifications.exclude(workshop__in=mine.qualifications.values("workshop")).update(trainer=mine)
    row.delete()


def allow_clashes(row: Trainer, mine: Trainer) -> None:
    """Two houses may count on the same person at the same time: both dates stay, and the later one says why."""
    bound = Assignment.objects.accepted().filter(override_reason="")
    same_time = bound.filter(trainer=mine, during__overlap=OuterRef("during"))
    with translation.override(settings.LANGUAGE_CODE):
        why = _("Assigned before the houses knew that it is the same person")
    bound.filter(Exists(same_time), trainer=row).update(override_reason=why)
