"""Who stands behind an offer: the pots of money on its page and the houses that help, each from day to day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy as _

from booking.errors import FieldErrors
from schools.schooldays import ONE_DAY
from workshops.models import Cooperation, FundingPot, Partner, Workshop, WorkshopPot


@dataclass(frozen=True, slots=True)
class Funding:
    """A pot whose funder stands on the page from `first` to `last`, both included."""

    pot: FundingPot
    first: date
    last: date | None = None

    @property
    def valid(self) -> DateRange:
        return days_between(self.first, self.last)


@dataclass(frozen=True, slots=True)
class Helper:
    """A house that helps from `first` to `last`, both included; without a day, without that end."""

    partner: Partner
    first: date | None = None
    last: date | None = None
    sees_contacts: bool = False

    @property
    def valid(self) -> DateRange:
        return days_between(self.first, self.last)


def days_between(first: date | None, last: date | None) -> DateRange:
    return DateRange(first, last + ONE_DAY if last else None)


def require_others(partner: Partner, helpers: Iterable[Helper]) -> None:
    """A house is none of its own helpers."""
    if any(helper.partner == partner for helper in helpers):
        raise FieldErrors({"": ("own_house", _("The house that offers a workshop is none of its helpers."))})


def replace_pots(workshop: Workshop, fundings: Iterable[Funding]) -> None:
    workshop.pots.all().delete()
    WorkshopPot.objects.bulk_create(
        [WorkshopPot(workshop=workshop, pot=funding.pot, valid=funding.valid) for funding in fundings]
    )


def replace_helpers(workshop: Workshop, helpers: Iterable[Helper]) -> dict[str, Any]:
    """Who helps from now on. Answers with the fact for the history, or nothing where all stays."""
    rows = [
        Cooperation(workshop=workshop, partner=one.partner, valid=one.valid, sees_contacts=one.sees_contacts)
        for one in helpers
    ]
    former = workshop.cooperations.select_related("partner")
    before, after = told(former), told(rows)
    if before == after:
        return {}
    workshop.cooperations.all().delete()
    Cooperation.objects.bulk_create(rows)
    return {"cooperations": [before, after]}


def told(cooperations: Iterable[Cooperation]) -> list[dict[str, Any]]:
    """As the history keeps them."""
    rows = [
        {
            "house": row.partner.slug,
            "from": row.valid.lower and row.valid.lower.isoformat(),
            "until": row.last_day and row.last_day.isoformat(),
            "contacts": row.sees_contacts,
        }
        for row in cooperations
    ]
    return sorted(rows, key=lambda row: str(row["house"]))
