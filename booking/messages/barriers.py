"""Reports of barriers: somebody says what does not work for them, and the network's admins get it as a mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.limits import tries
from accounts.models import User
from booking.errors import Limit
from booking.messages.catalogue import KINDS
from booking.messages.owed import message_to
from booking.messages.recipients import person_address
from booking.models import Message
from booking.retry import retried
from schools.schooldays import ONE_DAY, local_day

MOST_AN_HOUR, MOST_A_DAY = 5, 200  # of one reader, of all together
ONE_HOUR = timedelta(hours=1)


class TooManyReports(Limit):
    text = _("Very many reports came just now. Please send yours in an hour, or call us.")


@dataclass(frozen=True, slots=True)
class Barrier:
    """What does not work, and where; with an address if the reader wants an answer."""

    text: str
    page: str = ""
    email: str = ""

    def key(self, now: datetime) -> str:
        """The same words on the same day are the same report."""
        words = "\n".join((self.text, self.page, self.email, local_day(now).isoformat()))
        return salted_hmac("barrier", words).hexdigest()


@retried
def report(barrier: Barrier, *, caller: str, now: datetime) -> None:
    """Owe each admin of the network the report, once; where there is none, the mailbox that sends our mails.

    `caller` is the reader's network address, of which only a hash of the day is counted. Raises TooManyReports.
    """
    hold_to_limit(caller, now)
    kind, key = KINDS["barrier_reported"], barrier.key(now)
    facts: dict[str, Any] = {"text": barrier.text, "page": barrier.page, "answer_to": barrier.email}
    Message.objects.bulk_create(
        [
            message_to(kind, to, now=now, dedupe_key=f"barrier:{number}:{key}", **facts)
            for number, to in enumerate(readers())
        ],
        ignore_conflicts=True,
    )


def hold_to_limit(caller: str, now: datetime) -> None:
    """The count is taken back with the transaction, so refused reports do not add up."""
    who = salted_hmac("barrier", f"{caller} {local_day(now)}").hexdigest()[:20]
    of_one = tries(f"barrier:{who}", window=ONE_HOUR, now=now)
    if of_one > MOST_AN_HOUR or tries("barrier:all", window=ONE_DAY, now=now) > MOST_A_DAY:
        raise TooManyReports


def readers() -> list[dict[str, Any]]:
    admins = User.objects.filter(is_network_admin=True, is_active=True).order_by("pk")
    return [person_address(one) for one in admins] or [{"to_address": parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}]
