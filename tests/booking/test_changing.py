from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking import rules
from booking.errors import AlreadyBooked, FieldErrors, NoRoom, NotActive, NotAllowed, TooLate
from booking.models import Booking, Message
from tests.factories import make_booking, make_office, make_organiser, make_partner, make_slot, make_user, make_workshop
from workshops.models import Slot

pytestmark = pytest.mark.django_db


@pytest.fixture
def slot():
    return make_slot(make_workshop(max_groups=3, capacity=30))


@pytest.fixture
def booking(slot):
    return make_booking(slot, pupils=20)


def ada(booking: Booking) -> Actor:
    return Actor.person(booking.owner)


def taken(slot: Slot) -> int:
    return Slot.objects.get(pk=slot.pk).places_taken


def test_fewer_pupils_free_their_places_at_once(slot, booking):
    changed = rules.resize(booking, 18, by=ada(booking), now=timezone.now())

    assert (changed.pupils, changed.places_held, taken(slot)) == (18, 18, 18)
    assert changed.changes.first().facts == {"pupils": [20, 18]}


def test_a_rise_that_does_not_fit_changes_nothing_and_says_what_is_left(slot, booking):
    make_booking(slot, pupils=8, group_name="9a")

    with pytest.raises(NoRoom) as refusal:
        rules.resize(booking, 23, by=ada(booking), now=timezone.now())
    assert refusal.value.facts == {"left": 2, "most": 22}
    assert taken(slot) == 28


def test_a_confirmed_class_may_grow_into_free_places_although_others_wait(slot, booking):
    make_booking(slot, pupils=15, group_name="9a")

    assert rules.resize(booking, 25, by=ada(booking), now=timezone.now()).places_held == 25


def test_above_the_maximum_is_refused_at_the_field(booking):
    with pytest.raises(FieldErrors) as refusal:
        rules.resize(booking, 31, by=ada(booking), now=timezone.now())
    assert "group.pupils" in refusal.value.errors


def test_a_group_that_waits_holds_nothing_when_it_shrinks(slot, booking):
    waiting = make_booking(slot, pupils=15, group_name="9a")

    rules.resize(waiting, 12, by=ada(waiting), now=timezone.now())

    assert taken(slot) == 20


def test_a_class_cannot_take_the_name_of_another_one_of_its_school(slot, booking):
    other = make_booking(slot, owner=booking.owner, school=booking.school, group_name="8a", pupils=5)

    with pytest.raises(AlreadyBooked):
        rules.amend(other, {"group_name": "7 B"}, by=ada(other), now=timezone.now())


def test_a_new_contact_ends_the_old_link_and_gets_the_mails_from_now_on(booking):
    rules.amend(booking, {"contact_email": "bea@school.example"}, by=ada(booking), now=timezone.now())

    changed = Booking.objects.get(pk=booking.pk)
    assert changed.link_version == booking.link_version + 1
    reminders = Message.objects.filter(booking=booking, kind="reminder")
    assert {message.to_address for message in reminders} == {"bea@school.example"}


def test_nothing_to_change_leaves_no_trace(booking):
    rules.resize(booking, booking.pupils, by=ada(booking), now=timezone.now())

    assert booking.changes.count() == 1


@pytest.mark.parametrize(
    ("who", "allowed"), [("owner", True), ("office", True), ("organiser", True), ("link", True), ("stranger", False)]
)
def test_who_may_change_a_booking(who, allowed, booking):
    actor = {
        "owner": lambda: Actor.person(booking.owner),
        "office": lambda: Actor.person(make_office(booking.school)),
        "organiser": lambda: Actor.person(make_organiser(booking.slot.workshop.partner)),
        "link": lambda: Actor.link(booking.pk),
        "stranger": lambda: Actor.person(make_organiser(make_partner())),
    }[who]()

    if allowed:
        assert rules.resize(booking, 10, by=actor, now=timezone.now()).pupils == 10
    else:
        with pytest.raises(NotAllowed):
            rules.resize(booking, 10, by=actor, now=timezone.now())


def test_the_link_of_another_booking_opens_nothing_here(booking):
    with pytest.raises(NotAllowed):
        rules.resize(booking, 10, by=Actor.link(booking.pk + 1), now=timezone.now())


def test_from_the_start_on_the_school_changes_nothing(slot, booking):
    with pytest.raises(TooLate):
        rules.resize(booking, 10, by=ada(booking), now=slot.starts_at)


def test_a_cancelled_booking_cannot_change(booking):
    rules.cancel(booking, by=ada(booking), now=timezone.now())

    with pytest.raises(NotActive):
        rules.resize(booking, 10, by=ada(booking), now=timezone.now())


def test_a_booking_cannot_be_overwritten_by_a_stale_copy(booking):
    booking.pupils = 1
    with pytest.raises(ValueError, match="update_fields"):
        booking.save()


def test_the_actor_of_a_stranger_sees_nothing(booking):
    assert not Booking.objects.visible_to(make_user()).exists()
