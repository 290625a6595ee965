"""The people of houses, as the pages of organisers show them: who, where, as what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, NullIf

from accounts.models import User
from booking.models import Message
from schools.search import FoldDe
from workshops.models import Partner, PartnerRole, Qualification, Slot, Trainer, TrainerPartner
from workshops.vocabulary import SpokenLanguage

MOST_DATES = 50  # of those that stand against taking somebody out; the page lists no more


@dataclass
class Person:
    """Somebody in the team of one house: an account, a trainer of its pool, or both."""

    partner: Partner
    user: User | None = None
    trainer: Trainer | None = None
    is_organiser: bool = False
    leads: list[str] = field(default_factory=list)  # titles of the house's workshops
    invitation: Message | None = None

    @property
    def key(self) -> str:
        """In addresses: the trainer, for whoever is one, else the account."""
        return f"t{self.trainer.pk}" if self.trainer else f"u{self.user.pk}" if self.user else ""

    @property
    def name(self) -> str:
        return self.trainer.name if self.trainer else str(self.user)

    @property
    def email(self) -> str:
        return self.user.email if self.user else self.trainer.email if self.trainer else ""

    @property
    def roles(self) -> list[str]:
        held = {"organiser": self.is_organiser, "trainer": self.trainer is not None}
        return [role for role, has in held.items() if has]

    @property
    def languages(self) -> list[str]:
        return [str(SpokenLanguage(code).label) for code in self.trainer.languages] if self.trainer else []

    @property
    def waits(self) -> bool:
        """Whether somebody who was invited has not signed in yet."""
        return self.user is not None and self.user.last_login is None

    @property
    def mail_failed(self) -> bool:
        return self.invitation is not None and self.invitation.state == Message.State.FAILED


def rows_of(partners: QuerySet[Partner]) -> Any:
    """Everybody who works for one of `partners`, once a house, by name: (partner, trainer, user, …) for a paginator."""
    pool = TrainerPartner.objects.filter(partner__in=partners).annotate(
        leader=F("trainer"), account=F("trainer__user"), sort=FoldDe("trainer__name")
    )
    in_pool = TrainerPartner.objects.filter(partner=OuterRef("partner"), trainer__user=OuterRef("user"))
    offices = PartnerRole.objects.filter(~Exists(in_pool), partner__in=partners).annotate(
        leader=Cast(Value(None), BigIntegerField()),
        account=F("user"),
        sort=FoldDe(Coalesce(NullIf("user__name", Value("")), "user__email")),
    )
    columns = ("partner", "leader", "account", "sort")
    rows = pool.values_list(*columns).union(offices.values_list(*columns), all=True)
    return rows.order_by("sort", "partner", "leader", "account")


def read(rows: Iterable[tuple[Any, ...]]) -> list[Person]:
    """The people of `rows` with all that a list shows: six queries, however many they are."""
    rows = list(rows)
    partners = Partner.objects.in_bulk({partner for partner, *_rest in rows})
    trainers = Trainer.objects.in_bulk({trainer for _partner, trainer, *_rest in rows if trainer})
    users = User.objects.in_bulk({user for _partner, _trainer, user, *_rest in rows if user})
    organisers = set(PartnerRole.objects.filter(user__in=users, partner__in=partners).values_list("partner", "user"))
    leads, invitations = qualifications_of(trainers, partners), latest_invitations(users)
    return [
        Person(
            partner=partners[partner],
            user=users.get(user),
            trainer=trainers.get(trainer),
            is_organiser=(partner, user) in organisers,
            leads=leads.get((partner, trainer), []),
            invitation=invitations.get((partner, user)),
        )
        for partner, trainer, user, *_rest in rows
    ]


def qualifications_of(trainers: Iterable[int], partners: Iterable[int]) -> dict[tuple[int, int], list[str]]:
    rows = Qualification.objects.filter(trainer__in=list(trainers), workshop__partner__in=list(partners))
    found: dict[tuple[int, int], list[str]] = {}
    for row in rows.select_related("workshop").defer("workshop__search", "workshop__description").order_by("pk"):
        found.setdefault((row.workshop.partner_id, row.trainer_id), []).append(str(row.workshop.title))
    return found


def latest_invitations(users: Iterable[int]) -> dict[tuple[int, int], Message]:
    """The last invitation of each person by each house."""
    rows = Message.objects.filter(kind="invited", to_user__in=list(users), partner__isnull=False)
    return {(row.partner_id, row.to_user_id): row for row in rows.order_by("created_at", "pk")}  # type: ignore[misc]  # filtered by both


def find(partner: Partner, key: str) -> Person | None:
    """The person that an address names, if they work for `partner`."""
    kind, number = key[:1], key[1:]
    if kind not in {"t", "u"} or not number.isdecimal() or len(number) > 15:
        return None
    column = 1 if kind == "t" else 2
    row = next((row for row in rows_of(Partner.objects.filter(pk=partner.pk)) if row[column] == int(number)), None)
    return read([row])[0] if row else None


def future_dates(trainer: Trainer, partner: Partner, now: datetime) -> QuerySet[Slot]:
    """The dates of `partner` that the trainer has accepted and that are still to come."""
    slots = Slot.objects.filter(
        workshop__partner=partner, ends_at__gt=now, assignments__trainer=trainer, assignments__state="accepted"
    )
    return slots.exclude(state=Slot.State.CANCELLED).select_related("workshop").by_time()
