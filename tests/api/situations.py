"""Situations in which something is refused, and the call that meets the refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import User
from booking import rules
from booking.models import Booking, Change, HandOver, IdempotencyKey, Message
from schools.models import Membership
from tests.api.conftest import BOOKINGS, body, refusal
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_organiser,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)
from workshops.models import Assignment, Slot

SLOTS = "/api/v1/slots/"
CAME = {"present": {"unknown": 20}, "minutes": 180}


@dataclass(frozen=True)
class Call:
    who: User
    method: str
    path: str
    sent: dict[str, Any] = field(default_factory=dict)
    at: datetime = field(default_factory=timezone.now)


Situation = Callable[[], Call]


class Situations(list[Any]):
    """Rows for a test: a code of 409, and a function that arranges a situation and returns the call."""

    def refused(self, code: str) -> Callable[[Situation], Situation]:
        """Notes the function below, whose name says what is refused."""

        def note(arrange: Situation) -> Situation:
            self.add(code, arrange.__name__, arrange)
            return arrange

        return note

    def add(self, code: str, name: str, arrange: Situation) -> None:
        self.append(pytest.param(code, arrange, id=f"{code}-{name}"))

    @property
    def codes(self) -> set[str]:
        return {row.values[0] for row in self}


def everything() -> list[list[dict[str, Any]]]:
    """All rows that a refused call might have written."""
    models = (Booking, Slot, Change, Message, HandOver, Assignment, Membership, IdempotencyKey)
    return [list(model.objects.order_by("pk").values()) for model in models]


def assert_refused(code: str, call: Call) -> None:
    """It is told as a problem document, to programs and to people, and nothing has changed."""
    client, before = Client(), everything()

    with time_machine.travel(call.at, tick=False):
        client.force_login(call.who)
        sent = {"content_type": "application/json", "HTTP_IDEMPOTENCY_KEY": "once"}
        answer = getattr(client, call.method)(call.path, call.sent, **sent)

    assert refusal(answer) == (409, code)
    assert answer.json()["title"] == "Conflict"
    assert answer.json()["detail"]
    assert answer.json()["errors"] == []  # no field is wrong
    assert everything() == before


# Who calls, and how


def place(slot: Slot, who: User | None = None, **more: Any) -> Call:
    return Call(who or make_user(), "post", BOOKINGS, body(slot, **more))


def change(booking: Booking, who: User | None = None, at: datetime | None = None, **group: Any) -> Call:
    sent = {"group": group} if group else {"note": "other"}
    return Call(who or booking.owner, "patch", f"{BOOKINGS}{booking.pk}/", sent, at or timezone.now())


def act(booking: Booking, action: str, who: User | None = None, at: datetime | None = None, **sent: Any) -> Call:
    return Call(who or booking.owner, "post", f"{BOOKINGS}{booking.pk}/{action}/", sent, at or timezone.now())


def move(booking: Booking, slot: Slot, who: User | None = None, at: datetime | None = None) -> Call:
    return act(booking, "move", who, at, slot=slot.pk)


def hand_over(booking: Booking, who: User | None = None, at: datetime | None = None) -> Call:
    return act(booking, "hand-over", who, at, email="bea@school.example")


def count(booking: Booking, who: User, at: datetime | None = None) -> Call:
    return Call(who, "put", f"{BOOKINGS}{booking.pk}/attendance/", CAME, at or timezone.now())


def edit(slot: Slot, **sent: Any) -> Call:
    return Call(organiser_of(slot), "patch", f"{SLOTS}{slot.pk}/", sent)


def organiser_of(thing: Booking | Slot) -> User:
    slot = thing.slot if isinstance(thing, Booking) else thing
    return make_organiser(slot.workshop.partner)


def trainer_of(booking: Booking) -> User:
    trainer = make_trainer(booking.slot.workshop.partner)
    make_assignment(booking.slot, trainer)
    return trainer.user


# Dates and bookings


def shared(**extra: Any) -> Slot:
    """A date for three classes, 60 pupils in all."""
    return make_slot(make_workshop(capacity=60, max_groups=3), **extra)


def elsewhere(booking: Booking, **extra: Any) -> Slot:
    """Another date of the same workshop."""
    return make_slot(booking.slot.workshop, starts_at=in_days(50), **extra)


def asked(**extra: Any) -> Booking:
    return make_booking(make_slot(make_workshop(booking_mode="request", **extra)))


def asked_with_wish(**extra: Any) -> tuple[Booking, Slot]:
    """A request with a further wish for another date."""
    workshop = make_workshop(booking_mode="request", capacity=60, max_groups=2, **extra)
    wish = make_slot(workshop, starts_at=in_days(50))
    return make_booking(make_slot(workshop), alternatives=(wish,)), wish


def offered() -> Booking:
    slot = make_slot()
    first, waiting = make_booking(slot), make_booking(slot, group_name="8a")
    cancel(first)
    return Booking.objects.get(pk=waiting.pk)


def with_a_queue() -> Slot:
    """Places are left, and a class waits that is too large for them."""
    slot = shared()
    make_booking(slot, pupils=40)
    make_booking(slot, pupils=30, group_name="8a")
    return slot


def cancel(booking: Booking) -> None:
    rules.cancel(booking, by=Actor.person(booking.owner), now=timezone.now())


def begun(booking: Booking) -> datetime:
    return booking.slot.starts_at
