from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking import rules
from booking.errors import NotActive, NotAllowed, TooLate
from booking.models import Booking, Message
from schools.schooldays import at_local
from tests.factories import make_booking, make_organiser, make_partner, make_slot, make_workshop
from workshops.models import Slot

pytestmark = pytest.mark.django_db


@pytest.fixture
def slot():
    return make_slot(make_workshop(capacity=30, max_groups=3))


@pytest.fixture
def first(slot):
    return make_booking(slot, pupils=25)


def wait(slot: Slot, pupils: int, name: str) -> Booking:
    booking = make_booking(slot, pupils=pupils, group_name=name)
    assert booking.state == "waitlisted"
    return booking


def now_of(booking: Booking) -> Booking:
    return Booking.objects.get(pk=booking.pk)


def cancel(booking: Booking, at: datetime | None = None) -> None:
    rules.cancel(booking, by=Actor.person(booking.owner), now=at or timezone.now())


def counters(slot: Slot) -> tuple[int, int, int]:
    return Slot.objects.values_list("places_taken", "groups_taken", "groups_waiting").get(pk=slot.pk)


def test_a_freed_place_goes_to_the_group_that_waits(slot, first):
    waiting = wait(slot, 20, "8a")

    cancel(first)

    assert (now_of(waiting).state, now_of(waiting).places_held) == ("offered", 20)
    assert counters(slot) == (20, 1, 0)
    assert Message.objects.filter(booking=waiting, kind="booking_offered").exists()


def test_who_does_not_fit_holds_up_the_others_where_order_is_strict(slot, first):
    large, small = wait(slot, 28, "8a"), wait(slot, 5, "9c")

    rules.resize(first, 20, by=Actor.person(first.owner), now=timezone.now())

    assert (now_of(large).state, now_of(small).state) == ("waitlisted", "waitlisted")


def test_the_next_that_fits_may_pass_where_the_house_permits_it_and_the_skip_is_written_down():
    slot = make_slot(make_workshop(capacity=30, max_groups=3, skip_ahead=True))
    first = make_booking(slot, pupils=25)
    large, small = wait(slot, 28, "8a"), wait(slot, 8, "9c")

    rules.resize(first, 20, by=Actor.person(first.owner), now=timezone.now())

    assert (now_of(large).state, now_of(small).state) == ("waitlisted", "offered")
    assert large.changes.filter(kind="skipped").get().facts == {"pupils": 28, "left": 10}


def test_two_freed_places_never_go_to_one_group_twice(slot, first):
    one, two = wait(slot, 15, "8a"), wait(slot, 15, "9c")

    cancel(first)

    assert (now_of(one).state, now_of(two).state) == ("offered", "offered")
    assert counters(slot) == (30, 2, 0)


def test_an_accepted_offer_is_a_confirmed_visit_with_reminders(slot, first):
    waiting = wait(slot, 20, "8a")
    cancel(first)

    booking = rules.accept(waiting, by=Actor.person(waiting.owner), now=timezone.now())

    assert booking.state == "confirmed"
    assert Message.objects.filter(booking=booking, kind="reminder").count() == 2
    assert counters(slot) == (20, 1, 0)


def test_after_the_deadline_an_offer_cannot_be_accepted(slot, first):
    waiting = wait(slot, 20, "8a")
    cancel(first)

    with pytest.raises(TooLate):
        rules.accept(waiting, by=Actor.person(waiting.owner), now=now_of(waiting).offer_expires_at)


@pytest.mark.parametrize("answer", ["no", "none"])
def test_a_place_that_is_not_taken_goes_to_the_next(answer, slot, first):
    one, two = wait(slot, 25, "8a"), wait(slot, 20, "9c")
    cancel(first)

    if answer == "no":
        rules.reject(one, by=Actor.person(one.owner), now=timezone.now())
    else:
        rules.withdraw_offer(one, now=now_of(one).offer_expires_at)

    assert now_of(one).state == ("cancelled" if answer == "no" else "expired")
    assert now_of(two).state == "offered"
    assert counters(slot) == (20, 1, 0)


def test_an_offer_is_not_withdrawn_before_its_deadline(slot, first):
    waiting = wait(slot, 20, "8a")
    cancel(first)

    with pytest.raises(NotActive):
        rules.withdraw_offer(waiting, now=now_of(waiting).offer_expires_at - timedelta(seconds=1))


def test_the_deadline_counts_school_days_and_waits_over_christmas():
    starts = at_local(date(2028, 3, 7), time(8))
    slot = make_slot(starts_at=starts, book_from=starts - timedelta(days=200))
    before = at_local(date(2027, 12, 21), time(15))
    first = make_booking(slot, at=before)
    waiting = make_booking(slot, group_name="8a", at=before)

    cancel(first, at=before)

    assert timezone.localtime(now_of(waiting).offer_expires_at) == at_local(date(2028, 1, 5), time(0))


def test_the_organiser_does_not_answer_for_the_school(slot, first):
    waiting = wait(slot, 20, "8a")
    cancel(first)

    for user in (make_organiser(slot.workshop.partner), make_organiser(make_partner())):
        with pytest.raises(NotAllowed):
            rules.accept(waiting, by=Actor.person(user), now=timezone.now())


def test_a_declined_request_frees_its_places_for_who_waits():
    slot = make_slot(make_workshop(booking_mode="request"))
    request = make_booking(slot)
    waiting = make_booking(slot, group_name="8a")

    rules.decline(request, by=Actor.person(make_organiser(slot.workshop.partner)), now=timezone.now(), reason="no")

    assert now_of(waiting).state == "offered"
