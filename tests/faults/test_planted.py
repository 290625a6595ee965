"""The program broken on purpose: the tests of mishaps notice, or they are blind. In a whole copy they find nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from tests.faults import mishaps
from tests.mutations import Mutation
from tests.smtp_sink import Sink

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

SENDING, CLAIMS, RELEVANCE = (f"booking/messages/{name}.py" for name in ("sending", "claims", "relevance"))
FRESH = (
    "booking_message WHERE state = 'owed' AND next_try_at <= %(now)s\n    ORDER BY priority, next_try_at LIMIT %(most)s"
)
SHORT = 15  # seconds: what never comes is not waited for long
Mishap = Callable[..., None]


@dataclass(frozen=True)
class Planted:
    """A fault in the program, the mishap that must bring it to light, and what the test then says."""

    mutation: Mutation
    mishap: Mishap
    says: str  # a pattern; it is never what is said when nothing runs at all


killed = partial(mishaps.killed, mails=60, kills=3, seconds=SHORT)
refused = partial(mishaps.one_refused, mails=10, seconds=SHORT)
PLANTED = {
    "marked as sent before it is sent": Planted(
        Mutation(
            SENDING,
            "    try:\n        post.send(mail)",
            "    claims.mark_sent(message, now)\n    import time\n\n    time.sleep(0.05)  # the moment of the kill\n"
            "    try:\n        post.send(mail)",
        ),
        killed,
        "lost",
    ),
    "marked only when the whole batch is out": Planted(
        Mutation(
            SENDING,
            "            done[deal_with(left.pop(), post, now)] += 1",
            "            from django.db import transaction\n\n            with transaction.atomic():\n"
            "                while left:\n"
            "                    done[deal_with(left.pop(), post, now)] += 1",
        ),
        killed,
        "doubled",
    ),
    "the dead keep what they took": Planted(
        Mutation(CLAIMS, " UNION ALL SELECT id FROM stale", ""),
        partial(mishaps.killed, mails=60, kills=1, seconds=SHORT),  # with more nothing is left for the others to send
        "lost",
    ),
    "a Message-ID for each try": Planted(
        Mutation(
            "booking/messages/delivery.py",
            '"Message-ID": message.message_id',
            '"Message-ID": f"<{message.pk}.{message.fence}@x>"',
        ),
        killed,
        "lost",
    ),
    "nobody looks at the lease": Planted(
        Mutation(SENDING, "while left and not stop() and time.monotonic() < stale_at", "while left and not stop()"),
        mishaps.asleep,
        "doubled",
    ),
    "two may take the same": Planted(
        Mutation(CLAIMS, f"FROM {FRESH} FOR UPDATE SKIP LOCKED", f"FROM pg_sleep(0.2), {FRESH}"),
        partial(mishaps.shared, mails=200),
        "doubled",
    ),
    "a server that is away counts as a try": Planted(
        Mutation(CLAIMS, 'tries=F("tries") - 1, **later', "**later"), partial(mishaps.away, mails=5), "counted as tries"
    ),
    "no answer counts as sent": Planted(
        Mutation(
            SENDING,
            'claims.retry_later(message, now, f"no answer: {error}", unanswered=True)',
            "claims.mark_sent(message, now)",
        ),
        partial(mishaps.hangs, mails=3, seconds=SHORT),
        "lost",
    ),
    "no patience ends": Planted(
        Mutation(
            "config/settings.py", 'EMAIL_TIMEOUT = env.number("EMAIL_TIMEOUT", 10, 0.1, 120)', "EMAIL_TIMEOUT = None"
        ),
        partial(mishaps.hangs, mails=3, seconds=SHORT),
        "and hangs itself",
    ),
    "a line that breaks is the end of the mail": Planted(
        Mutation(
            SENDING,
            'claims.retry_later(message, now, f"no answer: {error}", unanswered=True)',
            'claims.fail(message, "no answer")',
        ),
        partial(mishaps.breaks_off, mails=10, breaks=2, seconds=SHORT),
        "strange",
    ),
    "one bad address holds up the rest": Planted(
        Mutation(
            SENDING,
            "        if is_final(error, code):",
            "        if is_final(error, code):\n            claims.give_back(message)\n"
            "            raise Unreachable(text) from error\n        if not code:",
        ),
        refused,
        "lost",
    ),
    "a bad address is tried for ever": Planted(
        Mutation(SENDING, "return code >= PERMANENT and", "return code > 999 and"), refused, "lost"
    ),
    "what is untrue is told": Planted(
        Mutation(RELEVANCE, "if booking.state in UNTRUE.get(message.kind, ()):", "if False:"),
        partial(mishaps.called_off, classes=2),
        "told: .*booking_confirmed",
    ),
}
# What harms nothing must not be noticed: that a claim takes long is no fault, and neither is a copy.
HARMLESS = {
    "a claim that takes long": (Mutation(CLAIMS, f"FROM {FRESH}", f"FROM pg_sleep(0.2), {FRESH}"), "shared"),
    "a copy": (Mutation(CLAIMS, "def claim(", "def claim("), "killed"),
}


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink(delay=0.005) as sink:
        yield sink


@pytest.mark.parametrize("name", PLANTED)
def test_there_still_is_what_is_broken_below(name: str) -> None:
    assert PLANTED[name].mutation.applied_here()


@pytest.mark.soak
@pytest.mark.parametrize("name", PLANTED)
def test_what_is_broken_on_purpose_is_noticed(name: str, sink: Sink, tmp_path: Path) -> None:
    planted = PLANTED[name]

    with pytest.raises(AssertionError, match=planted.says) as noticed:
        planted.mishap(sink, tree=planted.mutation.planted_in(tmp_path))

    print(f"{name}: {str(noticed.value).splitlines()[0]}")


@pytest.mark.soak
@pytest.mark.parametrize("name", HARMLESS)
def test_what_harms_nothing_is_not_noticed(name: str, sink: Sink, tmp_path: Path) -> None:
    mutation, mishap = HARMLESS[name]
    tree = mutation.planted_in(tmp_path)

    if mishap == "shared":
        mishaps.shared(sink, mails=200, tree=tree)
    else:
        mishaps.killed(sink, mails=60, kills=3, tree=tree)
