from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking import rules
from booking.errors import AlreadyBooked, FieldErrors, Full, NotBookable
from booking.models import Booking, Message
from tests.factories import in_days, make_booking, make_order, make_school, make_slot, make_user, make_workshop
from workshops.models import Slot

pytestmark = pytest.mark.django_db


def place(slot: Slot, **order: object) -> Booking:
    return rules.place(slot, make_order(**order), by=Actor.person(make_user()), now=timezone.now())


def counters(slot: Slot) -> tuple[int, int, int]:
    return Slot.objects.values_list("places_taken", "groups_taken", "groups_waiting").get(pk=slot.pk)


def test_an_instant_workshop_confirms_at_once():
    slot = make_slot()

    booking = place(slot)

    assert booking.state == "confirmed"
    assert counters(slot) == (24, 1, 0)
    assert booking.changes.get().kind == "confirmed"


def test_a_request_holds_its_places_until_somebody_decides():
    slot = make_slot(make_workshop(booking_mode="request"))

    assert place(slot).state == "requested"
    assert counters(slot) == (24, 1, 0)


def test_a_request_holds_nothing_where_the_house_does_not_hold():
    slot = make_slot(make_workshop(booking_mode="request", requests_hold=False))

    place(slot)

    assert counters(slot) == (0, 0, 0)


def test_a_full_slot_puts_the_next_class_on_the_waiting_list():
    slot = make_slot()
    place(slot)

    booking = place(slot, group_name="8a")

    assert (booking.state, booking.waitlist_position) == ("waitlisted", 1)
    assert counters(slot) == (24, 1, 1)


def test_who_does_not_want_to_wait_is_refused():
    slot = make_slot()
    place(slot)

    with pytest.raises(Full):
        place(slot, waitlist=False)
    assert counters(slot) == (24, 1, 0)


def test_nobody_passes_a_group_that_waits():
    slot = make_slot(make_workshop(max_groups=3, capacity=30))
    place(slot, pupils=20)
    place(slot, pupils=15, group_name="8a")

    assert place(slot, pupils=5, group_name="9c").state == "waitlisted"


def test_the_gate_decides_even_if_the_slot_was_read_before_it_filled():
    slot = make_slot()
    stale = Slot.objects.get(pk=slot.pk)
    place(slot)

    booking = rules.place(stale, make_order(), by=Actor.person(make_user()), now=timezone.now())

    assert booking.state == "waitlisted"
    assert counters(slot) == (24, 1, 1)


def test_a_class_is_booked_once_a_slot_however_it_is_spelled():
    slot = make_slot(make_workshop(max_groups=5, capacity=120))
    school = make_school()
    place(slot, school=school, group_name="7b", pupils=20)

    with pytest.raises(AlreadyBooked):
        place(slot, school=school, group_name="7 B", pupils=20)
    assert counters(slot) == (20, 1, 0)


@pytest.mark.parametrize(
    ("order", "field"),
    [
        ({"pupils": 25}, "group.pupils"),  # the room has 24 places
        ({"pupils": 0}, "group.pupils"),
        ({"grades": (4,)}, "group.grades"),  # for 7 to 10
        ({"grades": ()}, "group.grades"),
        ({"language": "pl"}, "language"),
    ],
)
def test_what_cannot_be_is_refused_at_the_field(order, field):
    slot = make_slot()

    with pytest.raises(FieldErrors) as refusal:
        place(slot, **order)
    assert list(refusal.value.errors) == [field]
    assert counters(slot) == (0, 0, 0)


@pytest.mark.parametrize(
    "slot",
    [
        {"state": "closed"},
        {"state": "cancelled"},
        {"book_from": in_days(1)},
        {"book_until": in_days(-1)},
        {"booking_mode": "wish"},
    ],
)
def test_a_slot_that_is_not_open_is_not_bookable(slot):
    with pytest.raises(NotBookable):
        place(make_slot(**slot))


def test_a_confirmation_and_two_reminders_are_owed():
    booking = make_booking(make_slot())

    kinds = Message.objects.filter(booking=booking).values_list("kind", flat=True)
    assert sorted(kinds) == ["booking_confirmed", "reminder", "reminder"]
