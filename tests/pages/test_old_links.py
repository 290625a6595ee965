"""A link that has ended, for the booking went to a colleague or to another address: it says so and opens nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actor import Actor
from booking import rules
from booking.messages.links import sign
from booking.models import Booking, Change, Message
from tests.factories import in_days, make_booking, make_slot

pytestmark = pytest.mark.django_db


def to_a_colleague(booking: Booking) -> None:
    rules.hand_over(booking, "cem@school.example", by=Actor.person(booking.owner), now=timezone.now())
    token = Message.objects.get(kind="hand_over_asked").sealed
    rules.take_over(token, name="Cem", now=timezone.now())


def to_another_address(booking: Booking) -> None:
    changes = {"contact_email": "new@school.example"}
    rules.amend(booking, changes, by=Actor.person(booking.owner), now=timezone.now())


PAGES: dict[str, dict[str, Any]] = {
    "": {},
    "sheet/": {},
    "calendar.ics": {},
    "change/": {"note": "hello"},
    "move/": {"slot": "{there}"},
    "hand-over/": {"email": "dora@school.example"},
    "reconfirm/": {"answer": "yes"},
    "missed/": {"text": "ill"},
    "again/": {},
    "cancel/": {"reason": "ill"},
    "answer/": {"answer": "accept"},
    "undo/": {},
}


@pytest.mark.parametrize("goes", [to_a_colleague, to_another_address])
@pytest.mark.parametrize("page", PAGES)
def test_who_holds_the_old_link_reads_that_it_has_ended(page: str, goes: Callable[[Booking], None]):
    booking = make_booking()
    old, there = sign(booking), make_slot(booking.slot.workshop, starts_at=in_days(50))
    goes(booking)
    before = Booking.objects.values().get(pk=booking.pk), Change.objects.count()
    sent = {"slot": there.pk} if page == "move/" else PAGES[page]

    for answer in (Client().get(f"/b/{old}/{page}"), Client().post(f"/b/{old}/{page}", sent)):
        assert answer.status_code == 404
        assert "gilt nicht mehr" in answer.content.decode()
        assert booking.reference not in answer.content.decode()
    assert (Booking.objects.values().get(pk=booking.pk), Change.objects.count()) == before
    assert Client().get(f"/b/{sign(Booking.objects.get(pk=booking.pk))}/").status_code == 200


@pytest.mark.parametrize("address", ["/u/old/", "/w/old/"])
def test_who_wants_fewer_mails_finds_a_way_also_with_a_link_that_has_ended(client: Client, address: str):
    answer = client.get(address)

    assert answer.status_code == 404
    assert '<a href="/profile/">' in answer.content.decode().partition("</h1>")[2]
