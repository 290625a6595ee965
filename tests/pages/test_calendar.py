"""Calendars to look at: month, week and list, for everybody, teachers, offices, trainers and organisers."""

from __future__ import annotations

import html
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from booking.calendars import timetable
from booking.calendars.timetable import Entry, Period
from booking.models import Booking
from tests.factories import (
    make_assignment,
    make_booking,
    make_office,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def entry(text: str, title: str = "3D-Druck") -> Entry:
    return Entry(at(text), at(text) + timedelta(hours=2), title, "/")


@pytest.mark.parametrize(
    ("view", "day", "first", "last", "before", "after"),
    [
        ("month", "2027-02-10", "2027-02-01", "2027-02-28", "2027-01-01", "2027-03-01"),
        ("month", "2027-01-31", "2026-12-28", "2027-01-31", "2026-12-01", "2027-02-01"),
        ("month", "2026-12-05", "2026-11-30", "2027-01-03", "2026-11-01", "2027-01-01"),
        ("week", "2027-01-01", "2026-12-28", "2027-01-03", "2026-12-21", "2027-01-04"),
        ("agenda", "2027-03-20", "2027-03-20", "2027-04-16", "2027-02-20", "2027-04-17"),
    ],
)
def test_a_period_is_whole(view, day, first, last, before, after):
    period = Period(view, date.fromisoformat(day))

    assert (str(period.first), str(period.last)) == (first, last)
    assert (str(period.beside(-1)), str(period.beside(1))) == (before, after)
    assert (str(min(period)), str(max(period))) == (first, last)


def test_weeks_have_the_numbers_of_iso_8601():
    days = timetable.days_of(Period("month", date(2027, 1, 10)), [], {}, today=date(2027, 1, 10))

    assert [number for number, _days in timetable.weeks_of(days)] == [53, 1, 2, 3, 4]


@pytest.mark.parametrize("day", ["2027-03-28", "2027-10-31"])
def test_an_entry_stands_on_its_local_day_on_both_nights_of_the_clock_change(day):
    early, late = entry(f"{day}T00:30"), entry(f"{day}T23:30")
    period = Period("week", date.fromisoformat(day))

    days = timetable.days_of(period, [late, early], {}, today=date(2027, 1, 1))

    assert {str(one.date): one.entries for one in days if one.entries} == {day: [early, late]}
    assert len(days) == 7


def test_a_cell_says_how_many_do_not_fit():
    crowded = [entry("2027-05-11T08:00", str(number)) for number in range(9)]

    days = timetable.days_of(Period("month", date(2027, 5, 1)), crowded, {}, today=date(2027, 5, 1))

    cell = next(day for day in days if day.entries)
    assert (len(cell.first_entries), cell.more) == (3, 6)


def test_a_list_names_holidays_once():
    off = {date(2027, 5, day): ("Ferien", "Pfingstferien") for day in (18, 19, 20)}
    period = Period("agenda", date(2027, 5, 10))

    shown = timetable.listed(timetable.days_of(period, [entry("2027-05-19T08:00")], off, today=date(2027, 5, 1)))

    assert [str(day.date) for day in shown] == ["2027-05-18", "2027-05-19"]


@pytest.fixture
def slot(db):
    return make_slot(
        make_workshop(make_partner(), title="3D-Druck: vom CAD zum Anhänger"), starts_at=at("2027-05-11T08:00")
    )


@pytest.fixture
def booking(slot):
    return make_booking(slot, make_user("ada"), school=make_school("Oberschule Löbau"))


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(client, path, **asked) -> str:
    answer = client.get(path, {"date": "2027-05-10"} | asked)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


VIEWS = ("month", "week", "agenda", "")


@pytest.mark.parametrize("view", VIEWS)
def test_everybody_sees_the_dates_and_nobody_who_comes(client, slot, booking, view):
    page = text_of(client, "/calendar/", view=view)

    assert slot.get_absolute_url() in page
    assert "Löbau" not in page
    assert "7b" not in page


def test_hidden_and_called_off_dates_are_not_for_everybody(client, slot):
    hidden = make_slot(slot.workshop, starts_at=at("2027-05-12T08:00"), listed=False)

    assert hidden.get_absolute_url() not in text_of(client, "/calendar/")


def test_the_filters_of_the_dates_hold_and_nonsense_is_left_out(client, slot):
    other = make_slot(make_workshop(), starts_at=at("2027-05-11T08:00"))

    chosen = text_of(client, "/calendar/", workshop=slot.workshop.slug)
    nonsense = text_of(client, "/calendar/", workshop="no-such-thing")

    assert slot.get_absolute_url() in chosen
    assert other.get_absolute_url() not in chosen
    assert f"calendars/public.ics?workshop={slot.workshop.slug}" in chosen
    assert other.get_absolute_url() in nonsense


@pytest.mark.parametrize("view", VIEWS)
def test_each_sees_their_own_calendar(slot, booking, view):
    partner = slot.workshop.partner
    tom = make_trainer(partner, "tom")
    make_assignment(slot, tom)
    office = make_office(booking.school)
    olga = make_organiser(partner, "olga")

    assert f"/trainer/slots/{slot.pk}/" in text_of(signed_in(tom.user), "/calendar/trainer/", view=view)
    assert booking.get_absolute_url() in text_of(signed_in(booking.owner), "/calendar/teacher/", view=view)
    assert booking.get_absolute_url() in text_of(signed_in(office), f"/calendar/school/{booking.school.pk}/", view=view)
    assert f"/organise/slots/{slot.pk}/" in text_of(signed_in(olga), f"/calendar/partner/{partner.pk}/", view=view)


def test_nobody_sees_what_their_roles_do_not_open(slot, booking):
    partner, school = slot.workshop.partner, booking.school
    stranger = signed_in(make_organiser(make_partner()))

    for path in (
        "trainer/", "teacher/", f"school/{school.pk}/", f"partner/{partner.pk}/", "school/", "public/", "trainer/1/",
    ):  # fmt: skip
        assert stranger.get(f"/calendar/{path}").status_code == 404
    assert Client().get("/calendar/trainer/").status_code == 302


def test_without_a_key_it_is_the_first_of_several_and_the_view_stays(slot):
    partner = slot.workshop.partner

    answer = signed_in(make_organiser(partner, "olga")).get("/calendar/partner/?view=week")

    assert answer.headers["Location"] == f"/calendar/partner/{partner.pk}/?view=week"


def test_an_ended_visit_is_not_in_the_calendar(booking):
    type(booking).objects.filter(pk=booking.pk).update(state="cancelled", ended_by="school", places_held=0)

    assert booking.get_absolute_url() not in text_of(signed_in(booking.owner), "/calendar/teacher/")


def test_a_state_is_said_in_words(slot):
    olga = signed_in(make_organiser(slot.workshop.partner, "olga"))
    path = f"/calendar/partner/{slot.workshop.partner_id}/"
    assert "Ohne Kursleitung" in text_of(olga, path)

    make_assignment(slot, make_trainer(slot.workshop.partner, "tom"))
    assert "noch niemand" in text_of(olga, path)
    make_booking(slot)
    assert "bereit" in text_of(olga, path)
    type(slot).objects.filter(pk=slot.pk).update(state="cancelled")
    assert "abgesagt" in text_of(olga, path)


@pytest.mark.parametrize("view", VIEWS)
def test_holidays_have_their_names(client, db, view):
    page = text_of(client, "/calendar/", view=view)

    assert "Feiertag" in page or "Pfingstmontag" in page or view == "week"
    assert "Christi Himmelfahrt" in text_of(client, "/calendar/", view=view, date="2027-05-05")


def test_holidays_are_those_of_the_school(slot):
    zittau = make_school("Gymnasium Zittau")
    school = make_school("Liceum", country="PL", region_code="02")
    ada = make_user("ada")
    make_booking(slot, ada, school=school)
    office = signed_in(make_office(school))

    polish = text_of(office, f"/calendar/school/{school.pk}/", view="agenda", date="2027-05-01")
    german = text_of(signed_in(make_office(zittau)), f"/calendar/school/{zittau.pk}/", view="agenda", date="2027-05-01")

    assert "3. Mai" in polish
    assert "3. Mai" not in german


@pytest.mark.parametrize(
    "asked",
    [
        {"date": "gestern"},
        {"date": "9999-99-99"},
        {"date": "0001-01-01"},
        {"date": "9999-12-31"},
        {"view": "year"},
        {"date": "\x00"},
    ],
)
def test_nonsense_in_the_address_gives_a_sensible_page(client, db, asked):
    assert client.get("/calendar/", asked).status_code == 200


@pytest.mark.parametrize("dates", [5, 60])
@pytest.mark.parametrize("kind", ["public", "partner", "trainer", "teacher"])
def test_many_dates_ask_as_often_as_few(slot, kind, dates, django_assert_num_queries):
    partner, ada = slot.workshop.partner, make_user("ada")
    tom = make_trainer(partner, "tom")
    for number in range(dates):
        begin = at("2027-05-01T06:00") + timedelta(hours=4 * number)
        one = make_slot(slot.workshop, starts_at=begin, ends_at=begin + timedelta(hours=2))
        make_assignment(one, tom)
        make_booking(one)
    Booking.objects.update(owner=ada)
    client = {"partner": lambda: signed_in(make_organiser(partner, "olga")), "trainer": lambda: signed_in(tom.user),
              "teacher": lambda: signed_in(ada), "public": Client}[kind]()  # fmt: skip
    path = {"public": "/calendar/", "partner": f"/calendar/partner/{partner.pk}/"}.get(kind, f"/calendar/{kind}/")
    client.get(path)

    with django_assert_num_queries({"public": 2, "partner": 12, "trainer": 9, "teacher": 8}[kind]):
        text_of(client, path)


def test_more_than_a_page_can_show_is_said(client, slot, monkeypatch):
    monkeypatch.setattr("booking.calendars.entries.MOST", 1)
    make_slot(slot.workshop, starts_at=at("2027-05-12T08:00"))

    assert "mehr Termine" in text_of(client, "/calendar/")


def test_a_month_is_a_table_with_headings(client, slot):
    page = text_of(client, "/calendar/", view="month")

    assert page.count('<th scope="col">') == 8
    assert '<th scope="row">19</th>' in page
    assert "Mai 2027" in page
