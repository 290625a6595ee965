"""What happened to a date, in words: who, when, why, and what was before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from booking.history.bookings import moment
from booking.models import Change
from workshops.models import FundingPot, Slot, Venue
from workshops.vocabulary import SpokenLanguage

NOTHING = "–"


class Line(NamedTuple):
    """One change, and its facts as sentences."""

    change: Change
    facts: list[str]


def lines_of(slot: Slot, most: int) -> list[Line]:
    """The last `most` changes, the newest first. Three queries at most, however many there are."""
    changes = list(Change.objects.filter(slot=slot).select_related("actor")[:most])
    words = words_for(changes)
    return [Line(change, list(told(change, words))) for change in changes]


def words_for(changes: Iterable[Change]) -> dict[str, tuple[str, Callable[[Any], str]]]:
    """For each fact that is told, its name and how its value reads."""
    changes = list(changes)
    venues = names(Venue.objects.filter(pk__in=keys(changes, "venue")))
    pots = names(FundingPot.objects.filter(pk__in=keys(changes, "pot")))
    return {
        "starts_at": (_("Begin"), moment),
        "ends_at": (_("End"), moment),
        "venue": (_("Place"), lambda key: venues.get(key, NOTHING)),
        "setup_minutes": (_("Set-up before"), minutes),
        "teardown_minutes": (_("Tear-down after"), minutes),
        "capacity": (_("Places"), str),
        "max_groups": (_("Groups at most"), str),
        "languages": (_("Languages"), languages),
        "listed": (_("In the catalogue"), lambda is_listed: _("yes") if is_listed else _("no")),
        "pot": (_("Funding"), lambda key: pots.get(key, NOTHING)),
    }


def told(change: Change, words: dict[str, tuple[str, Callable[[Any], str]]]) -> Iterable[str]:
    """Place: Zittau → Löbau."""
    for fact, (name, read) in words.items():
        if fact in change.facts:
            before, after = map(read, change.facts[fact])
            yield _("%(what)s: %(before)s → %(after)s") % {"what": name, "before": before, "after": after}


def keys(changes: Iterable[Change], fact: str) -> set[int]:
    """The rows that a fact names, before and after."""
    return {key for change in changes for key in change.facts.get(fact, ()) if key}


def names(rows: Any) -> dict[int, str]:
    return dict(rows.values_list("pk", "name"))


def minutes(number: int) -> str:
    return _("%(minutes)d min") % {"minutes": number}


def languages(codes: list[str]) -> str:
    return ", ".join(str(SpokenLanguage(code).label) for code in codes) or NOTHING
