"""Many dates at once: typed, looked at, opened with one button."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from tests.factories import (
    in_days,
    make_assignment,
    make_slot,
    make_trainer,
    make_workshop,
)
from workshops.models import Slot

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("term_time")]
URL = "/organise/slots/many/"
NEXT = date(2027, 3, 1)  # in 40 days of term_time


@pytest.fixture
def workshop(partner):
    return make_workshop(partner, title="Robotik")


def typed(workshop, *lines: str, step: str = "look", **more: object) -> dict[str, object]:
    days = "\r\n".join(lines) or NEXT.isoformat()
    return {"key": "k1", "workshop": workshop.pk, "starts_1": "08:00", "days": days, "step": step, **more}


def test_nothing_is_opened_before_the_look(client, olga, workshop):
    page = client.post(URL, typed(workshop))

    assert [one.opening.starts_at for one in page.context["prospects"]] == [in_days(40)]
    assert not Slot.objects.exists()


def test_each_day_at_each_time_however_it_is_written(client, olga, workshop):
    second = NEXT + timedelta(days=1)
    lines = (f"am {NEXT:%d.%m.%Y}", f"{second:%d.%m.%y}", "", NEXT.isoformat())

    client.post(URL, typed(workshop, *lines, step="open", starts_2="13:00"))

    starts = list(Slot.objects.order_by("starts_at").values_list("starts_at", flat=True))
    assert starts == [in_days(40), in_days(40, 13), in_days(41), in_days(41, 13)]


def test_all_take_what_was_typed(client, olga, workshop):
    more = {"minutes": 90, "capacity": 12, "languages": ["pl"], "setup_minutes": 20, "unlisted": "on"}

    client.post(URL, typed(workshop, step="open", **more))

    slot = Slot.objects.get()
    assert slot.ends_at - slot.starts_at == timedelta(minutes=90)
    assert (slot.capacity, slot.languages, slot.setup_minutes, slot.listed) == (12, ["pl"], 20, False)


def test_a_double_click_opens_them_once(client, olga, workshop):
    answers = [client.post(URL, typed(workshop, step="open")) for _click in range(2)]

    assert Slot.objects.count() == 1
    assert {answer["Location"] for answer in answers} == {
        f"/organise/slots/?workshop={workshop.pk}&month={in_days(40):%Y-%m}"
    }


def test_dates_of_several_months_are_shown_together(client, olga, workshop):
    answer = client.post(URL, typed(workshop, NEXT.isoformat(), (NEXT + timedelta(days=62)).isoformat(), step="open"))

    assert answer["Location"] == f"/organise/slots/?workshop={workshop.pk}"


def test_bad_lines_are_told_in_the_order_of_the_lines(client, olga, workshop):
    other = "Mo" if NEXT.weekday() else "Di"

    page = client.post(URL, typed(workshop, f"{other} {NEXT:%d.%m.%Y}", "soon"))

    assert [words.split(":")[0] for words in page.context["form"].errors["days"]] == ["Zeile 1", "Zeile 2"]


def test_bad_lines_are_named_and_nothing_is_lost(client, olga, workshop):
    page = client.post(URL, typed(workshop, "31.31.2027", NEXT.isoformat(), "soon", step="open", capacity=17))

    words = page.content.decode()
    assert "Zeile 1: „31.31.2027“" in words
    assert "Zeile 3: „soon“" in words
    assert "31.31.2027\n" in words.replace("\r\n", "\n")
    assert 'value="17"' in words
    assert not Slot.objects.exists()


@pytest.mark.parametrize(
    ("lines", "more"),
    [
        (("2020-01-01",), {}),
        (("9999-12-31",), {}),
        ((NEXT.isoformat(),), {"starts_1": "23:00"}),
        (tuple((NEXT + timedelta(days=n)).isoformat() for n in range(61)), {}),
        (("\x00",), {}),
    ],
)
def test_days_that_cannot_be_are_told_at_the_days(lines, more, client, olga, workshop):
    page = client.post(URL, typed(workshop, *lines, step="open", **more))

    assert "days" in page.context["form"].errors
    assert not Slot.objects.exists()


def test_from_the_look_one_goes_back_with_everything_typed(client, olga, workshop):
    page = client.post(URL, typed(workshop, step="edit", capacity=17, languages=["de", "pl"]))

    form = page.context["form"]
    assert not form.is_bound
    assert (form["capacity"].value(), form["languages"].value()) == ("17", ["de", "pl"])
    assert NEXT.isoformat() in page.content.decode()


def test_the_look_carries_everything_on(client, olga, workshop):
    page = client.post(URL, typed(workshop, languages=["de", "pl"], unlisted="on")).content.decode()

    assert page.count('name="languages"') == 2
    assert f'name="days" value="{NEXT.isoformat()}"' in page


@time_machine.travel("2027-01-10 12:00+01:00", tick=False)
def test_holidays_weekends_twins_and_missing_people_are_shown(client, olga, workshop, partner):
    client.force_login(olga)  # at that time
    tom = make_trainer(partner, "tom")
    make_assignment(make_slot(workshop, starts_at=in_days(22)), tom)  # Monday, 1 February 2027

    page = client.post(URL, typed(workshop, "2027-02-01", "2027-02-13", "2027-03-03", "2027-05-03"))

    twin, saturday, plain, polish = page.context["prospects"]
    assert (twin.exists, twin.free) == (True, 0)
    assert saturday.is_weekend
    assert any(name.startswith("SN: ") for name in saturday.holidays)  # winter holidays
    assert (plain.exists, plain.is_weekend, plain.holidays, plain.free) == (False, False, [], 1)
    assert any(name.startswith("PL: ") for name in polish.holidays)  # constitution day
    assert plain.opening.starts_at.date() == date(2027, 3, 3)


def test_workshops_of_others_cannot_be_used(client, olga):
    page = client.post(URL, typed(make_workshop(), step="open"))

    assert "workshop" in page.context["form"].errors
    assert not Slot.objects.exists()


def test_a_look_takes_as_many_queries_for_thirty_as_for_one(client, olga, workshop, django_assert_max_num_queries):
    numbers = []
    for count in (1, 30):
        lines = [(NEXT + timedelta(days=n)).isoformat() for n in range(count)]
        with django_assert_max_num_queries(20) as queries:
            client.post(URL, typed(workshop, *lines))
        numbers.append(len(queries))
    assert len(set(numbers)) == 1


@pytest.mark.parametrize(("prefix", "right"), [(0, True), (1, False)])
def test_a_weekday_that_the_day_is_not_is_told(prefix, right, client, olga, workshop):
    names = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
    line = f"{names[(NEXT.weekday() + prefix) % 7]} {NEXT:%d.%m.%Y}"

    page = client.post(URL, typed(workshop, line, step="look"))

    assert ("days" not in page.context["form"].errors) is right


def test_dates_that_overlap_each_other_or_one_that_exists_are_marked(client, olga, workshop):
    make_slot(workshop, starts_at=in_days(41, 9))

    page = client.post(
        URL, typed(workshop, NEXT.isoformat(), (NEXT + timedelta(days=1)).isoformat(), step="look", starts_2="9:00")
    )

    assert [one.beside for one in page.context["prospects"]] == [True, True, True, False]


def test_czech_holidays_are_named_in_the_language_of_the_page(client, olga, workshop):
    page = client.post(URL, typed(workshop, f"{NEXT.year + 1}-07-06", step="look"))

    assert "CZ: Jan-Hus-Tag" in page.content.decode()
