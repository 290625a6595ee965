"""Who leads a date hears what its classes do: a table of every way on which a class comes, changes or goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking import planning, rules
from booking.models import Booking, Message
from tests.factories import (
    make_assignment,
    make_booking,
    make_order,
    make_organiser,
    make_partner,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now() + timedelta(minutes=5)


@pytest.fixture
def partner():
    return make_partner("lab")


@pytest.fixture
def olga(partner):
    return Actor.person(make_organiser(partner, "olga"))


def led(partner, *trainers: str, **extra):
    """A date of the partner with its trainers."""
    slot = make_slot(make_workshop(partner, **extra), languages=["de", "pl"])
    for name in trainers:
        make_assignment(slot, make_trainer(partner, name))
    return slot


def heard(name: str = "tom") -> list[str]:
    mails = Message.objects.filter(to_address=f"{name}@school.example").order_by("pk")
    return list(mails.values_list("kind", flat=True))


def owner(booking: Booking) -> Actor:
    return Actor.person(booking.owner)


def place(partner, olga, now):
    make_booking(led(partner, "tom"))


def ask(partner, olga, now):
    make_booking(led(partner, "tom", booking_mode="request"))


def ask_and_confirm(partner, olga, now):
    rules.confirm(make_booking(led(partner, "tom", booking_mode="request")), by=olga, now=now)


def confirm_the_second_wish(partner, olga, now):
    workshop = make_workshop(partner, booking_mode="request")
    first, second = make_slot(workshop), make_slot(workshop)
    make_assignment(second, make_trainer(partner, "tom"))
    rules.confirm(make_booking(first, alternatives=(second,)), by=olga, now=now, slot=second)


def decline(partner, olga, now):
    rules.decline(make_booking(led(partner, "tom", booking_mode="request")), by=olga, now=now, reason="Umbau")


def wait_and_accept(partner, olga, now):
    slot = led(partner, "tom")
    first, second = make_booking(slot, group_name="first"), make_booking(slot, group_name="second")
    rules.cancel(first, by=owner(first), now=now)
    rules.accept(second, by=owner(second), now=now)


def wait_and_reject(partner, olga, now):
    slot = led(partner, "tom")
    first, second = make_booking(slot, group_name="first"), make_booking(slot, group_name="second")
    rules.cancel(first, by=owner(first), now=now)
    rules.reject(second, by=owner(second), now=now)


def book_on_behalf(partner, olga, now):
    rules.place(led(partner, "tom"), make_order(), by=replace(olga, on_behalf_of="Frau Krause"), now=now)


def book_over_the_rules(partner, olga, now):
    order = make_order(grades=(3,), override_reason="Partnerschule")
    rules.place(led(partner, "tom"), order, by=olga, now=now)


def add_later(partner, olga, now):
    slot = led(partner, "tom")
    rules.place(slot, make_order(override_reason="stand vor der Tür"), by=olga, now=slot.starts_at)


def changing(**changes):
    def change(partner, olga, now):
        booking = make_booking(led(partner, "tom"))
        rules.amend(booking, changes, by=owner(booking), now=now)

    return change


def change_a_request(partner, olga, now):
    booking = make_booking(led(partner, "tom", booking_mode="request"))
    rules.resize(booking, 20, by=owner(booking), now=now)


def cancel(partner, olga, now):
    booking = make_booking(led(partner, "tom"))
    rules.cancel(booking, by=owner(booking), now=now)


def cancel_a_request(partner, olga, now):
    booking = make_booking(led(partner, "tom", booking_mode="request"))
    rules.cancel(booking, by=owner(booking), now=now)


def cancel_and_undo(partner, olga, now):
    booking = make_booking(led(partner, "tom"))
    Message.objects.update(state="sent", sent_at=now)
    rules.cancel(booking, by=owner(booking), now=now)
    rules.undo(booking, by=owner(booking), now=now)


def call_off(partner, olga, now):
    booking = make_booking(led(partner, "tom"))
    planning.cancel_slot(booking.slot, by=olga, now=now, reason="Rohrbruch")


NEW, CHANGED, GONE = "class_confirmed", "class_changed", "class_cancelled"
WAYS = [
    (place, [NEW]),
    (ask, []),  # nothing is certain yet
    (ask_and_confirm, [NEW]),
    (confirm_the_second_wish, [NEW]),  # whoever leads the date that it became
    (decline, []),
    (wait_and_accept, [NEW, GONE, NEW]),
    (wait_and_reject, [NEW, GONE]),
    (book_on_behalf, [NEW]),
    (book_over_the_rules, [NEW]),
    (add_later, []),  # the class stands before them
    (changing(pupils=20), [NEW, CHANGED]),
    (changing(pupils=12, adults=1), [NEW, CHANGED]),
    (changing(adults=4), [NEW, CHANGED]),
    (changing(language="pl"), [NEW, CHANGED]),
    (changing(needs="Beamer"), [NEW, CHANGED]),
    (changing(needs_list=["step_free"]), [NEW, CHANGED]),
    (changing(grades=[8]), [NEW, CHANGED]),
    (changing(group_name="7c"), [NEW, CHANGED]),
    (changing(contact_phone="1"), [NEW]),  # stands in the calendar and on the page
    (changing(note="Danke"), [NEW]),
    (change_a_request, []),
    (cancel, [NEW, GONE]),
    (cancel_a_request, []),
    (cancel_and_undo, [NEW, GONE, NEW]),
    (call_off, [NEW, "slot_cancelled"]),
]


@pytest.mark.parametrize(("way", "mails"), WAYS, ids=[way.__name__ + str(row) for row, (way, _) in enumerate(WAYS)])
def test_who_leads_hears_what_the_class_does(way, mails, partner, olga, now):
    way(partner, olga, now)

    assert heard() == mails


def test_a_class_that_grows_is_told_too(partner, now):
    booking = make_booking(led(partner, "tom"), pupils=10)

    rules.resize(booking, 22, by=owner(booking), now=now)

    assert heard() == [NEW, CHANGED]


def test_everybody_who_leads_hears_of_it_and_nobody_else(partner, olga, now):
    slot = led(partner, "tom", "jana")
    make_trainer(partner, "peter")

    booking = make_booking(slot)
    rules.cancel(booking, by=olga, now=now, reason="Rohrbruch")

    assert heard("tom") == heard("jana") == [NEW, GONE]
    assert heard("peter") == []


def test_a_date_that_nobody_leads_writes_to_nobody(partner, olga, now):
    booking = make_booking(led(partner))
    rules.cancel(booking, by=olga, now=now, reason="Rohrbruch")

    assert not Message.objects.filter(kind__startswith="class_").exists()


def test_a_booking_by_a_program_reaches_them(partner, client):
    client.force_login(make_user("ada"))
    slot, order = led(partner, "tom"), make_order()
    body = {"slot": slot.pk, "school": order.school.pk, "group": {"name": "7b", "grades": [7], "pupils": 20}}

    answered = client.post("/api/v1/bookings/", body, content_type="application/json")

    assert answered.status_code == 201
    assert heard() == [NEW]
