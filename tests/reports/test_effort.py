"""What a date takes its team, and that the shares of its visits add up to it."""

from __future__ import annotations

from datetime import timedelta
from math import asin, cos, radians, sin, sqrt

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actor import Actor
from booking import planning, rules
from booking.models import VisitFact
from booking.reports import facts
from booking.rules import Counts
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_trainer,
    make_venue,
    make_workshop,
)

pytestmark = pytest.mark.django_db

CAME, NOBODY = Counts(f=12, m=10, minutes=180), Counts(no_show=True)
ZITTAU, LOEBAU, GOERLITZ = (50.8975, 14.8087), (51.094, 14.668), (51.153, 14.987)


@pytest.fixture
def partner():
    return make_partner(prep_minutes=30, travel_minutes=50)


@pytest.fixture
def organiser(partner):
    return Actor.person(make_organiser(partner))


def at(place):
    return {"lat": place[0], "lon": place[1]}


def km_between(one, other):
    (a, b), (c, d) = ((radians(lat), radians(lon)) for lat, lon in (one, other))
    arc = sin((c - a) / 2) ** 2 + cos(a) * cos(c) * sin((d - b) / 2) ** 2
    return 2 * 6371 * asin(sqrt(arc))


def mobile(partner, **extra):
    return make_workshop(partner, **{"format": "mobile", "capacity": 60, "max_groups": 3, "minutes": 100} | extra)


def visit(slot, organiser, counts=CAME, **extra):
    booking = make_booking(slot, **({"pupils": 10} | extra))
    return rules.attend(booking, counts, by=organiser, now=slot.ends_at)


def shares():
    return list(VisitFact.objects.order_by("booking").values_list("trainer_minutes", "km"))


def test_a_date_takes_each_of_its_team_the_same_time(partner, organiser):
    slot = make_slot(make_workshop(partner, minutes=180), setup_minutes=20, teardown_minutes=10)
    for _ in range(2):
        make_assignment(slot, make_trainer(partner))
    visit(slot, organiser)
    assert shares() == [(2 * (180 + 20 + 10 + 30), 0)]  # nobody drives to a school


def test_to_a_school_there_are_travel_and_kilometres_from_the_nearest_place(partner, organiser):
    make_venue(partner, **at(ZITTAU))
    make_venue(partner, **at(GOERLITZ))
    make_venue(partner, **at(LOEBAU), active=False)
    slot = make_slot(mobile(partner))
    make_assignment(slot, make_trainer(partner))
    visit(slot, organiser, school=make_school(**at(LOEBAU)))
    near = min(km_between(ZITTAU, LOEBAU), km_between(GOERLITZ, LOEBAU))
    assert shares() == [(100 + 30 + 50, round(2 * 1.3 * near))]


def test_the_place_of_the_offer_comes_first_and_the_farthest_school_counts(partner, organiser):
    make_venue(partner, **at(ZITTAU))
    slot = make_slot(mobile(partner, venue=make_venue(partner, **at(GOERLITZ))))
    make_assignment(slot, make_trainer(partner))
    for name, place in (("7a", LOEBAU), ("7b", ZITTAU)):
        visit(slot, organiser, school=make_school(**at(place)), group_name=name)
    way = round(2 * 1.3 * max(km_between(GOERLITZ, LOEBAU), km_between(GOERLITZ, ZITTAU)))
    assert sum(km for _minutes, km in shares()) == way


@pytest.mark.parametrize("rule", [{"counts_km": False}, {"format": "online"}])
def test_where_no_kilometres_count_there_are_none(partner, organiser, rule):
    make_venue(partner, **at(ZITTAU))
    slot = make_slot(mobile(partner, **rule))
    make_assignment(slot, make_trainer(partner))
    visit(slot, organiser, school=make_school(**at(LOEBAU)))
    assert shares()[0][1] == 0


def test_an_own_rule_of_the_workshop_holds(partner, organiser):
    slot = make_slot(mobile(partner, prep_minutes=0, travel_minutes=7))
    make_assignment(slot, make_trainer(partner))
    visit(slot, organiser)
    assert shares() == [(107, 0)]


def test_what_the_rules_said_on_that_day_stays(partner, organiser):
    slot = make_slot(mobile(partner))
    make_assignment(slot, make_trainer(partner))
    booking = visit(slot, organiser)
    partner.prep_minutes = 300
    partner.save()
    rules.attend(booking, Counts(f=3, minutes=60), by=organiser, now=slot.ends_at)
    assert shares() == [(100 + 30 + 50, 0)]
    assert not list(facts.wrong())


def test_another_team_is_counted_at_once(partner, organiser):
    slot = make_slot(make_workshop(partner))
    visit(slot, organiser)
    assert shares() == [(0, 0)]
    team = [(make_trainer(partner), "lead"), (make_trainer(partner), "assistant")]
    planning.assign(slot, team, by=organiser, now=slot.ends_at)
    assert shares() == [(2 * 210, 0)]
    planning.assign(slot, team[:1], by=organiser, now=slot.ends_at)
    assert shares() == [(210, 0)]


def test_other_times_of_set_up_are_counted_at_once(partner, organiser):
    slot = make_slot(make_workshop(partner))
    make_assignment(slot, make_trainer(partner))
    visit(slot, organiser)
    planning.change_slot(slot, {"setup_minutes": 45}, by=organiser, now=slot.ends_at)
    assert shares() == [(180 + 30 + 45, 0)]


def test_a_date_that_is_called_off_in_the_middle_took_nobody(partner, organiser):
    slot = make_slot(make_workshop(partner))
    make_assignment(slot, make_trainer(partner))
    make_booking(slot)
    planning.cancel_slot(slot, by=organiser, now=slot.starts_at + timedelta(minutes=5), reason="fire")
    assert shares() == [(0, 0)]
    assert not list(facts.wrong())


def test_who_came_shares_and_where_nobody_came_who_was_awaited(partner, organiser):
    slot = make_slot(mobile(partner))
    make_assignment(slot, make_trainer(partner))
    first = visit(slot, organiser, NOBODY, group_name="7a")
    visit(slot, organiser, NOBODY, group_name="7b")
    assert shares() == [(90, 0), (90, 0)]
    rules.attend(first, CAME, by=organiser, now=slot.ends_at)
    assert shares() == [(180, 0), (0, 0)]


@pytest.mark.parametrize("harm", ["trainer_minutes = trainer_minutes + 1", "km = km + 1"])
def test_audit_sees_a_wrong_share(partner, organiser, harm):
    slot = make_slot(make_workshop(partner))
    make_assignment(slot, make_trainer(partner))
    booking = visit(slot, organiser)
    assert not list(facts.wrong())
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE booking_visitfact SET {harm}")
    assert [reference for reference, _what in facts.wrong()] == [booking.reference]


LIVES = settings(
    deadline=None, database=None, max_examples=15, suppress_health_check=list(HealthCheck), derandomize=True
)


@LIVES
@given(
    st.integers(0, 3),
    st.integers(15, 400),
    st.integers(0, 99),
    st.lists(st.tuples(st.booleans(), st.integers(0, 2)), min_size=1, max_size=6),
    st.data(),
)
def test_the_shares_add_up_to_the_date(team, minutes, setup, groups, data):
    """Whoever comes or not, in whatever order it is recorded and corrected."""
    with transaction.atomic():
        partner = make_partner(prep_minutes=17, travel_minutes=23)
        organiser = Actor.person(make_organiser(partner))
        make_venue(partner, **at(ZITTAU))
        schools = [make_school(), make_school(**at(LOEBAU)), make_school(**at(GOERLITZ))]
        workshop = mobile(partner, capacity=200, max_groups=9, minutes=minutes)
        slot = make_slot(workshop, starts_at=in_days(30, 6), setup_minutes=setup)
        for _ in range(team):
            make_assignment(slot, make_trainer(partner))
        bookings = [
            make_booking(slot, pupils=5, school=schools[where], group_name=f"7-{number}")
            for number, (_came, where) in enumerate(groups)
        ]
        order = data.draw(st.permutations(list(zip(bookings, groups, strict=True))))
        for booking, (came, _where) in order:
            if data.draw(st.booleans()):  # corrected later
                rules.attend(booking, NOBODY if came else CAME, by=organiser, now=slot.ends_at)
            rules.attend(booking, CAME if came else NOBODY, by=organiser, now=slot.ends_at)

        places = [(schools[where].lat, schools[where].lon) for _came, where in groups if schools[where].lat]
        way = round(2 * 1.3 * max((km_between(ZITTAU, place) for place in places), default=0)) if team else 0
        rows = list(VisitFact.objects.filter(slot=slot).values_list("status", "trainer_minutes", "km"))
        assert sum(row[1] for row in rows) == team * (minutes + setup + 17 + 23)
        assert sum(row[2] for row in rows) == way
        if any(came for came, _where in groups):
            assert all(row[1:] == (0, 0) for row in rows if row[0] == "no_show")
        assert not list(facts.wrong())
        transaction.set_rollback(True)
