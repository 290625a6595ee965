"""The board of a week: who leads what, what nobody leads, who is bound elsewhere, and the same as a list."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from booking.planning.board import days_of_board, lead_to_list, rows_of_board
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_organiser,
    make_partner,
    make_slot,
    make_trainer,
    make_venue,
    make_workshop,
)

pytestmark = pytest.mark.django_db
DAY = date(2027, 3, 1)  # in 40 days of term_time
MONDAY = DAY - timedelta(days=DAY.weekday())


@pytest.fixture
def lab():
    return make_partner("lab")


@pytest.fixture
def workshop(lab):
    return make_workshop(lab, title="Robotik", capacity=60, max_groups=3)


@pytest.fixture(autouse=True)
def olga(client, lab, term_time):
    user = make_organiser(lab, "olga")
    client.force_login(user)
    return user


def board(client, **asked):
    return client.get("/organise/board/", {"from": str(DAY), **asked})


def rows(answer) -> dict[str, list[str]]:
    """What stands in each row: times of dates, and of those elsewhere."""
    return {
        row.name: [
            f"{timezone.localtime(one.starts_at if hasattr(one, 'starts_at') else one.starts):%H:%M}"
            for cell in row.cells.values()
            for one in (*cell.slots, *cell.elsewhere)
        ]
        for row in answer.context["page"]
    }


def test_a_row_is_somebody_and_what_nobody_leads_stands_first(client, lab, workshop):
    make_assignment(make_slot(workshop, starts_at=in_days(40, 8)), make_trainer(lab, "zoe"))
    both = make_slot(workshop, starts_at=in_days(40, 13))
    make_assignment(both, make_trainer(lab, "anna"))
    make_assignment(both, workshop.partner.trainers.get(name="Zoe"), role="assistant")
    make_slot(workshop, starts_at=in_days(40, 10))

    assert rows(board(client)) == {"Noch offen": ["10:00"], "Anna": ["13:00"], "Zoe": ["08:00", "13:00"]}


def test_the_same_week_by_place_and_by_house(client, lab, workshop):
    make_slot(workshop, starts_at=in_days(40, 8), venue=make_venue(lab, name="Halle"))
    make_slot(workshop, starts_at=in_days(40, 10), venue=None)

    assert rows(board(client, by="place")) == {"An Schulen": ["10:00"], "Halle": ["08:00"]}
    assert rows(board(client, by="house")) == {lab.name: ["08:00", "10:00"]}


def test_who_leads_for_another_house_is_only_bound(client, lab, workshop):
    trainer = make_trainer(lab, "zoe")
    make_assignment(make_slot(workshop, starts_at=in_days(40, 8)), trainer)
    strange = make_workshop(make_partner("museum"), title="Geheime Gewölbe")
    make_assignment(make_slot(strange, starts_at=in_days(40, 13)), trainer)

    answer = board(client)

    assert rows(answer) == {"Zoe": ["08:00", "13:00"]}
    assert "anderswo" in answer.content.decode()
    assert "Gewölbe" not in answer.content.decode()


def test_who_has_nothing_to_do_is_named(client, lab, workshop):
    make_assignment(make_slot(workshop, starts_at=in_days(40)), make_trainer(lab, "zoe"))
    make_trainer(lab, "anna")
    make_trainer(make_partner("museum"), "bea")

    assert board(client).context["at_hand"] == ["Anna"]


def test_names_stand_where_people_look_for_them(client, lab, workshop):
    for hour, name in ((8, "zoe"), (12, "łukasz"), (16, "mia")):
        make_assignment(make_slot(workshop, starts_at=in_days(40, hour)), make_trainer(lab, name))
    for name in ("öhring", "pia", "oda"):
        make_trainer(lab, name)

    answer = board(client)

    assert list(rows(answer)) == ["Łukasz", "Mia", "Zoe"]
    assert answer.context["at_hand"] == ["Oda", "Öhring", "Pia"]


def test_groups_requests_and_numbers_stand_in_the_cell(client, workshop):
    make_booking(make_slot(workshop, starts_at=in_days(40)), group_name="7b", pupils=22)
    asked = make_slot(workshop, starts_at=in_days(40, 13), booking_mode="request")
    make_booking(asked, group_name="8a", pupils=20)

    words = board(client).content.decode()

    assert "Klasse 7b · 22" in words
    assert "1 Anfrage" in words
    assert "Klasse 8a" not in words


def test_a_list_shows_what_the_board_shows(client, workshop):
    slot = make_slot(workshop, starts_at=in_days(40))

    for view in ("", "agenda"):
        assert f'href="/organise/slots/{slot.pk}/"' in board(client, view=view).content.decode()
    assert '<table class="board">' not in board(client, view="agenda").content.decode()


def test_an_empty_week_leads_to_a_new_date(client):
    page = board(client).content.decode()

    assert '<a class="button main" href="/organise/slots/new/">' in page
    assert "Öffnen Sie einen Termin" not in page


@pytest.mark.parametrize(("page", "asked"), [("messages", "q=nobody"), ("reports", "from=2020-01-01&to=2020-12-31")])
def test_filters_are_cleared_where_there_are_some(client, page, asked):
    for query, offered in (("", False), (f"?{asked}", True)):
        empty = client.get(f"/organise/{page}/{query}").content.decode().partition('class="card empty"')[2]

        assert ("Alle Filter löschen" in empty) == offered


def test_the_month_leads_to_each_week(client, workshop):
    thursday = in_days((MONDAY - timezone.localdate()).days + 3)
    make_slot(workshop, starts_at=thursday)

    assert f"from={thursday:%Y-%m-%d}" in board(client).content.decode()


def test_below_a_week_stands_the_month_of_most_of_its_days(client):
    months = [
        client.get("/organise/board/", {"from": day}).context["month"].first for day in ("2027-05-31", "2027-04-26")
    ]

    assert [month.month for month in months] == [6, 4]


def test_called_off_dates_and_those_of_others_are_not_there(client, workshop):
    make_slot(workshop, starts_at=in_days(40), state="cancelled")
    make_slot(make_workshop(make_partner("museum")), starts_at=in_days(40))

    assert board(client).context["slots"] == []


@pytest.mark.parametrize("nonsense", [{"from": "gestern"}, {"by": "mood"}, {"page": "99"}, {"view": "<"}])
def test_nonsense_in_the_address_is_the_board(client, nonsense):
    assert client.get("/organise/board/", nonsense).status_code == 200


@pytest.mark.parametrize("side", ["trainer", "place", "house"])
def test_as_many_queries_for_one_date_as_for_many(client, lab, workshop, side, django_assert_max_num_queries):
    trainer = make_trainer(lab, "zoe")
    for hour in range(6, 18):
        slot = make_slot(workshop, starts_at=in_days(40, hour), ends_at=in_days(40, hour) + timedelta(minutes=30))
        make_assignment(slot, trainer)
        make_booking(slot)

    with django_assert_max_num_queries(15):
        assert board(client, by=side).status_code == 200


@pytest.fixture
def crowded(workshop):
    """A week with 60 dates, 20 of them on its last day of three."""
    times = [
        in_days(40 - DAY.weekday() + day, 6) + timedelta(minutes=20 * step) for day in range(3) for step in range(20)
    ]
    return [make_slot(workshop, starts_at=at, ends_at=at + timedelta(minutes=15)) for at in times]


def shown(answer) -> list[int]:
    return [int(pk) for pk in re.findall(r'class="item[^"]*" href="/organise/slots/(\d+)/"', answer.content.decode())]


def test_a_long_week_is_listed_on_pages(client, crowded):
    first, second = (board(client, view="agenda", page=number) for number in (1, 2))

    assert shown(first) + shown(second) == [slot.pk for slot in crowded]
    assert len(shown(first)) == 50
    assert "Termine 51 bis 60 von 60 in dieser Woche" in second.content.decode()


def test_a_full_cell_leads_to_the_page_of_the_list_where_its_day_begins(client, crowded):
    answer = board(client, by="house")

    (row,) = answer.context["page"]
    assert [len(cell.first) for cell in row.cells.values()] == [11, 11, 11, 0, 0]
    assert answer.content.decode().count(">9 weitere<span") == 3
    assert [cell.page for cell in row.cells.values()][:3] == [1, 1, 1]


def test_the_page_of_a_day_counts_what_stands_before_it(crowded):
    days = days_of_board(MONDAY, crowded)
    rows = rows_of_board("house", crowded, days)

    lead_to_list(rows, crowded, 20)

    assert [cell.page for cell in rows[0].cells.values()][:3] == [1, 2, 3]
