"""Who may do what: reads the roles of all apps and answers `may(actor, action, thing)`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case, DateField, Q, QuerySet, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.actor import Actor
from accounts.audience import audience
from accounts.prepared import Question
from booking.errors import NotAllowed
from booking.models import Booking
from schools.models import Membership
from workshops.models import Assignment, Cooperation, PartnerRole, PotReader, Slot, Trainer

if TYPE_CHECKING:
    from accounts.models import User

SCHOOL_SIDE = ("owner", "office", "link")
IN_FULL = frozenset({*SCHOOL_SIDE, "trainer", "organiser", "system"})  # who reads names and reasons

ALLOWED: dict[str, tuple[str, ...]] = {
    "see": (*SCHOOL_SIDE, "trainer", "organiser", "cooperating"),
    "amend": (*SCHOOL_SIDE, "organiser"),
    "move": (*SCHOOL_SIDE, "organiser"),
    "hand_over": SCHOOL_SIDE,
    "reconfirm": (*SCHOOL_SIDE, "organiser"),
    "wait": ("organiser",),
    "cancel": (*SCHOOL_SIDE, "organiser"),
    "undo": (*SCHOOL_SIDE, "organiser"),
    "accept": SCHOOL_SIDE,
    "reject": SCHOOL_SIDE,
    "confirm": ("organiser",),
    "decline": ("organiser",),
    "attend": ("trainer", "organiser"),
    "certify": (*SCHOOL_SIDE, "organiser"),
    "explain_missed": SCHOOL_SIDE,
    "answer_missed": ("organiser",),
    "feedback": SCHOOL_SIDE,
    "override": ("organiser",),
}


@dataclass(frozen=True, slots=True)
class Roles:
    """What a person is here. Ids of partners, schools and offices, of schools that confirmed the person (`trusted`),
    of funding pots whose reports it reads; the trainer's id or None. Of workshops that an own house helps with today,
    those whose contacts it sees (`confided`), and the others (`cooperating`)."""

    partners: frozenset[int] = frozenset()
    schools: frozenset[int] = frozenset()
    trusted: frozenset[int] = frozenset()
    offices: frozenset[int] = frozenset()
    pots: frozenset[int] = frozenset()
    trainer: int | None = None
    cooperating: frozenset[int] = frozenset()
    confided: frozenset[int] = frozenset()
    is_admin: bool = False

    @property
    def names(self) -> set[str]:
        """The words that pages and `me/` use."""
        has = {
            "teacher": self.schools,
            "office": self.offices,
            "organiser": self.partners,
            "trainer": self.trainer is not None,
            "funder": self.pots,
            "admin": self.is_admin,
        }
        return {name for name, value in has.items() if value}

    @property
    def organises_any(self) -> bool:
        return self.is_admin or bool(self.partners)

    def organises(self, partner_id: int) -> bool:
        return self.is_admin or partner_id in self.partners

    @property
    def helps(self) -> bool:
        return bool(self.cooperating | self.confided)

    def cooperates(self, workshop_id: int) -> bool:
        return workshop_id in self.cooperating or workshop_id in self.confided


def roles_of(user: User) -> Roles:
    """The roles of `user`: one query, then remembered on the object for the length of a request."""
    if user.remembered_roles is None:
        user.remembered_roles = read_roles(user)
    return user.remembered_roles  # type: ignore[no-any-return]  # accounts cannot name a type of booking


def rows_of_roles(user: Any, day: Any) -> QuerySet[Any, tuple[str, int]]:
    """The words of Roles, each with a key."""
    helping = Cooperation.objects.valid_on(Cast(day, DateField())).filter(partner__roles__user=user)
    how = Case(When(sees_contacts=True, then=Value("confided")), default=Value("cooperating"))
    members, offices_to_be = Membership.objects.filter(user=user), Q(role="office") & ~Q(state="confirmed")
    return (
        members.exclude(Q(state="refused") | offices_to_be)
        .values_list("role", "school")
        .union(
            members.filter(state="confirmed").values_list(Value("trusted"), "school"),
            PartnerRole.objects.filter(user=user).values_list(Value("partner"), "partner"),
            PotReader.objects.filter(user=user).values_list(Value("pot"), "pot"),
            Trainer.objects.filter(user=user).values_list(Value("trainer"), "pk"),
            helping.values_list(how, "workshop"),
            all=True,
        )
    )


ROLES = Question(rows_of_roles)


def read_roles(user: User) -> Roles:
    held: dict[str, set[int]] = defaultdict(set)
    for role, pk in ROLES.ask(user=user.pk, day=timezone.localdate()):
        held[role].add(pk)
    return Roles(
        partners=frozenset(held["partner"]),
        schools=frozenset(held["teacher"]),
        trusted=frozenset(held["trusted"]),
        offices=frozenset(held["office"]),
        pots=frozenset(held["pot"]),
        trainer=next(iter(held["trainer"]), None),
        cooperating=frozenset(held["cooperating"]),
        confided=frozenset(held["confided"]),
        is_admin=user.is_network_admin,
    )


def roles_in(actor: Actor, booking: Booking) -> tuple[str, ...]:
    """The roles that `actor` has towards `booking`, the school's side first, who only helps last."""
    if actor.kind == "system":
        return ("system",)
    if actor.kind == "link":
        is_fresh = actor.link_version in {None, booking.link_version}
        return ("link",) if actor.link_to == booking.pk and is_fresh else ()
    if actor.user is None:
        return ()
    roles = roles_of(actor.user)
    return tuple(
        name
        for name, held in (
            ("owner", booking.owner_id == actor.user.pk),
            ("office", booking.school_id in roles.offices),
            ("organiser", roles.organises(booking.slot.workshop.partner_id)),
            ("trainer", leads(roles.trainer, booking.slot)),
            ("cooperating", roles.cooperates(booking.slot.workshop_id)),
        )
        if held
    )


def sees_in_full(actor: Actor, booking: Booking) -> bool:
    """Whether names and reasons of its history are for `actor`: not for who only helps with the workshop."""
    return not IN_FULL.isdisjoint(roles_in(actor, booking))


def sees_contact(actor: Actor, booking: Booking) -> bool:
    """Whether contact, needs and note are for `actor`."""
    if sees_in_full(actor, booking):
        return True
    return actor.user is not None and booking.slot.workshop_id in roles_of(actor.user).confided


def leads(trainer_id: int | None, slot: Slot) -> bool:
    """Whether the trainer is assigned to the slot; uses prefetched assignments where there are any."""
    return trainer_id is not None and any(
        assignment.trainer_id == trainer_id and assignment.state == "accepted" for assignment in slot.assignments.all()
    )


def may(actor: Actor | None, action: str, thing: Booking | Slot) -> bool:
    return actor is not None and role_for(actor, action, thing) is not None


def role_for(actor: Actor, action: str, thing: Booking | Slot) -> str | None:
    if isinstance(thing, Slot):
        return "organiser" if actor.user and roles_of(actor.user).organises(thing.workshop.partner_id) else None
    held = roles_in(actor, thing)
    return next((role for role in held if role in ALLOWED[action]), None)


def require(actor: Actor, action: str, thing: Booking | Slot) -> Actor:
    """`actor` in the role that allows `action`. Raises NotAllowed."""
    role = role_for(actor, action, thing)
    if role is None:
        raise NotAllowed(action)
    return actor.acting_as(role)


def organising(actor: Actor, partner_id: int) -> Actor:
    """`actor` as organiser of the partner; the network's admin organises all. Raises NotAllowed."""
    if actor.user is None or not roles_of(actor.user).organises(partner_id):
        raise NotAllowed("organise")
    return actor.acting_as("organiser")


def answering(actor: Actor, assignment: Assignment) -> Actor:
    """`actor` as the trainer of the assignment, who signed in or holds the link. Raises NotAllowed."""
    by_link = actor.kind == "link" and actor.role == "trainer" and actor.link_to == assignment.pk
    signed_in = actor.kind == "person" and actor.user is not None and actor.user.pk == assignment.trainer.user_id
    if not by_link and not signed_in:
        raise NotAllowed("answer")
    return actor.acting_as("trainer")


def placing(actor: Actor, slot: Slot) -> Actor:
    """Anybody who signed in may book; organisers of the partner may set rules aside."""
    if actor.user is None:
        raise NotAllowed("place")
    return actor.acting_as("organiser" if roles_of(actor.user).organises(slot.workshop.partner_id) else "owner")


for_organisers = audience("organiser", lambda user: roles_of(user).organises_any)
for_trainers = audience("trainer", lambda user: roles_of(user).trainer is not None)
for_those_who_record = audience(
    "trainer or organiser", lambda user: roles_of(user).organises_any or roles_of(user).trainer is not None
)
for_report_readers = audience(
    "organiser or funder", lambda user: roles_of(user).organises_any or bool(roles_of(user).pots)
)
for_link_holders = audience("link holder")
