"""Calendars to look at: month, week and list, for everybody, teachers, offices, trainers and organisers."""

from __future__ import annotations

import html
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.calendars import timetable
from booking.calendars.timetable import Entry, Period
from booking.models import Booking
from schools.models import Closure, Membership
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
    make_venue,
    make_workshop,
)

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def in_march(time_machine) -> None:
    time_machine.move_to(at("2027-03-01T10:00"))


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


@pytest.mark.parametrize("view", VIEWS)
def test_who_has_booked_a_date_reads_so_in_the_calendar_for_everybody(slot, booking, view):
    assert "Ihr Termin" in text_of(signed_in(booking.owner), "/calendar/", view=view)
    for other in (signed_in(make_user("bea")), Client()):
        assert "Ihr Termin" not in text_of(other, "/calendar/", view=view)


def test_dates_of_the_reader_cost_one_query_however_many(slot, booking):
    client, asked = signed_in(booking.owner), []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            text_of(client, "/calendar/")
        asked.append(len(queries))
        make_booking(make_slot(slot.workshop, starts_at=at("2027-05-12T08:00")), booking.owner)

    assert len(set(asked)) == 1


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


def test_filters_brought_from_the_catalogue_are_named_and_can_be_taken_off(client, slot):
    page = html.unescape(client.get("/calendar/?grade=7&month=2027-05&view=dates").content.decode())

    assert '<a class="chip on" href="?month=2027-05&view=dates">Klasse 7<' in page
    assert slot.get_absolute_url() in page  # of the month that was asked for
    assert 'class="chip on"' not in text_of(client, "/calendar/")


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


def test_the_admin_of_the_network_looks_into_every_house(slot):
    nora = signed_in(make_user("nora", is_network_admin=True))

    assert nora.get("/calendar/partner/").status_code == 302
    page = text_of(nora, f"/calendar/partner/{slot.workshop.partner_id}/")

    assert f"/organise/slots/{slot.pk}/" in page
    assert nora.get("/calendar/trainer/").status_code == 404


def test_of_several_schools_the_first_by_name_comes_first(db):
    zittau, bautzen = make_school("Gymnasium Zittau"), make_school("Oberschule Bautzen")
    aue = make_school("Berufsschule Aue")
    office = make_office(zittau)
    for school in (bautzen, aue):
        Membership.objects.create(user=office, school=school, role="office", state="confirmed")

    answer = signed_in(office).get("/calendar/school/")

    assert answer.headers["Location"] == f"/calendar/school/{aue.pk}/"


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
    assert "Christi Himmelfahrt" in text_of(client, "/calendar/", view=view, date="2027-05-05")
    assert "Christi Himmelfahrt" not in text_of(client, "/calendar/", view=view, date="2027-03-01")


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


def test_a_house_over_the_border_has_the_holidays_of_its_country(slot):
    polish = make_partner("dom")
    make_venue(polish, country="PL")
    olga, tom = signed_in(make_organiser(polish, "olga")), signed_in(make_trainer(polish, "tom").user)

    for page in (
        text_of(olga, f"/calendar/partner/{polish.pk}/", view="agenda", date="2027-05-01"),
        text_of(tom, "/calendar/trainer/", view="agenda", date="2027-05-01"),
    ):
        assert "3. Mai" in page
        assert "Himmelfahrt" not in page


def test_everybodys_calendar_marks_the_days_off_of_a_teachers_school(client, booking):
    day = date(2027, 5, 12)
    Closure.objects.create(school=booking.school, first=day, last=day, name="Studientag")

    assert "Studientag" in text_of(signed_in(booking.owner), "/calendar/", view="agenda")
    assert "Studientag" in text_of(signed_in(booking.owner), "/calendar/teacher/", view="month")
    assert "Studientag" not in text_of(client, "/calendar/", view="agenda")


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


@pytest.mark.parametrize("dates", [5, 200])
def test_many_dates_ask_as_often_as_few(slot, dates):
    partner, school, ada = slot.workshop.partner, make_school("Oberschule Löbau"), make_user("ada")
    tom = make_trainer(partner, "tom")
    for number in range(dates):
        begin = at("2027-05-10T06:00") + timedelta(hours=3 * number)
        one = make_slot(slot.workshop, starts_at=begin, ends_at=begin + timedelta(hours=2))
        make_assignment(one, tom)
        make_booking(one)
    Booking.objects.update(owner=ada, school=school)
    people = {
        "": None,
        "trainer/": tom.user,
        "teacher/": ada,
        f"school/{school.pk}/": make_office(school),
        f"partner/{partner.pk}/": make_organiser(partner, "olga"),
    }

    asked = {}
    for path, person in people.items():
        client = signed_in(person) if person else Client()
        for view in timetable.VIEWS:
            with CaptureQueriesContext(connection) as queries:
                text_of(client, f"/calendar/{path}", view=view)
            asked.setdefault(path.partition("/")[0], set()).add(len(queries))

    assert asked == {"": {2}, "trainer": {9}, "teacher": {6}, "school": {8}, "partner": {12}}


def test_more_than_a_page_can_show_is_said(client, slot, monkeypatch):
    monkeypatch.setattr("booking.calendars.entries.MOST", 1)
    make_slot(slot.workshop, starts_at=at("2027-05-12T08:00"))

    assert "mehr Termine" in text_of(client, "/calendar/")


def test_a_month_is_a_table_with_headings(client, slot):
    page = " ".join(text_of(client, "/calendar/", view="month").split())

    assert page.count('<th scope="col">') == 8
    assert '<th scope="row">19</th>' in page
    assert "je Tag: Alle Termine, Mai 2027 " in page[page.index("<caption>") : page.index("</caption>")]
    assert '<span class="hidden-visually">Montag</span>' in page
    assert "<title> Mai 2027 · Alle Termine" in page


def test_a_week_and_a_list_have_a_heading_for_each_day(client, slot):
    make_slot(slot.workshop, starts_at=at("2027-05-14T08:00"))

    week = text_of(client, "/calendar/", view="week")
    agenda = text_of(client, "/calendar/", view="agenda", date="2027-05-11")

    assert week.count('<h2 class="h4"') == 7
    assert "KW 19: 10. Mai bis 16. Mai 2027" in week[week.index("<h1") : week.index("</h1>")]
    assert "<h2>Dienstag, 11. Mai</h2>" in agenda
    assert "<h2>Mittwoch, 12. Mai</h2>" not in agenda


def test_the_list_of_the_running_month_begins_today(client, slot, time_machine):
    """On a phone the month is a list: who opens it at its end would else scroll past all that is over."""
    make_slot(slot.workshop, starts_at=at("2027-05-14T08:00"))
    time_machine.move_to(at("2027-05-12T09:00"), tick=False)

    this_month, whole = text_of(client, "/calendar/"), text_of(client, "/calendar/", date="2027-06-01")

    folded = this_month[this_month.index("<details><summary>Frühere (1)") : this_month.index("</details>")]
    assert "Dienstag, 11. Mai" in folded
    assert "Freitag, 14. Mai" not in folded
    assert "Freitag, 14. Mai" in this_month[this_month.index("</details>") :]
    assert ">Juni 2027<" in this_month
    assert "<details>" not in whole[whole.index("<main") : whole.index("</main>")]


def test_a_school_without_dates_reads_that(booking):
    office = signed_in(make_office(booking.school))

    page = text_of(office, f"/calendar/school/{booking.school.pk}/", date="2027-09-01")

    assert "0 Termine" in page
    assert "In dieser Zeit findet nichts statt." in page


def test_organisers_keep_their_rail_and_everybody_a_way_to_subscribe(slot, booking):
    olga = signed_in(make_organiser(slot.workshop.partner, "olga"))

    house = text_of(olga, f"/calendar/partner/{slot.workshop.partner_id}/")

    assert 'id="rail"' in house
    assert 'id="rail"' not in text_of(olga, "/calendar/")
    assert "/profile/calendars/" in house
    assert "webcal://" in text_of(Client(), "/calendar/")


@pytest.mark.parametrize(
    ("asked", "subscribed"),
    [("month=2027-05&grade=7", "?grade=7"), ("grade=x&format=mobile&view=week", "?format=mobile")],
)
def test_who_subscribes_gets_the_filters_that_hold_and_every_month(slot, asked, subscribed):
    page = html.unescape(Client().get(f"/calendar/?{asked}").content.decode())

    assert re.findall(r'href="webcal://[^/]+([^"]+)"', page) == [f"/calendars/public.ics{subscribed}"]
    assert Client().get(f"/calendars/public.ics{subscribed}").status_code == 200


def links_in(client, path) -> set[str]:
    page = html.unescape(client.get(path).content.decode())
    return set(re.findall(r'href="((?:/calendar/|/profile/calendars/)[^"]*)"', page))


def test_each_page_leads_to_its_calendar_and_from_it_to_the_addresses(slot, booking):
    partner = slot.workshop.partner
    tom, office, olga = make_trainer(partner, "tom").user, make_office(booking.school), make_organiser(partner, "olga")
    school, house = f"/calendar/school/{booking.school_id}/", f"/calendar/partner/{partner.pk}/"

    for person, page, first, calendar in (
        (tom, "/trainer/", "/calendar/trainer/", "/calendar/trainer/"),
        (booking.owner, "/bookings/", "/calendar/teacher/", "/calendar/teacher/"),
        (office, "/bookings/", "/calendar/school/", school),
        (olga, "/organise/slots/", "/calendar/partner/", house),
    ):
        client = signed_in(person)
        assert first in links_in(client, page), page
        assert client.get(first, follow=True).status_code == 200
        assert "/profile/calendars/" in links_in(client, calendar)
        assert calendar in links_in(client, "/profile/calendars/")
    assert "/profile/calendars/" in links_in(signed_in(tom), "/trainer/")
    assert "/calendar/?grade=7" in links_in(Client(), "/?grade=7")


@pytest.mark.parametrize("view", VIEWS)
def test_a_title_in_another_language_says_so(client, slot, view):
    polish = html.unescape(
        client.get(f"/calendar/?view={view}&date=2027-05-10", headers={"Accept-Language": "pl"}).content.decode()
    )

    assert ' lang="de">3D-Druck<' in polish
    assert 'lang="de">3D-Druck' not in text_of(client, "/calendar/", view=view)
