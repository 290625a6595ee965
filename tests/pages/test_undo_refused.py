"""Taking back is on pages only: where it is refused, they lead back to the booking and say how things stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from accounts.actor import Actor
from booking import planning, rules
from booking.errors import AlreadyBooked, BookingError, NoRoom, UndoOver
from booking.messages import links
from booking.models import Booking
from tests.factories import make_booking, make_organiser, make_slot, make_workshop

pytestmark = pytest.mark.django_db(transaction=True)


def nothing(_ended: Booking) -> None: ...


def others_take_the_places(ended: Booking) -> None:
    make_booking(ended.slot)


def the_class_is_booked_anew(ended: Booking) -> None:
    make_booking(ended.slot, ended.owner, school=ended.school, group_name=ended.group_name)


def the_date_is_called_off(ended: Booking) -> None:
    by = Actor.person(make_organiser(ended.slot.workshop.partner))
    planning.cancel_slot(ended.slot, by=by, now=timezone.now(), reason="Sturm")


REFUSED = [
    (NoRoom(left=0), {"max_groups": 1}, others_take_the_places, 0),
    (AlreadyBooked(), {"max_groups": 2, "capacity": 60}, the_class_is_booked_anew, 0),
    (UndoOver(), {}, nothing, 61),  # a minute is over
    (UndoOver(), {}, the_date_is_called_off, 0),
]


@pytest.mark.parametrize("door", ["page", "link"])
@pytest.mark.parametrize(("refusal", "offer", "meanwhile", "seconds"), REFUSED)
def test_what_the_school_cannot_take_back_stays_cancelled(
    refusal: BookingError, offer: dict[str, Any], meanwhile: Callable[[Booking], None], seconds: int, door: str
):
    booking = make_booking(make_slot(make_workshop(**offer)))
    by = Actor.link(booking.pk) if door == "link" else Actor.person(booking.owner)
    rules.cancel(booking, by=by, now=timezone.now())
    meanwhile(booking)
    before = Booking.objects.values().get(pk=booking.pk)
    client = Client()
    client.force_login(booking.owner)
    home = f"/b/{links.sign(booking)}/" if door == "link" else f"/bookings/{booking.reference}/"

    with time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=False):
        answer = client.post(f"{home}undo/", follow=True)

    assert answer.redirect_chain == [(home, 302)]
    assert Booking.objects.values().get(pk=booking.pk) == before
    with override("de"):
        assert str(refusal) in answer.content.decode()


def test_what_the_organiser_cannot_take_back_stays_declined():
    slot = make_slot(make_workshop(booking_mode="request"))
    booking, olga = make_booking(slot), make_organiser(slot.workshop.partner)
    rules.decline(booking, by=Actor.person(olga), now=timezone.now(), reason="Kein Raum")
    make_booking(slot)
    client = Client()
    client.force_login(olga)
    home = f"/organise/bookings/{booking.reference}/"

    answer = client.post(f"{home}undo/", follow=True)

    assert answer.redirect_chain == [(home, 302)]
    assert Booking.objects.get(pk=booking.pk).state == "declined"
    with override("de"):
        assert str(NoRoom(left=0)) in answer.content.decode()
