"""The board of a week: who leads what, what nobody leads, who is bound elsewhere, and the same as a list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

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
DAY = (timezone.localtime() + timedelta(days=40)).date()
MONDAY = DAY - timedelta(days=DAY.weekday())


@pytest.fixture
def lab():
    return make_partner("lab")


@pytest.fixture
def workshop(lab):
    return make_workshop(lab, title="Robotik", capacity=60, max_groups=3)


@pytest.fixture(autouse=True)
def olga(client, lab):
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


def test_the_month_leads_to_each_week(client, workshop):
    make_slot(workshop, starts_at=in_days(40))

    assert f"from={in_days(40):%Y-%m-%d}" in board(client).content.decode()


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
