"""The week of an organiser: on a sheet, and as a table."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
import time_machine

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

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("term_time")]
DAY = date(2027, 3, 1)  # in 40 days of term_time
MONDAY = DAY - timedelta(days=DAY.weekday())


@pytest.fixture
def workshop():
    return make_workshop(make_partner("lab"), title="Robotik", capacity=60, max_groups=3)


@pytest.fixture
def olga(client, workshop):
    user = make_organiser(workshop.partner, "olga")
    client.force_login(user)
    return user


def sheet(client, day=DAY) -> str:
    return client.get(f"/organise/slots/week/?from={day}").content.decode()


def rows(client, day=DAY) -> list[dict[str, str]]:
    text = client.get(f"/organise/slots/week.csv?from={day}").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_the_sheet_says_who_comes_what_they_need_and_whom_to_call(client, olga, workshop):
    slot = make_slot(workshop)
    make_assignment(slot, make_trainer(workshop.partner, "tom"))
    make_booking(slot, school=make_school("Oberschule Löbau"), needs_list=("step_free",))

    words = sheet(client)

    for part in ("Robotik", "Klasse 7b", "Oberschule Löbau", "24", "0170 0000000", "Tom"):
        assert part in words
    assert "stufenlos" in words.lower()


def test_only_the_week_and_only_the_own_house(client, olga, workshop):
    make_slot(workshop, starts_at=in_days(40 - DAY.weekday() + 7))
    make_slot(workshop, state="cancelled")
    make_slot()

    assert client.get(f"/organise/slots/week/?from={DAY}").context["page"].paginator.count == 0


@pytest.mark.parametrize("nonsense", ["", "soon", "9999-12-31", "0001-01-01", "2027-02-30", "\x00"])
def test_what_is_no_day_is_the_coming_week(nonsense, client, olga):
    assert client.get("/organise/slots/week/", {"from": nonsense}).status_code == 200


@pytest.mark.parametrize(
    ("today", "monday"),
    [("2027-03-04", "2027-03-01"), ("2027-03-05", "2027-03-08"), ("2027-03-07", "2027-03-08")],
)
def test_from_friday_on_one_prepares_the_next_week(today, monday, client, olga):
    with time_machine.travel(f"{today} 12:00+01:00", tick=False):
        client.force_login(olga)
        assert str(client.get("/organise/slots/week/").context["monday"]) == monday


def test_the_table_is_as_spreadsheets_here_want_it(client, olga, workshop):
    make_booking(make_slot(workshop, venue=make_venue(workshop.partner)))

    answer = client.get(f"/organise/slots/week.csv?from={DAY}")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="{MONDAY}.csv"'
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("private, no-store", "noindex")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.content.count(b"\r\n") == 2
    assert list(rows(client)[0].values())[1:9] == [
        "08:00",
        "11:00",
        "Robotik",
        "Schülerlabor, Zittau",
        "7b",
        "Oberschule Beispielstadt",
        "Löbau",
        "24",
    ]


@pytest.mark.parametrize("name", ["=1+1", "+49", "-7b", "@SUM(A1)"])
def test_no_cell_is_taken_for_a_formula(name, client, olga, workshop):
    make_booking(make_slot(workshop), group_name=name)

    assert f"'{name}" in rows(client)[0].values()


def test_a_date_without_a_group_is_a_line_too(client, olga, workshop):
    make_slot(workshop)

    (row,) = rows(client)
    assert row["Workshop"] == "Robotik"


def test_phone_numbers_are_gone_when_the_visit_is_over(client, olga, workshop):
    slot = make_slot(workshop, starts_at=in_days(-1), book_until=in_days(-1))
    make_booking(slot, at=in_days(-30))
    day = slot.starts_at.date()

    assert "0170 0000000" not in sheet(client, day)
    assert "0170 0000000" not in rows(client, day)[0].values()
    assert "Klasse 7b" in sheet(client, day)


@pytest.mark.parametrize("page", ["week/", "week.csv"])
def test_three_dates_take_as_many_queries_as_one(page, client, olga, workshop, django_assert_max_num_queries):
    numbers = []
    for hour in (8, 11, 14):
        slot = make_slot(workshop, starts_at=in_days(40, hour))
        make_assignment(slot, make_trainer(workshop.partner))
        make_booking(slot, group_name="7a", pupils=9)
        make_booking(slot, pupils=9)
        with django_assert_max_num_queries(10) as queries:
            client.get(f"/organise/slots/{page}?from={DAY}")
        numbers.append(len(queries))
    assert len(set(numbers)) == 1


def test_a_long_week_takes_several_sheets_and_one_table(client, olga, workshop, monkeypatch):
    monkeypatch.setattr("booking.views.organise.slots_week.DATES_ON_A_SHEET", 2)
    for hour in (8, 11, 14):
        make_slot(workshop, starts_at=in_days(40, hour))

    first, second = (client.get("/organise/slots/week/", {"from": DAY, "page": page}) for page in (1, 2))

    assert [page.content.decode().count("<article") for page in (first, second)] == [2, 1]
    assert "Termine 1 bis 2 von 3 in dieser Woche" in first.content.decode()
    assert len(rows(client)) == 3
