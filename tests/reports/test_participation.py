"""The report on participations: it equals a plain sum over the bookings, whatever it is grouped by."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actor import Actor
from booking import rules
from booking.models import Booking
from booking.reports.definitions import DEFINITIONS
from booking.reports.participation import funders, report
from booking.reports.question import GROUPINGS, Question
from booking.reports.rounding import HOUR, LESSON, in_hours, shared_out
from booking.rules import Counts
from schools.schooldays import local_day, school_year_of
from tests.reports.conftest import BERLIN, LATER, YEAR, Houses

ADDED = ("sessions", "adults", "turned_away", "contact_minutes", "no_shows", "first_visits")
PEOPLE = ("f", "m", "d", "unknown", "total")

visit = st.fixed_dictionaries(
    {
        "day": st.dates(date(2025, 7, 20), date(2026, 8, 10)),
        "counts": st.tuples(*[st.integers(0, 40)] * 4).filter(any),
        "minutes": st.sampled_from([0, 50, 90, 170, 180]),
        "adults": st.integers(0, 4),
        "pupils": st.integers(1, 30),
        "workshop": st.integers(0, 2),
        "school": st.integers(0, 2),
        "pot": st.integers(0, 2),
        "grades": st.sampled_from([[7], [8], [7, 8], [13]]),
        "group": st.sampled_from(["7a", "7b"]),
        "state": st.sampled_from(["attended", "attended", "no_show", "declined", "expired", "cancelled"]),
        "late": st.booleans(),
        "ended_by": st.sampled_from(["school", "provider"]),
    }
)


def key_of(booking: Booking, group_by: str) -> str:
    slot, school = booking.slot, booking.school
    return {
        "month": f"{local_day(slot.starts_at):%Y-%m}",
        "partner": slot.workshop.partner.slug,
        "workshop": slot.workshop.slug,
        "funding_pot": slot.pot.code if slot.pot else "",
        "district": school.district_code,
        "country": school.country,
        "school_type": school.kind,
        "grade": str(booking.grades[0]) if len(booking.grades) == 1 else "mixed",
    }[group_by]


def turned_away(bookings: list[Booking]) -> dict[int, int]:
    """Of each family without a visit the first wish, by day."""
    families: dict[Any, list[Booking]] = defaultdict(list)
    for one in bookings:
        called_off_in_time = one.state == "cancelled" and one.ended_by == "school" and not one.late
        if not called_off_in_time:
            year = school_year_of(local_day(one.slot.starts_at))
            families[one.school_id, one.slot.workshop_id, year, one.group_name].append(one)
    lost = {}
    for family in families.values():
        if not any(
            one.state in {"attended", "no_show"} or one.ended_by == "school"
            for one in family
            if one.late or one.state != "cancelled"
        ):
            first = min(family, key=lambda one: (local_day(one.slot.starts_at), one.pk))
            lost[first.pk] = first.pupils
    return lost


def naive(bookings: list[Booking], group_by: str) -> dict[str, dict[str, Any]]:
    sums: dict[str, dict[str, Any]] = defaultdict(lambda: defaultdict(int))
    schools: dict[str, set[int]] = defaultdict(set)
    lost = turned_away(bookings)
    for one in bookings:
        if not YEAR.first <= local_day(one.slot.starts_at) <= YEAR.last or one.slot.workshop.partner.slug != "lab":
            continue
        mine = sums[key_of(one, group_by)]
        mine["turned_away"] += lost.get(one.pk, 0)
        mine["no_shows"] += one.state == "no_show"
        if one.state == "attended":
            came = one.attendance
            mine["sessions"] += 1
            mine["adults"] += came.adults
            mine["contact_minutes"] += came.present * (came.minutes or 180)
            for name in PEOPLE[:4]:
                mine[name] += getattr(came, name)
            schools[key_of(one, group_by)].add(one.school_id)
    return {key: mine | {"schools": len(schools[key])} for key, mine in sums.items()}


def flat(row: dict[str, Any]) -> dict[str, Any]:
    return row | row["participations"]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(visits=st.lists(visit, min_size=1, max_size=14))
def test_a_report_is_a_plain_sum_over_the_bookings_in_every_grouping(houses: Houses, visits: list[dict[str, Any]]):
    with transaction.atomic():
        for one in visits:
            ended_by = one["ended_by"] if one["state"] == "cancelled" else ""
            houses.visit(**one | {"late": one["late"] and ended_by == "school", "ended_by": ended_by})
        houses.count()
        facts = ("slot__workshop__partner", "slot__pot", "school", "attendance")
        bookings = list(Booking.objects.select_related(*facts))
        for group_by in GROUPINGS:
            found = report(replace(YEAR, group_by=group_by), frozenset({houses.lab.pk}), LATER)
            expected = naive(bookings, group_by)
            total = flat(found["total"])
            for row in map(flat, found["rows"]):
                wanted = expected.pop(row["key"])
                assert {name: row[name] for name in (*ADDED[:5], *PEOPLE[:4], "schools")} == {
                    name: wanted[name] for name in (*ADDED[:5], *PEOPLE[:4], "schools")
                }
                assert abs(row["contact_hours"] - row["contact_minutes"] / 60) < 0.01
                assert abs(row["lesson_hours"] - row["contact_minutes"] / 45) < 0.01
            assert not any(any(left.values()) for left in expected.values())
            for name in (*ADDED, *PEOPLE):
                assert sum(flat(row)[name] for row in found["rows"]) == total[name], (group_by, name)
            for name in ("contact_hours", "lesson_hours"):
                assert round(sum(row[name] for row in found["rows"]), 2) == total[name], (group_by, name)
        transaction.set_rollback(True)


@given(st.lists(st.integers(0, 100_000), max_size=30), st.sampled_from([HOUR, LESSON]))
def test_rounded_parts_add_up_and_stay_close(parts: list[int], unit: int):
    shared = shared_out(parts, unit)
    assert round(sum(shared), 2) == in_hours(sum(parts), unit)
    assert all(abs(hours - minutes / unit) < 0.01 for hours, minutes in zip(shared, parts, strict=True))


def of_lab(houses: Houses, question: Question = YEAR, now: datetime = LATER) -> dict[str, Any]:
    return report(question, frozenset({houses.lab.pk}), now)


def test_more_came_than_were_booked(houses: Houses):
    houses.visit(pupils=5, counts=(20, 10, 0, 0))
    houses.count()
    assert of_lab(houses)["total"]["participations"]["total"] == 30


def test_a_correction_to_nobody_and_back(houses: Houses):
    booking = houses.visit()
    houses.count()
    by = Actor.person(houses.organiser())
    rules.attend(booking, Counts(no_show=True), by=by, now=LATER)
    total = of_lab(houses)["total"]
    assert (total["sessions"], total["no_shows"], total["adults"], total["schools"]) == (0, 1, 0, 0)
    rules.attend(booking, Counts(f=3, minutes=60), by=by, now=LATER)
    total = of_lab(houses)["total"]
    assert (total["sessions"], total["no_shows"], total["contact_hours"]) == (1, 0, 3.0)


def test_a_school_that_moved_to_another_district_stays_where_it_was(houses: Houses):
    houses.visit()
    houses.count()
    houses.schools[0].district_code = "99999"
    houses.schools[0].save()
    houses.count()
    assert [row["key"] for row in of_lab(houses, replace(YEAR, group_by="district"))["rows"]] == ["14626"]


def test_a_renamed_house_keeps_its_key(houses: Houses):
    houses.visit()
    houses.count()
    houses.lab.name = "Neues Labor"
    houses.lab.save()
    (row,) = of_lab(houses, replace(YEAR, group_by="partner"))["rows"]
    assert (row["key"], row["label"]) == ("lab", "Neues Labor")


def test_a_school_counts_once_in_the_total_and_in_each_part(houses: Houses):
    houses.visit(date(2025, 10, 7))
    houses.visit(date(2025, 11, 7))
    houses.visit(date(2025, 11, 9), school=1, state="no_show")
    houses.count()
    found = of_lab(houses)
    assert ([row["schools"] for row in found["rows"]], found["total"]["schools"]) == ([1, 1], 1)


def test_visits_led_by_others_stand_in_a_block_of_their_own(houses: Houses):
    houses.visit(workshop=0)  # of the lab, with help
    houses.visit(workshop=1, group="7c")  # of the lab alone
    houses.visit(workshop=2, counts=(1, 0, 0, 0))
    houses.count()
    found = report(YEAR, frozenset({houses.maker.pk}), LATER)
    assert found["total"]["participations"]["total"] == 1
    assert [(row["key"], row["sessions"]) for row in found["joint"]["rows"]] == [("lab", 1)]
    assert found["joint"]["total"]["participations"]["total"] == 22
    assert report(YEAR, None, LATER)["joint"] is None


def test_dates_that_nobody_recorded_are_named_and_not_counted(houses: Houses):
    missing = houses.visit(state="confirmed")
    other_house = houses.visit(state="confirmed", workshop=2)
    houses.visit(date(2026, 10, 1), state="confirmed")
    houses.count()
    found = of_lab(houses)
    assert (found["open"], found["rows"], found["total"]["sessions"]) == ([missing.slot_id], [], 0)
    assert report(YEAR, None, LATER)["open"] == [missing.slot_id, other_house.slot_id]
    assert of_lab(houses, now=datetime(2025, 10, 7, 9, 30, tzinfo=BERLIN))["open"] == []  # still going on
    assert of_lab(houses, replace(YEAR, country="PL"))["open"] == []
    assert of_lab(houses, replace(YEAR, grade="mixed"))["open"] == []


@pytest.mark.parametrize(
    ("narrowed", "sessions"),
    [
        ({}, 3),
        ({"workshop": "heat"}, 2),
        ({"funding_pot": "region"}, 1),
        ({"district": "14625"}, 1),
        ({"country": "DE"}, 2),
        ({"school_type": "primary"}, 1),
        ({"grade": "7"}, 2),
        ({"grade": "mixed"}, 1),
        ({"grade": "mixed", "country": "DE"}, 0),
    ],
)
def test_what_narrows_a_report(houses: Houses, narrowed: dict[str, str], sessions: int):
    houses.visit(pot=1)
    houses.visit(school=1, workshop=1)
    houses.visit(school=2, grades=[7, 8])
    houses.count()
    assert of_lab(houses, replace(YEAR, **narrowed))["total"]["sessions"] == sessions


def test_first_and_last_day_are_local_and_included(houses: Houses):
    houses.visit(YEAR.first)
    houses.visit(YEAR.last)
    houses.visit(date(2026, 8, 1))
    houses.count()
    assert of_lab(houses)["total"]["sessions"] == 2


def test_funders_of_the_visits_in_their_own_words(houses: Houses):
    houses.visit(pot=1)
    houses.count()
    assert funders(YEAR, None) == [{"funder": "Fonds", "pot": "Region", "text": "Dank an region"}]
    houses.pots[1].valid = (date(2020, 1, 1), date(2025, 8, 1))  # ended on the day before
    houses.pots[1].save()
    assert funders(YEAR, None) == []


@pytest.mark.parametrize("group_by", GROUPINGS)
def test_any_number_of_visits_takes_the_same_number_of_queries(houses: Houses, group_by: str):
    asked = []
    for number in range(2):
        for day in range(1, 4):
            houses.visit(date(2025, 9 + number, day), school=day % 3, workshop=day % 3, pot=day % 3, group=f"7-{day}")
        houses.count()
        with CaptureQueriesContext(connection) as queries:
            report(replace(YEAR, group_by=group_by), frozenset({houses.lab.pk, houses.maker.pk}), LATER)
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 8


@pytest.mark.parametrize("one", DEFINITIONS, ids=lambda one: one.key)
def test_the_query_of_a_definition_gives_the_figure_of_the_report(houses: Houses, one: Any):
    houses.visit(minutes=170)
    houses.visit(school=1, state="no_show")
    houses.visit(school=2, state="declined", pupils=13)
    houses.count()
    with connection.cursor() as cursor:
        cursor.execute(one.query, {"first": YEAR.first, "last": YEAR.last, "now": LATER})
        (found,) = cursor.fetchall()
    whole = report(YEAR, None, LATER)
    total = whole["total"]
    people = total["participations"]
    expected: dict[str, Any] = {
        "participations": tuple(people[name] for name in PEOPLE),
        "no_show_rate": (total["no_shows"], 50),
        "utilisation": (whole["places"]["percent"],),
    }
    wanted = expected.get(one.key) or (total[one.key],)
    assert tuple(map(float, found)) == pytest.approx(wanted)
