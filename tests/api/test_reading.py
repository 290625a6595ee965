"""GET bookings/: what a person sees of their bookings, and in how many queries."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actor import Actor
from booking import rules
from schools.schooldays import local_day
from tests.api.conftest import BOOKINGS, Api, refusal, wrong_fields
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_office,
    make_organiser,
    make_school,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)

pytestmark = pytest.mark.django_db


def ids(answer: Any) -> list[int]:
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def test_the_list_holds_what_one_may_see_by_the_time_of_the_visit(api: Api):
    ada, bea = make_user(), make_user()
    late = make_booking(make_slot(starts_at=in_days(60)), ada)
    soon = make_booking(make_slot(starts_at=in_days(30)), ada)
    make_booking(owner=bea)

    answer = api(ada, "read").get(BOOKINGS)

    assert ids(answer) == [soon.pk, late.pk]
    assert (answer.json()["count"], answer.json()["next"], answer.json()["previous"]) == (2, None, None)


def test_the_office_sees_the_bookings_of_its_school(api: Api):
    booking, _other = make_booking(), make_booking()

    assert ids(api(make_office(booking.school)).get(BOOKINGS)) == [booking.pk]


def test_a_trainer_sees_the_groups_of_the_own_slots(api: Api):
    booking, _other = make_booking(), make_booking()
    trainer = make_trainer(booking.slot.workshop.partner)
    make_assignment(booking.slot, trainer)

    assert ids(api(trainer.user).get(BOOKINGS)) == [booking.pk]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=confirmed", ["mine"]),
        ("state=cancelled", ["over"]),
        ("state=cancelled&state=confirmed", ["mine", "over"]),
        ("state=requested", []),
        ("slot={mine.slot_id}", ["mine"]),
        ("slot=999999", []),
        ("school={over.school_id}", ["over"]),
        ("from={mine_day}", ["mine", "over"]),
        ("from={over_day}", ["over"]),
        ("to={mine_day}", ["mine"]),
        ("from={mine_day}&to={mine_day}", ["mine"]),
    ],
)
def test_the_list_answers_questions(api: Api, query: str, found: list[str]):
    ada = make_user()
    mine = make_booking(make_slot(starts_at=in_days(30)), ada)
    over = make_booking(make_slot(starts_at=in_days(60)), ada)
    rules.cancel(over, by=Actor.person(ada), now=in_days(0))
    days = {"mine_day": local_day(mine.slot.starts_at), "over_day": local_day(over.slot.starts_at)}

    answer = api(ada).get(f"{BOOKINGS}?{query.format(mine=mine, over=over, **days)}")

    assert ids(answer) == [{"mine": mine, "over": over}[name].pk for name in found]


@pytest.mark.parametrize(
    "query", ["state=happy", "slot=x", "slot=0", "slot=99999999999999999999", "school=-1", "from=soon", "to=2027-13-01"]
)
def test_questions_that_make_no_sense_are_named(api: Api, query: str):
    assert list(wrong_fields(api(make_user()).get(f"{BOOKINGS}?{query}"))) == [query.partition("=")[0]]


def test_pages_are_as_long_as_asked_and_never_longer_than_200(api: Api):
    ada = make_user()
    for _ in range(3):
        make_booking(owner=ada)
    client = api(ada)

    first = client.get(f"{BOOKINGS}?page_size=2").json()

    assert (len(first["results"]), first["count"]) == (2, 3)
    assert len(client.get(first["next"]).json()["results"]) == 1
    assert client.get(f"{BOOKINGS}?page_size=1000").status_code == 200
    assert refusal(client.get(f"{BOOKINGS}?page=9")) == (404, "not_found")


def test_the_list_takes_as_many_queries_for_three_as_for_one(api: Api):
    """Whoever reads it: owner of some, organiser of others, trainer of a third, with groups that wait."""
    ada = make_user()
    client = api(ada)
    numbers = []
    for _ in range(3):
        slot = make_slot(make_workshop(booking_mode="request", most_unconfirmed=0))
        make_booking(slot, ada, alternatives=(make_slot(slot.workshop, starts_at=in_days(50)),))
        make_booking(slot, ada, group_name="8a")
        client.get(BOOKINGS)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(BOOKINGS)
        numbers.append(len(queries))

    assert len(answer.json()["results"]) == 6
    assert {row["waitlist_position"] for row in answer.json()["results"]} == {None, 1}
    assert numbers[0] == numbers[1] == numbers[2]
    assert numbers[0] <= 9


def test_one_booking_reads_as_in_the_list(api: Api):
    ada = make_user()
    booking = make_booking(owner=ada)
    client = api(ada)

    assert client.get(f"{BOOKINGS}{booking.pk}/").json() == client.get(BOOKINGS).json()["results"][0]


def test_the_history_tells_who_did_what_when_and_why(api: Api):
    ada = make_user("ada")
    booking = make_booking(owner=ada)
    rules.resize(booking, 20, by=Actor.person(ada), now=in_days(1))
    olga = make_organiser(booking.slot.workshop.partner, "olga")
    rules.cancel(booking, by=Actor.person(olga), now=in_days(2), reason="burst pipe")

    shown = api(ada).get(f"{BOOKINGS}{booking.pk}/").json()

    assert [(entry["kind"], entry["by"], entry["reason"]) for entry in shown["history"]] == [
        ("confirmed", "Ada", ""),
        ("resized", "Ada", ""),
        ("cancelled", "Olga", "burst pipe"),
    ]
    assert (shown["ended_by"], shown["late"], shown["actions"]) == ("provider", False, [])


@pytest.mark.parametrize("number", ["999999", "999999999999999999", "0"])
def test_what_one_may_not_see_looks_like_what_is_not_there(api: Api, number: str):
    strange = make_booking()
    client = api(make_user())

    unseen, missing = client.get(f"{BOOKINGS}{strange.pk}/"), client.get(f"{BOOKINGS}{number}/")

    assert refusal(unseen) == refusal(missing) == (404, "not_found")
    assert unseen.json() == missing.json()


def test_answers_about_people_are_kept_by_no_cache(api: Api):
    assert api(make_user()).get(BOOKINGS)["Cache-Control"] == "private, no-store"


def test_a_closed_school_stays_readable_in_old_bookings(api: Api):
    ada, school = make_user(), make_school()
    booking = make_booking(owner=ada, school=school)
    school.state = "closed"
    school.save()

    assert ids(api(ada).get(BOOKINGS)) == [booking.pk]
