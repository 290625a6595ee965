"""One row a visit: written by whichever rule ends a booking, corrected with it, taken back with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actor import Actor
from booking import belonging, planning, rules
from booking.models import Booking, VisitFact
from booking.reports import facts
from booking.rules import Counts
from schools.models import School
from tests.factories import (
    in_days,
    make_booking,
    make_cooperation,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_workshop,
)

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
CAME = Counts(f=11, m=9, unknown=2, adults=2, minutes=170)


@pytest.fixture
def workshop():
    return make_workshop(disciplines=["physics", "chemistry"], booking_mode="request")


@pytest.fixture
def organiser(workshop):
    return Actor.person(make_organiser(workshop.partner))


@pytest.fixture
def slot(workshop):
    return make_slot(workshop)


def confirmed(slot, organiser, **extra):
    return rules.confirm(make_booking(slot, **extra), by=organiser, now=in_days(0))


def held(slot, organiser, counts=CAME, **extra):
    return rules.attend(confirmed(slot, organiser, **extra), counts, by=organiser, now=slot.ends_at)


def turned_away():
    return sum(VisitFact.objects.values_list("turned_away", flat=True))


def test_a_visit_that_took_place_is_one_row_with_all_that_reports_ask(slot, organiser):
    helper = make_partner()
    make_cooperation(slot.workshop, helper)
    booking = held(slot, organiser, grades=(7, 8), pupils=24)

    fact = booking.fact
    assert (fact.status, fact.planned, fact.f, fact.m, fact.d, fact.unknown, fact.adults) == (
        "held",
        24,
        11,
        9,
        0,
        2,
        2,
    )
    assert (fact.minutes, fact.grade_key, fact.grades) == (170, "mixed", [7, 8])
    assert (fact.school_kind, fact.country, fact.district) == ("lower_sec", "DE", "14626")
    assert (fact.discipline, fact.partner_id, fact.helpers) == ("physics", slot.workshop.partner_id, [helper.pk])


def test_a_live_booking_has_no_row(slot, organiser):
    confirmed(slot, organiser)
    assert not VisitFact.objects.exists()


def test_a_correction_corrects_the_row(slot, organiser):
    booking = held(slot, organiser)
    rules.attend(booking, Counts(no_show=True), by=organiser, now=slot.ends_at)
    fact = VisitFact.objects.get()
    assert (fact.status, fact.f, fact.adults, fact.minutes) == ("no_show", 0, 0, 180)
    rules.attend(booking, Counts(f=30, minutes=90), by=organiser, now=slot.ends_at)
    fact.refresh_from_db()
    assert (fact.status, fact.f, fact.minutes) == ("held", 30, 90)  # more than were booked


@pytest.mark.parametrize(
    ("days", "by_school", "status"),
    [(30, True, None), (2, True, "late_cancel"), (30, False, "provider_cancel")],
)
def test_what_is_called_off(slot, organiser, days, by_school, status):
    booking = confirmed(slot, organiser)
    by = Actor.person(booking.owner) if by_school else organiser
    rules.cancel(booking, by=by, now=slot.starts_at - timedelta(days=days), reason="ill")
    assert list(VisitFact.objects.values_list("status", flat=True)) == ([status] if status else [])


def test_what_is_taken_back_is_not_counted(slot, organiser):
    at = timezone.now()
    booking = rules.decline(make_booking(slot, at=at), by=organiser, now=at + timedelta(seconds=5), reason="full")
    assert turned_away() == 24
    rules.undo(booking, by=organiser, now=at + timedelta(seconds=20))
    assert not VisitFact.objects.exists()


def test_a_group_is_turned_away_once_whatever_it_asked_for(workshop, organiser):
    school = make_school()
    for days in (50, 40, 45):
        wish = make_booking(make_slot(workshop, starts_at=in_days(days)), school=school, group_name="7b")
        rules.decline(wish, by=organiser, now=in_days(0), reason="full")
    other = make_booking(make_slot(workshop, starts_at=in_days(41)), school=school, group_name="7c", pupils=20)
    rules.decline(other, by=organiser, now=in_days(0), reason="full")

    assert turned_away() == 24 + 20
    first = VisitFact.objects.filter(planned=24).exclude(turned_away=0).get()
    assert first.day == in_days(40).date()


def test_a_group_that_got_another_date_was_not_turned_away(workshop, organiser):
    school = make_school()
    wish = make_booking(make_slot(workshop, starts_at=in_days(30)), school=school)
    rules.decline(wish, by=organiser, now=in_days(0), reason="full")
    assert turned_away() == 24
    held(make_slot(workshop, starts_at=in_days(33)), organiser, school=school)
    assert turned_away() == 0


def test_what_was_called_off_by_the_house_and_led_to_nothing_else_was_turned_away(slot, organiser):
    booking = confirmed(slot, organiser)
    rules.cancel(booking, by=organiser, now=in_days(1), reason="ill")
    assert turned_away() == 24


def test_another_school_year_is_another_wish(workshop, organiser):
    school = make_school()
    for start in (datetime(2031, 7, 1, 8, tzinfo=BERLIN), datetime(2031, 9, 1, 8, tzinfo=BERLIN)):
        slot = make_slot(workshop, starts_at=start, book_from=in_days(-1))
        rules.decline(make_booking(slot, school=school), by=organiser, now=in_days(0), reason="no")
    assert turned_away() == 48


def test_a_date_that_is_called_off_turns_all_its_groups_away(organiser, workshop):
    slot = make_slot(workshop, capacity=60, max_groups=3)
    for name in ("7a", "7b"):
        confirmed(slot, organiser, group_name=name)
    make_booking(slot, group_name="7c", pupils=10)
    planning.cancel_slot(slot, by=organiser, now=in_days(1), reason="ill")
    assert sorted(VisitFact.objects.values_list("status", "turned_away")) == [
        ("provider_cancel", 24), ("provider_cancel", 24), ("turned_away", 10),
    ]  # fmt: skip


def test_where_the_school_lay_stays_and_its_heir_counts(slot, organiser):
    booking = held(slot, organiser)
    School.objects.filter(pk=booking.school_id).update(district_code="14625", kind="upper_sec")
    rules.attend(booking, Counts(f=1, minutes=60), by=organiser, now=slot.ends_at)
    fact = VisitFact.objects.get()
    assert (fact.district, fact.school_kind, fact.f) == ("14626", "lower_sec", 1)


def test_a_typed_school_hands_its_visits_to_the_school_of_the_register(slot, organiser):
    typed = make_school("Unsere Schule", kind="other", district_code="", state="proposed")
    heir = make_school(kind="upper_sec", district_code="14625")
    held(slot, organiser, school=typed)
    belonging.merge_school(typed, heir, by=organiser, now=slot.ends_at)
    fact = VisitFact.objects.get()
    assert (fact.school, fact.district, fact.school_kind) == (heir, "14625", "upper_sec")
    assert not list(facts.wrong())


def test_a_date_of_another_day_moves_its_rows(slot, organiser):
    rules.decline(make_booking(slot), by=organiser, now=in_days(0), reason="full")
    later = slot.starts_at + timedelta(days=3)
    planning.change_slot(
        slot, {"starts_at": later, "ends_at": later + timedelta(hours=2)}, by=organiser, now=in_days(1), reason="room"
    )
    fact = VisitFact.objects.get()
    assert (fact.day, fact.minutes) == (later.date(), 120)


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE booking_visitfact SET f = f + 1",
        "UPDATE booking_visitfact SET day = day + 1",
        "DELETE FROM booking_visitfact",
        "UPDATE booking_booking SET state = 'confirmed'",
    ],
)
def test_audit_sees_a_row_that_is_not_what_the_booking_says(slot, organiser, harm):
    booking = held(slot, organiser)
    assert not list(facts.wrong())
    with connection.cursor() as cursor:
        cursor.execute(harm)
    assert [reference for reference, _what in facts.wrong()] == [booking.reference]


def test_audit_sees_a_wrong_number_of_those_turned_away(slot, organiser):
    rules.decline(make_booking(slot), by=organiser, now=in_days(0), reason="full")
    VisitFact.objects.update(turned_away=3)
    assert "3 turned away instead of 24" in next(facts.wrong())[1]


def test_rows_that_lack_can_be_written_at_once(workshop, organiser):
    school = make_school()
    for days in (30, 35):
        wish = make_booking(make_slot(workshop, starts_at=in_days(days)), school=school)
        rules.decline(wish, by=organiser, now=in_days(0), reason="full")
    held(make_slot(workshop), organiser)
    rows = list(VisitFact.objects.order_by("booking").values_list("booking", "status", "planned", "f", "turned_away"))
    VisitFact.objects.all().delete()
    facts.keep_all()
    again = VisitFact.objects.order_by("booking").values_list("booking", "status", "planned", "f", "turned_away")
    assert list(again) == rows


def test_any_number_of_bookings_takes_the_same_number_of_queries(organiser, workshop):
    slot = make_slot(workshop, capacity=400, max_groups=12)
    for number in range(12):
        held(slot, organiser, group_name=f"7-{number}")
    keys = list(Booking.objects.values_list("pk", flat=True))
    for some in (keys[:1], keys):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            facts.keep(some)
        assert len(queries) == 6
