"""Who works for a partner: invite, change, take out. Locks the partner first, then the trainer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import get_language, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from accounts.forms import remember
from accounts.models import User
from booking import access
from booking.errors import FieldErrors, Stale
from booking.houses.people import Person, future_dates
from booking.messages import outbox
from booking.models import Change, Message
from booking.retry import retried
from workshops.models import Assignment, Partner, PartnerRole, Qualification, Trainer, TrainerPartner, Workshop

ORGANISER, TRAINER = "organiser", "trainer"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a house knows of somebody: name, ways to reach them, what they can do. Qualifications are per house."""

    name: str
    email: str = ""
    phone: str = ""
    languages: tuple[str, ...] = ()
    towing: bool = False
    qualifications: tuple[Workshop, ...] = ()


@retried
def invite(
    partner: Partner, facts: Facts, roles: Iterable[str], *, by: Actor, now: datetime, language: str = "de"
) -> Person:
    """Take somebody into the team of `partner` and write to them; a trainer may do without an address and account.

    Twins make one account, one role and one mail. Locks the partner. Raises NotAllowed, FieldErrors.
    """
    by = access.organising(by, partner.pk)
    roles = require_roles(roles, facts.email)
    lock(partner)
    user = account_of(facts, language)
    new = [role for role in roles if not holds(partner, user, role)]
    if not new:
        raise FieldErrors({"email": ("already_here", _("This person is in your team already."))})
    if user and ORGANISER in new:
        PartnerRole.objects.create(user=user, partner=partner)
    trainer = engage(partner, facts, user) if TRAINER in new else None
    Change.objects.write("invited", partner=partner, by=by, at=now, facts={"roles": [[], new]})
    if user:
        owe_invitation(partner, user, new, by=by, now=now)
    return Person(partner, user, trainer, is_organiser=ORGANISER in roles)


def require_roles(roles: Iterable[str], email: str) -> list[str]:
    wanted = [role for role in (ORGANISER, TRAINER) if role in roles]
    if not wanted:
        raise FieldErrors({"roles": ("required", _("Please tick at least one task."))})
    if ORGANISER in wanted and not email:
        raise FieldErrors({"email": ("required", _("Whoever organises signs in, and needs an address for that."))})
    return wanted


def lock(partner: Partner) -> Partner:
    """Hold the partner's row, so that a house's people change one after the other."""
    return Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)


def account_of(facts: Facts, language: str) -> User | None:
    """The account of the address; a new one gets the name and the language, an old one keeps its own."""
    if not facts.email:
        return None
    user = remember(facts.email, name=facts.name, language=language)
    if not user.is_active:
        raise FieldErrors({"email": ("closed", _("The account of this address is closed."))})
    if not user.name:
        User.objects.filter(pk=user.pk, name="").update(name=facts.name)
        user.name = facts.name
    return user


def holds(partner: Partner, user: User | None, role: str) -> bool:
    if user is None:
        return False
    if role == ORGANISER:
        return PartnerRole.objects.filter(user=user, partner=partner).exists()
    return TrainerPartner.objects.filter(trainer__user=user, partner=partner).exists()


def engage(partner: Partner, facts: Facts, user: User | None) -> Trainer:
    """The trainer in the pool of `partner`. Who leads elsewhere already stays as they are: one person, two houses."""
    trainer = known_trainer(user) or new_trainer(facts, user)
    TrainerPartner.objects.get_or_create(trainer=trainer, partner=partner)
    qualify(partner, trainer, facts.qualifications)
    return trainer


def known_trainer(user: User | None) -> Trainer | None:
    """The trainer with this account, else one whom a house knows by the address; from now on it has the account. Of
    several the others follow when the person signs in (see `recognising`)."""
    if user is None:
        return None
    same = Trainer.objects.select_for_update(of=("self",), no_key=True)
    mine = same.filter(user=user).first() or same.filter(user=None, email__iexact=user.email).order_by("pk").first()
    if mine and mine.user_id is None:
        mine.change(user=user)
    return mine


def new_trainer(facts: Facts, user: User | None) -> Trainer:
    try:
        with transaction.atomic():
            return Trainer.objects.create(
                user=user,
                name=facts.name,
                email=user.email if user else facts.email,
                phone=facts.phone,
                languages=list(facts.languages),
                towing=facts.towing,
            )
    except IntegrityError:  # another house made the same person a trainer at this moment
        return Trainer.objects.get(user=user)


def qualify(partner: Partner, trainer: Trainer, workshops: Iterable[Workshop]) -> None:
    """The workshops of this house that the trainer can lead; what other houses say stays."""
    wanted = {workshop.pk for workshop in workshops if workshop.partner_id == partner.pk}
    trainer.qualifications.filter(workshop__partner=partner).exclude(workshop__in=wanted).delete()
    rows = [Qualification(trainer=trainer, workshop_id=pk) for pk in sorted(wanted)]
    Qualification.objects.bulk_create(rows, ignore_conflicts=True)


def owe_invitation(partner: Partner, user: User, roles: Iterable[str], *, by: Actor, now: datetime) -> None:
    house = {"partner": partner, "house": partner.name, "mailbox": partner.mailbox, "phone": partner.phone}
    outbox.tell_person("invited", user, now=now, by=str(by.user or ""), roles=list(roles), **house)


@retried
def invite_again(person: Person, *, by: Actor, now: datetime) -> None:
    """Write once more to somebody who has not signed in yet; what is still owed of the first mail is dropped.
    A trainer who has an address but no account gets one.

    Locks the partner. Raises NotAllowed, FieldErrors.
    """
    by = access.organising(by, person.partner.pk)
    partner = lock(person.partner)
    if person.user is None and person.email:
        invite(partner, Facts(person.name, person.email), person.roles, by=by, now=now, language=get_language() or "de")
        return
    if person.user is None or person.user.last_login:
        raise FieldErrors({"again": ("not_needed", _("This person has signed in already, or has no address."))})
    drop_invitations(partner, person.user)
    owe_invitation(partner, person.user, person.roles, by=by, now=now)
    Change.objects.write("invited", partner=partner, by=by, at=now, facts={"roles": [[], person.roles]})


def drop_invitations(partner: Partner, user: User) -> None:
    undelivered = [Message.State.OWED, Message.State.FAILED]
    former = Message.objects.filter(to_user=user, kind="invited", state__in=undelivered, partner=partner)
    former.update(state=Message.State.DROPPED, last_error="withdrawn")


@retried
def amend(person: Person, facts: Facts, *, version: int, by: Actor, now: datetime) -> None:
    """Change what the house knows of a trainer. Who shares a trainer changes name and ways to reach them, and what
    the trainer can lead in the own house; languages and towing then are the network admin's.

    Locks the partner, then the trainer. Raises NotAllowed, Stale, FieldErrors.
    """
    by = access.organising(by, person.partner.pk)
    partner, trainer = lock(person.partner), locked(person.trainer)
    if trainer.version != version:
        raise Stale
    values: dict[str, Any] = {"name": facts.name, "phone": facts.phone}
    if trainer.user_id is None:
        values |= addressed(facts.email)
    if may_say_what_they_can(by, trainer):
        values |= {"languages": list(facts.languages), "towing": facts.towing}
    changed = sorted(name for name, value in values.items() if getattr(trainer, name) != value)
    trainer.change(**values)
    qualify(partner, trainer, facts.qualifications)
    Change.objects.write("edited", partner=partner, by=by, at=now, facts={"trainer": trainer.pk, "fields": changed})


def locked(trainer: Trainer | None) -> Trainer:
    assert trainer is not None, "only trainers have facts to change"
    return Trainer.objects.select_for_update(no_key=True).get(pk=trainer.pk)


def addressed(email: str) -> dict[str, Any]:
    """The address of a trainer without account; with it comes the account, where one has that address."""
    user = User.objects.filter(email__iexact=email).first() if email else None
    if user and Trainer.objects.filter(user=user).exists():
        raise FieldErrors({"email": ("taken", _("Another trainer has this address."))})
    return {"email": email, "user": user}


def may_say_what_they_can(by: Actor, trainer: Trainer) -> bool:
    return bool(by.user and by.user.is_network_admin) or trainer.engagements.count() <= 1


@retried
def give(person: Person, role: str, *, by: Actor, now: datetime) -> None:
    """A further task for somebody of the team who has an account; they hear of it. Raises NotAllowed, FieldErrors."""
    if person.user is None:
        raise FieldErrors({"roles": ("no_account", _("Whoever organises signs in, and needs an address for that."))})
    trainer = person.trainer
    known = Facts(name=trainer.name if trainer else person.user.name or person.user.email, email=person.user.email)
    invite(person.partner, known, [role], by=by, now=now)


@retried
def take_out(person: Person, role: str, *, by: Actor, now: datetime) -> None:
    """Take a task away; who has none left sees nothing of the house any more. Past assignments stay.

    Locks the partner, then the trainer. Raises NotAllowed, FieldErrors: the last organiser stays, and so does a
    trainer who is still to lead.
    """
    by = access.organising(by, person.partner.pk)
    partner = lock(person.partner)
    if role == ORGANISER:
        dismiss_organiser(partner, person, by)
    else:
        dismiss_trainer(partner, person, now)
    if person.user:
        drop_invitations(partner, person.user)
    Change.objects.write("removed", partner=partner, by=by, at=now, facts={"roles": [[role], []]})


def dismiss_organiser(partner: Partner, person: Person, by: Actor) -> None:
    others = partner.roles.exclude(user=person.user)
    if not others.exists() and not (by.user and by.user.is_network_admin):
        raise FieldErrors({"role": ("last_organiser", LAST_ORGANISER)})
    partner.roles.filter(user=person.user).delete()


LAST_ORGANISER = _("A house needs somebody who organises. Please invite another person first.")


def dismiss_trainer(partner: Partner, person: Person, now: datetime) -> None:
    trainer = locked(person.trainer)
    dates = future_dates(trainer, partner, now).count()
    if dates:
        raise FieldErrors({"role": ("still_leads", STILL_LEADS % {"number": dates})})
    unanswered = Assignment.objects.asked().filter(trainer=trainer, slot__workshop__partner=partner)
    for question in unanswered.with_facts():
        outbox.announce_slot("trainer_unassigned", question.slot, [question.trainer], now=now)
    unanswered.delete()
    trainer.engagements.filter(partner=partner).delete()
    trainer.qualifications.filter(workshop__partner=partner).delete()


STILL_LEADS = ngettext_lazy(
    "This person is still to lead %(number)d date. Please let somebody else lead it first.",
    "This person is still to lead %(number)d dates. Please let others lead them first.",
    "number",
)
