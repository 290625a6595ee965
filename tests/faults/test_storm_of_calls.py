"""Everybody does everything at once, through the real web server: each hears a clear word, and all sums are right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from booking.audit import breaches
from tests.faults.storming import REFUSALS, Storm, build, lost
from tests.mutations import MUTATIONS, WHOLE
from tests.web import Web, serving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault]

MOST = len(REFUSALS) - 4  # kinds that must have succeeded in a short storm; chance may leave some out


@pytest.fixture(scope="module")
def web(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Web]:
    with django_db_blocker.unblock(), serving() as web:
        yield web


def test_eight_seconds_of_everything(web: Web) -> None:
    storm = Storm(web, build())

    storm.blow(1, seconds=8, calls=700)

    assert_all_is_well(storm)
    assert len(storm.succeeded()) >= MOST, storm.report()


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 11))
def test_a_minute_of_everything(web: Web, seed: int) -> None:
    storm = Storm(web, build())

    storm.blow(seed, seconds=60)

    print(f"storm {seed}: {storm.report()}")
    assert_all_is_well(storm)
    assert len(storm.succeeded()) >= len(REFUSALS) - 2, storm.report()  # the rarest need luck


def assert_all_is_well(storm: Storm) -> None:
    assert storm.wrong == []
    assert list(lost(storm)) == []
    assert [str(breach) for breach in breaches(timezone.now())] == []


@pytest.mark.soak
@pytest.mark.parametrize("name", MUTATIONS)
def test_the_storm_notices_what_is_broken_on_purpose(name: str, tmp_path: Path) -> None:
    """A client hears of it, or the audit finds it, within half a minute."""
    with serving(MUTATIONS[name].planted_in(tmp_path)) as broken:
        storm = Storm(broken, build())

        storm.blow(1, seconds=30)

    found = [*storm.wrong, *map(str, breaches(timezone.now()))]
    print(f"{name}: {storm.heard.total()} calls, {len(found)} faults, {found[:1]}")
    assert found


@pytest.mark.soak
def test_in_a_copy_that_is_whole_the_storm_finds_nothing(tmp_path: Path) -> None:
    with serving(WHOLE.planted_in(tmp_path)) as whole:
        storm = Storm(whole, build())

        storm.blow(1, seconds=20)

    assert_all_is_well(storm)
