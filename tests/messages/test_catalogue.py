"""One table of messages: docs/messages.md, the catalogue and the templates say the same, in both directions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from booking.messages.catalogue import KINDS, Kind
from booking.messages.relevance import ENDED, OF_THE_FUTURE, UNTRUE
from booking.models import Booking
from booking.templatetags.desk import mail_name

ROOT = Path(settings.BASE_DIR)
PARTS = {"facts", "class", "date", "slot", "team", "visit", "with", "moved", "reasons", "reminder_step"}
PARTS |= {"end", "end_of_team", "greeting", "yours"}
WITH = {"": "–", "REQUEST": "invitation", "CANCEL": "end of the invitation"}


def documented() -> dict[str, list[str]]:
    """The rows of the table, by code."""
    lines = [line for line in (ROOT / "docs/messages.md").read_text().splitlines() if line.startswith("| `")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {code.strip("`"): cells for code, *cells in rows}


def row_of(kind: Kind) -> list[str]:
    return [kind.when, kind.to, WITH[kind.calendar], kind.until, said(kind.optional), said(kind.copied)]


def said(fact: bool) -> str:
    return "yes" if fact else "no"


def test_the_page_lists_the_catalogue_row_by_row():
    assert documented() == {code: row_of(kind) for code, kind in KINDS.items()}


def test_a_row_that_says_something_else_is_seen():
    kind = KINDS["reminder"]

    assert documented()["reminder"] != row_of(replace(kind, calendar=""))
    assert documented()["reminder"] != row_of(replace(kind, to="office"))


def test_every_kind_has_a_template_and_every_template_a_kind():
    folder = ROOT / "booking/templates/booking/mail"

    assert {path.stem for path in folder.glob("*.txt")} - PARTS == set(KINDS)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_what_the_table_says_of_its_use_is_what_the_sender_asks(kind):
    assert (kind.until == "the visit") == (kind.code in OF_THE_FUTURE and not decided(kind.code))
    if kind.until in {"it is answered", "it is decided", "the answer is due"}:
        assert decided(kind.code) or kind.code in {"membership_asked", "hand_over_asked"}
    if kind.useful_for:
        assert kind.until not in {"any time", "the visit"}


def decided(code: str) -> bool:
    """Whether more ends it than the visit or its cancellation. A reminder is of a visit that stands."""
    ends = set(UNTRUE.get(code, ())) - {*ENDED, Booking.State.ATTENDED, Booking.State.NO_SHOW}
    return code == "hand_over_asked" or (bool(ends) and code != "reminder")


def test_every_kind_has_a_name_for_who_reads_the_log():
    assert len({mail_name(code) for code in KINDS} - {mail_name("nothing")}) == len(KINDS)
