from __future__ import annotations

import pytest

from accounts.actor import Actor
from booking import rules
from booking.errors import FieldErrors, NotActive, NotAllowed
from booking.models import Attendance, Booking
from booking.rules import Counts
from tests.factories import make_assignment, make_booking, make_organiser, make_slot, make_trainer
from workshops.models import Slot

pytestmark = pytest.mark.django_db


@pytest.fixture
def slot():
    return make_slot()


@pytest.fixture
def booking(slot):
    return make_booking(slot)


@pytest.fixture
def tom(slot):
    trainer = make_trainer(slot.workshop.partner, "tom")
    make_assignment(slot, trainer)
    return Actor.person(trainer.user)


def test_a_visit_is_counted_without_names(slot, booking, tom):
    attended = rules.attend(booking, Counts(f=11, m=9, unknown=2, adults=2, minutes=180), by=tom, now=slot.ends_at)

    assert attended.state == "attended"
    assert attended.attendance.present == 22
    assert Slot.objects.get(pk=slot.pk).places_taken == 24


def test_not_recorded_is_not_zero(slot, booking):
    assert list(Booking.objects.unrecorded(slot.ends_at)) == []
    after = slot.ends_at.replace(hour=23)
    assert list(Booking.objects.unrecorded(after)) == [booking]
    assert not Attendance.objects.exists()


def test_more_may_come_than_were_booked(slot, booking, tom):
    assert rules.attend(booking, Counts(unknown=27, minutes=180), by=tom, now=slot.ends_at).attendance.present == 27


def test_the_same_numbers_again_change_nothing(slot, booking, tom):
    counts = Counts(unknown=24, adults=2, minutes=180)
    rules.attend(booking, counts, by=tom, now=slot.ends_at)
    rules.attend(booking, counts, by=tom, now=slot.ends_at)

    assert Attendance.objects.get().revision == 1
    assert booking.changes.filter(kind="attended").count() == 1


def test_a_correction_from_no_show_to_attended_is_logged(slot, booking, tom):
    rules.attend(booking, Counts(no_show=True), by=tom, now=slot.ends_at)
    corrected = rules.attend(booking, Counts(unknown=20, minutes=180), by=tom, now=slot.ends_at)

    assert (corrected.state, Attendance.objects.get().revision) == ("attended", 2)
    assert list(booking.changes.values_list("kind", flat=True))[:2] == ["attended", "no_show"]


@pytest.mark.parametrize("counts", [Counts(), Counts(adults=2, minutes=180), Counts(f=3, no_show=True)])
def test_counts_that_contradict_themselves_are_refused(counts, slot, booking, tom):
    with pytest.raises(FieldErrors):
        rules.attend(booking, counts, by=tom, now=slot.ends_at)


def test_nothing_is_recorded_before_the_start(slot, booking, tom):
    with pytest.raises(NotActive):
        rules.attend(booking, Counts(unknown=24), by=tom, now=slot.starts_at.replace(hour=7))


def test_a_cancelled_visit_cannot_be_attended(slot, booking, tom):
    rules.cancel(booking, by=Actor.person(booking.owner), now=booking.created_at)

    with pytest.raises(NotActive):
        rules.attend(booking, Counts(unknown=24), by=tom, now=slot.ends_at)


def test_the_teacher_does_not_record(slot, booking):
    with pytest.raises(NotAllowed):
        rules.attend(booking, Counts(unknown=24), by=Actor.person(booking.owner), now=slot.ends_at)


def test_the_organiser_does(slot, booking):
    olga = Actor.person(make_organiser(slot.workshop.partner))

    assert rules.attend(booking, Counts(unknown=24), by=olga, now=slot.ends_at).state == "attended"
