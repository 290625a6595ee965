"""A date is opened while its offer goes into the archive: whoever comes second hears of the first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking import planning
from booking.errors import FieldErrors
from booking.houses import offering
from booking.planning import Opening
from tests.factories import in_days, make_organiser, make_workshop
from tests.together import kinds, together
from workshops.models import Slot, Workshop

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = range(5)


@pytest.fixture
def workshop() -> Workshop:
    return make_workshop()


@pytest.fixture
def olga(workshop: Workshop) -> Actor:
    return Actor.person(make_organiser(workshop.partner))


def ways_to_open(workshop: Workshop, by: Actor) -> list[Callable[[], Any]]:
    opening = Opening(workshop, in_days(40))
    return [
        partial(planning.open_slot, opening, by=by, now=timezone.now()),
        partial(planning.open_many, [opening], by=by, now=timezone.now()),
    ]


@pytest.mark.parametrize("way", [0, 1], ids=["one", "several"])
@pytest.mark.parametrize("_round", ROUNDS)
def test_no_date_slips_into_the_archive(_round: int, way: int, workshop: Workshop, olga: Actor) -> None:
    archive = partial(offering.archive, workshop, by=olga, now=timezone.now())

    happened = kinds(together(ways_to_open(workshop, olga)[way], archive))

    workshop.refresh_from_db()
    dates = Slot.objects.count()
    assert (workshop.state, dates) in {("archived", 0), ("published", 1)}
    assert ("DatesToCome" in happened) == bool(dates)
    assert ("FieldErrors" in happened) == (not dates)


@pytest.mark.parametrize("way", [0, 1], ids=["one", "several"])
def test_what_lies_in_the_archive_gets_no_dates(way: int, workshop: Workshop, olga: Actor) -> None:
    offering.archive(workshop, by=olga, now=timezone.now())

    with pytest.raises(FieldErrors) as refusal:
        ways_to_open(workshop, olga)[way]()

    assert list(refusal.value.errors) == ["workshop"]
    assert not Slot.objects.exists()


def test_two_organisers_open_dates_of_one_offer_side_by_side(workshop: Workshop, olga: Actor) -> None:
    assert kinds(together(*ways_to_open(workshop, olga)[:1] * 2)) == ["open", "open"]
