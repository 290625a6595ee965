"""The gate of `place` is written out as SQL; it must say what `Slot.objects.bookable` says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from booking.rules.placing import GateClosedError, pass_gate
from tests.factories import make_slot
from workshops.models import Slot

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({}, id="open"),
        pytest.param({"state": "closed"}, id="closed"),
        pytest.param({"state": "cancelled"}, id="cancelled"),
        pytest.param({"booking_mode": "wish"}, id="wishes are drawn"),
        pytest.param({"book_from": NOW}, id="opens at this moment"),
        pytest.param({"book_from": NOW + timedelta(seconds=1)}, id="not open yet"),
        pytest.param({"book_until": NOW}, id="closes at this moment"),
        pytest.param({"book_until": NOW + timedelta(seconds=1)}, id="open for a second"),
        pytest.param({"places_taken": 23}, id="one place left"),
        pytest.param({"places_taken": 24}, id="no place left"),
        pytest.param({"groups_taken": 1}, id="no group more"),
        pytest.param({"groups_waiting": 1}, id="others wait"),
    ],
)
def test_the_gate_and_the_question_agree(row: dict[str, Any]) -> None:
    slot = make_slot()
    Slot.objects.filter(pk=slot.pk).update(**row)

    bookable = Slot.objects.bookable(NOW).filter(pk=slot.pk).exists()

    assert passes(slot, 1) is bookable


@pytest.mark.parametrize(("pupils", "taken", "open_"), [(24, 0, True), (25, 0, False), (4, 20, True), (5, 20, False)])
def test_a_class_passes_as_a_whole_or_not_at_all(pupils: int, taken: int, open_: bool) -> None:
    slot = make_slot()
    Slot.objects.filter(pk=slot.pk).update(places_taken=taken)

    assert passes(slot, pupils) is open_


def test_who_holds_nothing_needs_room_but_takes_none() -> None:
    slot = make_slot()

    pass_gate(slot, 24, held=0, now=NOW)

    slot.refresh_from_db()
    assert (slot.places_taken, slot.groups_taken, slot.version) == (0, 0, 2)


def passes(slot: Slot, pupils: int) -> bool:
    before = Slot.objects.get(pk=slot.pk)
    try:
        pass_gate(slot, pupils, held=pupils, now=NOW)
    except GateClosedError:
        return False
    slot.refresh_from_db()
    assert (slot.places_taken, slot.groups_taken) == (before.places_taken + pupils, before.groups_taken + 1)
    return True
