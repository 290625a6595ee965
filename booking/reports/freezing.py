"""Freezing a report: its figures and rows are kept as bytes under a digest, and never change again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.actor import Actor
from booking import access
from booking.errors import FieldErrors, NotAllowed
from booking.models import FrozenReport
from booking.models.frozen import DIGEST
from booking.reports import visits
from booking.reports.figures import Houses
from booking.reports.participation import Report, funders, report
from booking.reports.question import Question
from booking.retry import retried
from workshops.models import FundingPot, Partner, Slot, Workshop

LANGUAGE = "de"  # of the words that are kept
TRIES = 5


def canonical(value: Any) -> str:
    """One spelling for equal values: keys sorted, no spaces, letters as they are."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


@retried
def freeze(question: Question, houses: Houses, *, by: Actor, now: datetime, note: str = "") -> FrozenReport:
    """Keep what the report says now. The same figures a second time are the report that there is.

    Two at once wait for each other. Raises NotAllowed, FieldErrors where it is not one house or the whole network.
    """
    house = house_of(houses, by)
    asked = question.query
    with connection.cursor() as cursor:
        key = canonical([asked, house])
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"freeze:{key}"])
    result, rows, number = taken(question, houses, now)
    digest = digest_of(result, rows)
    newest = FrozenReport.objects.filter(question=asked, partner=house).newest_first().first()
    if newest and newest.sha256 == digest:
        return newest
    return FrozenReport.objects.create(
        question=asked,
        partner_id=house,
        pot=FundingPot.objects.filter(code=question.funding_pot).first(),
        workshop=Workshop.objects.filter(slug=question.workshop).first(),
        first=question.first,
        last=question.last,
        result=result,
        rows=rows,
        visits=number,
        sha256=digest,
        by=by.user,
        at=now,
        note=note.strip(),
    )


def house_of(houses: Houses, by: Actor) -> int | None:
    """The one house, None for the whole network. Raises NotAllowed, FieldErrors."""
    if houses is None:
        if by.user is None or not by.user.is_network_admin:
            raise NotAllowed("freeze")
        return None
    if len(houses) != 1:
        raise FieldErrors({"partner": ("required", _("Please choose the house whose report is frozen."))})
    (house,) = houses
    access.organising(by, house)
    return house


def taken(question: Question, houses: Houses, now: datetime) -> tuple[str, str, int]:
    """Result and rows of one moment: where a visit was corrected between the two, both are read again."""
    for _try in range(TRIES):
        lines = list(rows_of(question, houses))
        with override(LANGUAGE):
            found = report(question, houses, now) | {"house": named(houses), "funders": funders(question, houses)}
        if digest_of_lines(lines) == digest_of_lines(rows_of(question, houses)):
            rows = ",\n".join(lines)
            return canonical(found), f'{{"columns":{canonical(visits.COLUMNS)},"rows":[\n{rows}\n]}}', len(lines)
    raise FieldErrors({"": ("moving", _("Visits are being recorded at this moment. Please try again."))})


def digest_of_lines(lines: Iterable[str]) -> bytes:
    digest = sha256()
    for line in lines:
        digest.update(f"{line}\n".encode())
    return digest.digest()


def rows_of(question: Question, houses: Houses) -> Iterator[str]:
    for row in visits.rows(question, houses):
        yield canonical(row)


def named(houses: Houses) -> dict[str, str] | None:
    if not houses:
        return None
    house = Partner.objects.get(pk=next(iter(houses)))
    return {"slug": house.slug, "name": house.name}


def digest_of(result: str, rows: str) -> str:
    return sha256(f"{result}\n{rows}".encode()).hexdigest()


def figures_of(frozen: FrozenReport) -> Report:
    """What was kept, with when and under which digest."""
    kept: Report = json.loads(frozen.result)
    return kept | {"frozen": {"id": frozen.pk, "at": frozen.at.isoformat(), "sha256": frozen.sha256}}


def frozen_over(slot: Slot) -> bool:
    """Whether a frozen report counts the visits of this date: a correction then says why."""
    return FrozenReport.objects.counting(slot).exists()


def require_reason(slot: Slot, reason: str) -> None:
    """What a frozen report counts changes only with a word why. Raises FieldErrors."""
    if not reason.strip() and frozen_over(slot):
        text = _("A frozen report counts this visit. Please say why the numbers change; the history keeps it.")
        raise FieldErrors({"reason": ("required", text)})


def question_of(frozen: FrozenReport) -> tuple[Question, Houses]:
    """To ask again what is so today."""
    houses = None if frozen.partner_id is None else frozenset({frozen.partner_id})
    return Question.of(frozen.question), houses


def broken() -> Iterator[tuple[str, str]]:
    """Frozen reports that are no longer what was frozen."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, sha256 FROM booking_frozenreport WHERE {DIGEST} <> sha256")  # noqa: S608 (names of our own)
        for pk, digest in cursor:
            yield f"frozen report {pk}", f"its content has not the digest {digest}"
