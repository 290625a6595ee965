from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking import rules
from booking.errors import AlreadyDecided, FieldErrors, NoRoom, NotAllowed, NotBookable
from booking.models import Booking, Message
from tests.factories import make_booking, make_organiser, make_partner, make_slot, make_user, make_workshop
from workshops.models import Slot

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner():
    return make_partner("lab")


@pytest.fixture
def olga(partner):
    return Actor.person(make_organiser(partner, "olga"))


@pytest.fixture
def slot(partner):
    return make_slot(make_workshop(partner, booking_mode="request", max_groups=2, capacity=30))


def kinds(booking: Booking) -> list[str]:
    return sorted(Message.objects.filter(booking=booking, state="owed").values_list("kind", flat=True))


def taken(slot: Slot) -> tuple[int, int]:
    return Slot.objects.values_list("places_taken", "groups_taken").get(pk=slot.pk)


def test_a_confirmed_request_keeps_its_places_and_tells_the_school(slot, olga):
    request = make_booking(slot)

    booking = rules.confirm(request, by=olga, now=timezone.now())

    assert booking.state == "confirmed"
    assert taken(slot) == (24, 1)
    assert kinds(booking) == ["booking_confirmed", "booking_requested", "reminder", "reminder", "request_arrived"]
    assert booking.changes.first().actor == olga.user


def test_a_second_decision_finds_the_first(slot, olga):
    request = make_booking(slot)
    rules.confirm(request, by=olga, now=timezone.now())

    with pytest.raises(AlreadyDecided):
        rules.decline(request, by=olga, now=timezone.now(), reason="no trainer")
    with pytest.raises(AlreadyDecided):
        rules.confirm(request, by=olga, now=timezone.now())
    assert taken(slot) == (24, 1)


def test_a_declined_request_frees_its_places_and_says_why(slot, olga):
    request = make_booking(slot)

    booking = rules.decline(request, by=olga, now=timezone.now(), reason="no trainer that day")

    assert (booking.state, booking.places_held, booking.end_reason) == ("declined", 0, "no trainer that day")
    assert taken(slot) == (0, 0)


def test_a_decline_needs_a_reason(slot, olga):
    with pytest.raises(FieldErrors):
        rules.decline(make_booking(slot), by=olga, now=timezone.now(), reason="  ")


def test_a_request_that_holds_nothing_must_still_fit_when_it_is_confirmed(partner, olga):
    slot = make_slot(make_workshop(partner, booking_mode="request", requests_hold=False, max_groups=2, capacity=30))
    first, second = make_booking(slot, pupils=20), make_booking(slot, pupils=20, group_name="8a")
    rules.confirm(first, by=olga, now=timezone.now())

    with pytest.raises(NoRoom) as refusal:
        rules.confirm(second, by=olga, now=timezone.now())
    assert refusal.value.facts == {"left": 10}
    assert taken(slot) == (20, 1)


@pytest.mark.parametrize("who", ["a teacher", "another partner's organiser", "the school itself"])
def test_only_the_partners_organisers_decide(who, slot):
    request = make_booking(slot)
    actor = {
        "a teacher": make_user(),
        "another partner's organiser": make_organiser(make_partner()),
        "the school itself": request.owner,
    }[who]

    with pytest.raises(NotAllowed):
        rules.confirm(request, by=Actor.person(actor), now=timezone.now())
    assert Booking.objects.get(pk=request.pk).state == "requested"


def test_an_organiser_may_confirm_a_further_wish_of_the_school(slot, olga):
    other = make_slot(slot.workshop, starts_at=slot.starts_at + timedelta(days=7))
    request = make_booking(slot, alternatives=(other,))

    booking = rules.confirm(request, by=olga, now=timezone.now(), slot=other)

    assert (booking.slot, booking.state) == (other, "confirmed")
    assert (taken(slot), taken(other)) == ((0, 0), (24, 1))


def test_a_date_that_nobody_wished_cannot_be_confirmed(slot, olga):
    other = make_slot(slot.workshop, starts_at=slot.starts_at + timedelta(days=7))

    with pytest.raises(FieldErrors):
        rules.confirm(make_booking(slot), by=olga, now=timezone.now(), slot=other)


def test_a_cancelled_wish_cannot_be_confirmed(slot, olga):
    other = make_slot(slot.workshop, starts_at=slot.starts_at + timedelta(days=7), state="cancelled")
    request = make_booking(slot, alternatives=(other,))

    with pytest.raises(NotBookable):
        rules.confirm(request, by=olga, now=timezone.now(), slot=other)
    assert taken(slot) == (24, 1)


def test_a_request_that_nobody_decided_ends_when_booking_closes(slot):
    request = make_booking(slot)

    booking = rules.expire(request, now=slot.book_until)

    assert booking.state == "expired"
    assert taken(slot) == (0, 0)
    assert "booking_expired" in kinds(booking)
