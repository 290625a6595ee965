"""Which mails a person wants: what may be switched off, by whom, and the address in those mails that does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from booking.access import roles_of
from booking.messages.catalogue import KINDS
from booking.models import Message, MessageChoice
from workshops.models import Trainer

How = MessageChoice.How
WATCH = signing.Signer(salt="booking.watch", sep="~")
SIGNER = signing.Signer(salt="booking.mail_choices", sep="~")
TRAINER = "t"  # before the key of who leads without an account
DIGEST = "requests_digest"
IN_DIGEST = ("request_arrived", "reconfirm_missing", "attendance_open")  # the morning's mail tells of these, too
LABELS = {
    "reminder": _("Reminders before a visit"),
    "thanks": _("Thanks after a visit, with the numbers"),
    "team_reminder": _("A reminder before a date that you lead"),
    "request_arrived": _("When a school asks for a date"),
    "reconfirm_missing": _("When nobody says whether a visit is still on"),
    "attendance_open": _("When the numbers of a visit are missing for days"),
    DIGEST: _("What is open, in the morning of a school day"),
}
YES_OR_NO = [(How.AT_ONCE.value, _("by mail")), (How.NEVER.value, How.NEVER.label)]


def kinds_for(person: User) -> list[str]:
    """What somebody may choose: of own visits everybody, of the rest who leads or organises."""
    roles = roles_of(person).names
    sides = {"contact": True, "trainers": "trainer" in roles, "partner": bool(roles_of(person).partners)}
    return [code for code in LABELS if sides["partner" if code == DIGEST else KINDS[code].to]]


def ways_of(code: str) -> list[Any]:
    return list(How.choices) if code in IN_DIGEST else YES_OR_NO


def chosen_by(person: User) -> dict[str, str]:
    """What somebody chose, else at once. One query."""
    chosen = dict(MessageChoice.objects.filter(user=person).values_list("kind", "how"))
    return {code: chosen.get(code, How.AT_ONCE) for code in kinds_for(person)}


def keep(person: User, choices: Mapping[str, str]) -> None:
    rows = [MessageChoice(user=person, kind=code, how=how) for code, how in choices.items()]
    MessageChoice.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["user", "kind"], update_fields=["how"]
    )


# The address that switches one kind off


def address_for(message: Message) -> str:
    """Where the reader of this mail says to want no more of its kind; nothing where it must be sent.

    Only a person whom we know by this address can say so, and who leads, also without an account: a contact without an
    account, or a mailbox, cannot.
    """
    if message.kind == "slot_opened":
        return f"{settings.SITE_URL}{reverse('end_watch', args=[sign_watch(message)])}"
    reader = (message.to_user or trainer_of(message)) if KINDS[message.kind].optional else None
    if reader is None or reader.email.lower() != message.to_address.lower():
        return ""
    return f"{settings.SITE_URL}{reverse('unsubscribe', args=[sign(reader, message.kind)])}"


def trainer_of(message: Message) -> Trainer | None:
    """Who leads without an account, as `load` found it."""
    return getattr(message, "trainer", None)


def sign_watch(message: Message) -> str:
    """For who waits for a date: ends this wish, without sign-in."""
    return str(WATCH.sign(str(message.context.get("watch", 0))))


def open_watch(signed: str) -> int | None:
    """The key of the watch that the address ends, or None for a forged one."""
    try:
        return int(WATCH.unsign(signed))
    except (signing.BadSignature, ValueError):
        return None


def sign(reader: User | Trainer, code: str) -> str:
    return str(SIGNER.sign(f"{TRAINER if isinstance(reader, Trainer) else ''}{reader.pk}.{code}"))


@dataclass(frozen=True, slots=True)
class Choice:
    """Whether somebody wants mails of one kind. Who has no account leads, and may end the reminders of that."""

    reader: User | Trainer
    code: str

    @property
    def has_account(self) -> bool:
        return isinstance(self.reader, User)

    @property
    def is_off(self) -> bool:
        if isinstance(self.reader, Trainer):
            return not Trainer.objects.filter(pk=self.reader.pk, reminded=True).exists()
        return MessageChoice.objects.filter(user=self.reader, kind=self.code, how=How.NEVER).exists()

    def keep(self, *, wanted: bool) -> None:
        if isinstance(self.reader, Trainer):
            Trainer.objects.filter(pk=self.reader.pk).update(reminded=wanted)
        else:
            keep(self.reader, {self.code: How.AT_ONCE if wanted else How.NEVER})


def open_address(signed: str) -> Choice | None:
    """Whose mails of which kind the address is about, or None: forged, or of somebody who has left. Who led without an
    account and has one now chooses by that."""
    try:
        key, code = SIGNER.unsign(signed).split(".")
    except (signing.BadSignature, ValueError):
        return None
    if key.startswith(TRAINER):
        trainer = Trainer.objects.select_related("user").filter(pk=key.removeprefix(TRAINER)).first()
        reader = (trainer.user or trainer) if trainer else None
    else:
        reader = User.objects.filter(pk=key).first()
    has_left = isinstance(reader, User) and not reader.is_active
    return Choice(reader, code) if reader and code in LABELS and not has_left else None


def load(messages: Sequence[Message]) -> None:
    """Fill in who reads what is optional, and mark what they have switched off since it was owed. Three queries."""
    load_trainers(messages)
    optional = [one for one in messages if one.to_user_id and is_optional(one)]
    if not optional:
        return
    readers = User.objects.in_bulk({one.to_user_id for one in optional})
    chosen = MessageChoice.objects.filter(user__in=readers, how=How.NEVER)
    unwanted = set(chosen.values_list("user", "kind"))
    for one in optional:
        one.to_user = readers.get(one.to_user_id)
        mine = bool(address_for(one))
        one.unwanted = mine and (one.to_user_id, one.kind) in unwanted  # type: ignore[attr-defined]  # only senders ask


def is_optional(message: Message) -> bool:
    """Whether its reader can switch it off; a kind that nobody knows holds up no other mail."""
    return message.kind in KINDS and KINDS[message.kind].optional


def load_trainers(messages: Sequence[Message]) -> None:
    """The same for who leads without an account."""
    mine = [one for one in messages if is_optional(one) and one.to_user_id is None and "trainer" in one.context]
    keys = {one.context["trainer"] for one in mine}
    trainers = Trainer.objects.filter(user=None).in_bulk(keys) if keys else {}
    for one in mine:
        one.trainer = trainers.get(one.context["trainer"])  # type: ignore[attr-defined]  # trainer_of reads it
        trainer = trainer_of(one)
        one.unwanted = trainer is not None and not trainer.reminded  # type: ignore[attr-defined]  # only senders ask
