"""What a house remembers of a school: whether it was here, what it missed; and forgets with the school year."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.timezone import make_aware

from accounts.actor import Actor
from booking import rules
from booking.models import Booking
from booking.planning import change_slot
from booking.rules import marks
from tests.factories import (
    in_days,
    make_booking,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_user,
    make_workshop,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner():
    return make_partner()


@pytest.fixture
def school():
    return make_school()


def visit(partner: Any, school: Any, starts_at: datetime, *, missed: bool = False, **rule: Any) -> Booking:
    slot = make_slot(make_workshop(partner, **rule), starts_at=starts_at)
    booking = make_booking(slot, school=school, at=starts_at - timedelta(days=60))
    counts = rules.Counts(no_show=True) if missed else rules.Counts(unknown=20)
    by = Actor.person(make_organiser(partner))
    if booking.state == "requested":
        rules.confirm(booking, by=by, now=starts_at - timedelta(days=59))
    return rules.attend(booking, counts, by=by, now=slot.ends_at)


def at(text: str) -> datetime:
    return make_aware(datetime.fromisoformat(text))


def next_booking(partner: Any, school: Any, now: datetime | None = None, **rule: Any) -> Booking:
    now = now or timezone.now()
    slot = make_slot(make_workshop(partner, **rule), starts_at=now + timedelta(days=40))
    return make_booking(slot, school=school, at=now)


def test_the_first_visit_of_a_school_is_marked(partner, school):
    assert next_booking(partner, school).first_visit is True
    assert next_booking(partner, school).first_visit is False
    assert next_booking(make_partner(), school).first_visit is True  # of another house


def test_after_the_second_missed_visit_in_a_school_year_somebody_looks_first(partner, school):
    visit(partner, school, at("2026-10-06 08:00"), missed=True)
    now = at("2027-01-11 10:00")
    assert next_booking(partner, school, now).state == "confirmed"

    visit(partner, school, at("2026-12-08 08:00"), missed=True)

    booking = next_booking(partner, school, now)
    assert (booking.state, booking.places_held) == ("requested", 24)


def test_with_the_school_year_missed_visits_are_forgotten(partner, school):
    for day in ("2026-10-06 08:00", "2026-12-08 08:00"):
        visit(partner, school, at(day), missed=True)

    assert next_booking(partner, school, at("2027-07-31 10:00")).state == "requested"
    assert next_booking(partner, school, at("2027-08-01 10:00")).state == "confirmed"
    assert next_booking(partner, school, at("2027-08-01 10:00"), no_show_years=2).state == "requested"


@pytest.mark.parametrize(
    ("rule", "state"), [({"no_show_limit": 0}, "confirmed"), ({"no_show_limit": 1}, "requested"), ({}, "confirmed")]
)
@pytest.mark.usefixtures("term_time")
def test_how_many_missed_visits_count_is_for_the_house_to_say(partner, school, rule, state):
    visit(partner, school, in_days(-1), missed=True)

    assert next_booking(partner, school, **rule).state == state


def test_other_houses_learn_nothing_of_it(partner, school):
    for days in (-3, -2):
        visit(partner, school, in_days(days), missed=True, no_show_limit=0)

    assert next_booking(make_partner(), school, no_show_limit=1).state == "confirmed"


def test_a_correction_takes_the_mark_away(partner, school):
    missed = [visit(partner, school, in_days(days), missed=True, no_show_limit=0) for days in (-3, -2)]
    by = Actor.person(make_organiser(partner))

    rules.attend(missed[0], rules.Counts(unknown=20), by=by, now=timezone.now())

    assert next_booking(partner, school).state == "confirmed"


def test_who_books_for_the_house_is_not_held_up(partner, school):
    for days in (-3, -2):
        visit(partner, school, in_days(days), missed=True)
    slot = make_slot(make_workshop(partner))

    assert make_booking(slot, make_organiser(partner), school=school).state == "confirmed"


def test_after_a_late_cancellation_one_booking_is_looked_at_where_the_house_wishes(partner, school):
    ada, soon = make_user("ada"), make_slot(make_workshop(partner), starts_at=in_days(3), book_until=in_days(2))
    booking = make_booking(soon, ada, school=school)
    rules.cancel(booking, by=Actor.person(ada), now=timezone.now())
    assert Booking.objects.get(pk=booking.pk).late

    later = timezone.now() + timedelta(minutes=5)
    assert next_booking(partner, school, later, late_asks=True).state == "requested"
    assert next_booking(partner, school, later + timedelta(minutes=5), late_asks=True).state == "confirmed"


def test_a_late_cancellation_is_no_later_for_the_date_that_moves_afterwards(partner, school):
    ada, soon = make_user("ada"), make_slot(make_workshop(partner), starts_at=in_days(3), book_until=in_days(2))
    rules.cancel(make_booking(soon, ada, school=school), by=Actor.person(ada), now=timezone.now())
    assert next_booking(partner, school, timezone.now(), late_asks=True).state == "requested"

    later = timezone.now() + timedelta(minutes=5)
    times = {"starts_at": in_days(4), "ends_at": in_days(4) + timedelta(hours=3)}
    change_slot(soon, times, by=Actor.person(make_organiser(partner)), now=later)

    assert next_booking(partner, school, later + timedelta(minutes=5), late_asks=True).state == "confirmed"


def test_of_a_school_that_is_not_known_nothing_is_known(partner):
    assert marks.standing(None, make_slot(make_workshop(partner)), timezone.now()) == marks.Standing()
