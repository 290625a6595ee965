from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actor import Actor
from booking import rules
from booking.audit import breaches
from booking.errors import FieldErrors, NotActive, NotAllowed
from booking.history.bookings import told
from booking.models import Attendance, Booking, Change, Message
from booking.rules import Counts
from tests.factories import make_assignment, make_booking, make_organiser, make_slot, make_trainer
from tests.together import together
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


def history_of(booking: Booking) -> list[str]:
    return [told(change) for change in booking.changes.all()]


def test_a_correction_says_what_stood_there_what_stands_there_now_and_why(slot, booking, tom):
    rules.attend(booking, Counts(f=11, m=9, adults=2, minutes=180), by=tom, now=slot.ends_at)
    rules.attend(
        booking,
        Counts(f=12, m=9, adults=2, minutes=150, late_minutes=30),
        by=tom,
        now=slot.ends_at,
        reason="miscounted",
    )

    facts = booking.changes.filter(kind="attended").latest("pk").facts
    assert (facts["f"], facts["m"], facts["minutes"], facts["no_show"]) == (
        [11, 12],
        [9, 9],
        [180, 150],
        [False, False],
    )
    corrected, first = history_of(booking)[:2]
    words = "Mädchen: 11 → 12; Minuten: 180 → 150; Verspätung in Minuten: 0 → 30"
    assert corrected == f"Berichtigt: 21 waren da; {words}: miscounted"
    assert first == "Eingetragen: 20 waren da"


def test_between_nobody_and_somebody_the_history_says_it_in_one_sentence(slot, booking, tom):
    rules.attend(booking, Counts(no_show=True), by=tom, now=slot.ends_at)
    rules.attend(booking, Counts(unknown=20, minutes=180), by=tom, now=slot.ends_at)
    rules.attend(booking, Counts(no_show=True), by=tom, now=slot.ends_at)

    assert history_of(booking)[:3] == [
        "Berichtigt: Es ist niemand gekommen",
        "Berichtigt: Es waren doch 20 da",
        "Niemand kam",
    ]


def test_a_note_is_for_the_team_alone_and_no_correction(slot, booking, tom):
    rules.attend(booking, Counts(unknown=24, minutes=180), by=tom, now=slot.ends_at, note="Brille liegt im Labor")
    rules.attend(booking, Counts(unknown=24, minutes=180), by=tom, now=slot.ends_at, note="Brille ist abgeholt")

    record = Attendance.objects.get()
    assert (record.note, record.revision) == ("Brille ist abgeholt", 1)
    assert "Brille" not in str([*Change.objects.values(), *Message.objects.values()])


def test_who_says_nothing_of_the_note_leaves_it(slot, booking, tom):
    rules.attend(booking, Counts(unknown=24), by=tom, now=slot.ends_at, note="Brille")

    rules.attend(booking, Counts(unknown=23), by=tom, now=slot.ends_at)

    assert Attendance.objects.get().note == "Brille"


@pytest.mark.parametrize(("seen", "refused"), [(0, True), (1, False), (None, False), (2, True)])
def test_what_a_colleague_recorded_is_replaced_only_by_who_has_seen_it(seen, refused, slot, booking, tom):
    olga = Actor.person(make_organiser(slot.workshop.partner))
    rules.attend(booking, Counts(unknown=20), by=olga, now=slot.ends_at, seen=0)

    with suppress(FieldErrors):
        rules.attend(booking, Counts(unknown=24), by=tom, now=slot.ends_at, seen=seen)

    assert Attendance.objects.get().present == (20 if refused else 24)


def test_the_same_numbers_are_welcome_whoever_recorded_them(slot, booking, tom):
    olga = Actor.person(make_organiser(slot.workshop.partner))
    rules.attend(booking, Counts(unknown=20), by=olga, now=slot.ends_at, seen=0)
    rules.attend(booking, Counts(unknown=20), by=tom, now=slot.ends_at, seen=0)

    assert Attendance.objects.get().by == olga.user


@pytest.mark.django_db(transaction=True)
def test_of_two_colleagues_at_the_same_moment_one_hears_of_the_other():
    slot = make_slot()
    booking, tom, tim = make_booking(slot), make_trainer(slot.workshop.partner), make_trainer(slot.workshop.partner)
    for trainer in (tom, tim):
        make_assignment(slot, trainer, role="lead" if trainer is tom else "assistant")
    records = [(Counts(unknown=24), tom), (Counts(unknown=23), tim)]

    answers = together(
        *(partial(rules.attend, booking, n, by=Actor.person(t.user), now=slot.ends_at, seen=0) for n, t in records)
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Booking", "FieldErrors"]
    assert Attendance.objects.get().revision == 1
    assert Change.objects.filter(kind="attended").count() == 1


def people(most: int = 40) -> st.SearchStrategy[int]:
    return st.integers(0, most)


COUNTS = st.builds(
    Counts, f=people(), m=people(), d=people(2), unknown=people(), adults=people(5), minutes=people(300),
    late_minutes=people(60), no_show=st.booleans(),
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tries=st.lists(COUNTS | st.just(Counts(no_show=True)) | st.just(Counts(unknown=24)), max_size=6))
def test_whatever_is_counted_in_whatever_order_the_record_is_the_last_that_makes_sense(tries, django_db_blocker):
    with transaction.atomic():
        slot = make_slot()
        booking = make_booking(slot)
        by = Actor.person(make_organiser(slot.workshop.partner))
        taken: list[Counts] = []
        for counts in tries:
            try:
                rules.attend(booking, counts, by=by, now=slot.ends_at)
            except FieldErrors:
                nothing = not any((counts.f, counts.m, counts.d, counts.unknown))
                numbers = any(getattr(counts, name) for name in Counts.__slots__ if name != "no_show")
                assert numbers if counts.no_show else nothing
            else:
                taken += [counts] if taken[-1:] != [counts] else []
        check(booking, taken)
        transaction.set_rollback(True)


def check(booking: Booking, taken: list[Counts]) -> None:
    """The record, the state and the history tell the same."""
    booking = Booking.objects.select_related("attendance").get(pk=booking.pk)
    changes: Any = list(booking.changes.filter(kind__in=["attended", "no_show"]).order_by("pk"))
    assert [change.facts["unknown"][1] for change in changes] == [counts.unknown for counts in taken]
    assert [change.facts["f"] for change in changes] == [
        [before.f if before else None, after.f] for before, after in zip([None, *taken], taken, strict=False)
    ]
    if not taken:
        assert (booking.state, Attendance.objects.filter(booking=booking).count()) == ("confirmed", 0)
        return
    last = taken[-1]
    assert rules.counts_of(booking.attendance) == last
    assert booking.attendance.revision == len(taken)
    assert booking.state == ("no_show" if last.no_show else "attended")
    assert list(breaches(booking.slot.ends_at)) == []
