"""A class of ten that was here this morning, its teacher, and the team."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking import rules
from booking.feedback import codes, giving
from booking.models import Booking
from tests.factories import (
    make_assignment,
    make_booking,
    make_organiser,
    make_partner,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)

GOOD = (4, 4, 3, 4, 2)


def make_visit(workshop: Any, trainer: Any = None, *, ago: timedelta = timedelta(hours=5), **order: Any) -> Booking:
    """A visit of three hours that began so long ago; nobody has recorded it."""
    slot = make_slot(workshop, starts_at=timezone.now() - ago)
    order.setdefault("pupils", 10)
    booking = make_booking(slot, at=slot.book_from + timedelta(days=1), **order)
    if trainer:
        make_assignment(slot, trainer)
    return Booking.objects.with_facts().get(pk=booking.pk)


def came(booking: Booking, **counts: Any) -> None:
    rules.attend(booking, rules.Counts(**counts), by=Actor.person(make_user(is_network_admin=True)), now=timezone.now())


def say(booking: Booking, number: int = 1, answers: Any = GOOD, text: str = "", *, later: Any = timedelta(0)) -> int:
    """So many pupils answer; how many of them were heard."""
    code, now = codes.code_of(booking), timezone.now() + later
    return sum(giving.take(code, uuid4(), giving.Said(answers, text), now=now) for _ in range(number))


@pytest.fixture
def partner():
    return make_partner("lab")


@pytest.fixture
def workshop(partner):
    return make_workshop(partner, title="Robotik", slug="robotik")


@pytest.fixture
def tom(partner):
    return make_trainer(partner, "tom")


@pytest.fixture
def olga(partner):
    return make_organiser(partner, "olga")


@pytest.fixture
def visit(workshop, tom) -> Booking:
    return make_visit(workshop, tom, owner=make_user("ada"))
