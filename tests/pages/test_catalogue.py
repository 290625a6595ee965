"""Finding a workshop and a date, without an account and without script."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import html5lib
import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from config.previews import DRAWN
from tests.factories import (
    in_days,
    make_booking,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_user,
    make_venue,
    make_workshop,
)
from workshops.models import Funder, FundingPot, Slot, WorkshopPot
from workshops.month import Month, weeks_of

pytestmark = pytest.mark.django_db


def text_of(response: Any) -> str:
    return response.content.decode()


def month_of(days: int) -> str:
    return f"{in_days(days):%Y-%m}"


@pytest.fixture
def printing() -> Any:
    partner = make_partner("zuklos")
    venue = make_venue(partner, city="Löbau")
    workshop = make_workshop(
        partner, slug="3d-druck", title="3D-Druck: Anhänger", venue=venue, disciplines=["technology"]
    )
    make_slot(workshop)
    return workshop


@pytest.mark.parametrize(
    "words", ["3D-Druck", "3d druck", "DRUCK", "anhanger", "Anhaenger", "Löbau", "Lobau", "Loebau"]
)
def test_a_workshop_is_found_however_it_is_typed(client, printing, words):
    make_slot(make_workshop(title="Wärmepumpe"))

    page = text_of(client.get("/", {"q": words}))

    assert "3D-Druck: Anhänger" in page
    assert "Wärmepumpe" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("grade=7", True),
        ("grade=12", False),
        ("grade=12&grade=7", True),
        ("discipline=technology", True),
        ("discipline=biology", False),
        ("format=visit", True),
        ("format=mobile", False),
        ("language=de", True),
        ("language=pl", False),
        ("partner=zuklos", True),
        ("district=14626", True),
        ("district=14612", False),
        ("bookable=true", True),
    ],
)
def test_filters_combine_in_the_address(client, printing, query, found):
    page = text_of(client.get(f"/?q=druck&{query}"))

    assert ("3D-Druck: Anhänger" in page) is found


def test_a_month_shows_its_dates_only(client, printing):
    make_slot(printing, starts_at=in_days(90))

    page = text_of(client.get(f"/?month={month_of(90)}"))

    assert page.count('class="slot-row ') == 1


@pytest.mark.parametrize(
    "query",
    ["grade=x", "month=2027-13", "month=%00", "q=%00", "page=999999", "page=x", "partner=nobody", "q=" + "a" * 3000],
)
def test_nonsense_in_the_address_is_no_error(client, printing, query):
    assert client.get(f"/?{query}").status_code == 200


def test_a_card_shows_the_next_three_dates_and_how_many_there_are(client, printing):
    for days in (50, 60, 70):
        make_slot(printing, starts_at=in_days(days))

    page = text_of(client.get("/"))

    assert page.count('class="slot-row ') == 3
    assert "/workshops/3d-druck/#dates" in page
    assert "4" in page


def test_full_dates_give_way_to_free_ones_on_a_card(client):
    workshop = make_workshop()
    full = [make_slot(workshop, starts_at=in_days(days)) for days in (40, 50, 60, 70)]
    for slot in full:
        make_booking(slot)
    free = [make_slot(workshop, starts_at=in_days(days)) for days in (80, 90)]

    page = text_of(client.get("/"))

    shown = [slot for slot in (*full, *free) if f"/slots/{slot.pk}/" in page]
    assert shown == [full[0], *free]


def test_where_nothing_is_free_a_card_offers_word_of_it(client):
    workshop = make_workshop()
    make_booking(make_slot(workshop))
    link = f'href="/workshops/{workshop.slug}/watch/"'
    assert link in text_of(client.get("/"))

    make_slot(workshop, starts_at=in_days(90))

    assert link not in text_of(client.get("/"))


def test_a_place_and_its_distance_are_one_chip_and_stay_in_a_search(client, printing):
    make_school(city="Löbau", lat=51.1, lon=14.67)
    printing.venue.lat, printing.venue.lon = 51.15, 14.99
    printing.venue.save()

    page = text_of(client.get("/?near=lobau&km=40"))

    assert "3D-Druck: Anhänger" in page
    assert "40 km um Löbau" in page
    assert '<input type="hidden" name="km" value="40">' in page
    nothing = text_of(client.get("/?near=lobau&km=10"))
    assert 'class="slot-row" href="/"' in nothing  # without the place
    unknown = text_of(client.get("/?near=Nirgendwo"))
    assert "„Nirgendwo“" in unknown
    assert "3D-Druck: Anhänger" in unknown


@pytest.mark.parametrize("town", ["Löbau", "Lobau", "Lubij"])
def test_who_types_a_town_without_a_room_of_ours_is_led_to_what_lies_around(client, printing, town):
    make_school(city="Löbau", lat=51.1, lon=14.67)
    printing.venue.city, printing.venue.lat, printing.venue.lon = "Görlitz", 51.15, 14.99
    printing.venue.save()

    nothing = text_of(client.get("/", {"q": town}))

    assert "3D-Druck: Anhänger" not in nothing
    assert 'class="slot-row" href="?near=L%C3%B6bau"><span class="when">40 km um Löbau<' in nothing
    assert "3D-Druck: Anhänger" in text_of(client.get("/?near=L%C3%B6bau"))


@pytest.mark.parametrize("name", ["Bautzen", "Budyšin", "budysin", "Budziszyn"])
def test_a_town_is_known_by_the_names_of_the_neighbours(client, printing, name):
    make_school(city="Bautzen", lat=51.18, lon=14.42)

    assert "40 km um Bautzen" in text_of(client.get("/", {"near": name}))


def test_who_is_known_need_not_type_the_own_town(client, printing):
    teacher = make_user("petra")
    teacher.memberships.create(school=make_school("Oberschule", "Ebersbach"), role="teacher")
    client.force_login(teacher)

    page = text_of(client.get("/"))

    assert page.count('value="Ebersbach"') == 1  # in the field for the distance; the form of all filters stays empty


def offer_called(**title: str) -> None:
    workshop = make_workshop()
    workshop.title = title
    workshop.save()
    make_slot(workshop)


def test_titles_stand_in_the_order_of_the_language_they_are_read_in(client):
    offer_called(de="Wärmepumpe", pl="Ładowarka")
    offer_called(de="Drohne", pl="Malowanie")
    offer_called(de="Akku", pl="")

    def order(language: str) -> list[str]:
        page = text_of(client.get("/", headers={"Accept-Language": language}))
        return re.findall(r"<h3><a [^>]*>([^<]+)</a></h3>", page)

    assert order("de") == ["Akku", "Drohne", "Wärmepumpe"]
    assert order("pl") == ["Akku", "Ładowarka", "Malowanie"]


def test_a_title_in_another_language_says_so_wherever_it_is_read_out(client):
    offer_called(de="Wärmepumpe")

    page = text_of(client.get("/", headers={"Accept-Language": "pl"}))

    assert page.count("Wärmepumpe") == page.count('lang="de">Wärmepumpe<')


def test_what_comes_to_the_school_is_one_tap(client, printing):
    make_slot(make_workshop(title="Rollendes Labor", format="mobile"))

    assert 'href="?format=mobile"' in text_of(client.get("/"))
    page = text_of(client.get("/?format=mobile"))
    assert "kommt zu uns" in page
    assert "3D-Druck: Anhänger" not in page


@pytest.mark.parametrize("asked", ["", "?grade=7", "?view=dates", "?q=Raumfahrt&grade=12"])
def test_what_leads_out_of_the_catalogue_loads_its_page(client, printing, asked):
    """Script swaps the catalogue alone; of another page it would find nothing to put there."""
    page = html5lib.parse(text_of(client.get(f"/{asked}")), namespaceHTMLElements=False)

    swapped = [
        link for part in page.iterfind(".//*[@hx-boost='true']") for link in part.iter() if link.tag in ("a", "form")
    ]
    away = [link for link in swapped if urlsplit(link.get("href") or link.get("action") or "").path not in ("", "/")]
    assert away
    assert [link.attrib for link in away if link.get("hx-boost") != "false"] == []


def test_a_typing_error_is_named(client, printing):
    page = text_of(client.get("/?q=3D-Drukc Anhaenger"))

    assert "3D-Druck: Anhänger" in page
    assert "„3D-Drukc Anhaenger“" in page
    assert "„3D-Drukc Anhaenger“ haben wir" not in text_of(client.get("/?q=3D-Drukc Anhaenger&grade=13"))


def test_dates_that_can_no_longer_be_booked_are_not_named(client):
    workshop = make_workshop()
    closed = make_slot(workshop, starts_at=in_days(3), book_until=timezone.now() - timedelta(days=2))
    off = make_slot(workshop, state="cancelled")
    hidden = make_slot(workshop, listed=False)

    page = text_of(client.get("/")) + text_of(client.get(workshop.get_absolute_url()))

    assert not [slot.pk for slot in (closed, off, hidden) if f"/slots/{slot.pk}/" in page]


def test_drafts_are_not_shown(client):
    workshop = make_workshop(state="draft")

    assert client.get(workshop.get_absolute_url()).status_code == 404
    assert str(workshop.title) not in text_of(client.get("/"))


def test_a_full_date_says_how_many_wait(client):
    slot = make_slot()
    make_booking(slot)
    make_booking(slot)

    assert 'class="slot-row full"' in text_of(client.get("/"))


def test_the_page_of_a_date_names_the_town_of_its_place_once(client):
    slot = make_slot(venue=make_venue(make_partner("lab"), city="Löbau", name="Museum Löbau", street="Markt 1"))

    page = text_of(client.get(f"/slots/{slot.pk}/"))

    assert "Museum Löbau" in page
    assert "Löbau, Löbau" not in page


def test_the_page_of_a_full_date_counts_who_waits_only_if_somebody_does(client):
    slot = make_slot(capacity=24)
    Slot.objects.filter(pk=slot.pk).update(places_taken=24)
    alone = text_of(client.get(f"/slots/{slot.pk}/"))
    Slot.objects.filter(pk=slot.pk).update(groups_waiting=2)

    assert "Sie wären die Ersten." in alone
    assert "0 Klassen" not in alone
    assert "2 Klassen warten." in text_of(client.get(f"/slots/{slot.pk}/"))


def test_when_nothing_fits_each_filter_says_what_one_sees_without_it(client, printing):
    page = text_of(client.get("/?grade=12&discipline=technology"))

    assert "card empty" in page
    assert 'href="?discipline=technology"' in page
    assert 'href="?grade=12"' not in page.split("card empty")[1]  # it would not help


def test_when_no_single_filter_is_in_the_way_each_stands_by_itself(client, printing):
    page = text_of(client.get("/?q=Anh%C3%A4nger&grade=12&discipline=music"))

    offered = page.split("card empty")[1]
    assert "Einzeln passt etwas" in offered
    assert 'href="?q=Anh%C3%A4nger"><span class="when">Nur „Anhänger“<' in offered
    assert "grade=12" not in offered.split("</ul>")[0]  # by itself it leads nowhere either
    assert "3D-Druck: Anhänger" in text_of(client.get("/?q=Anh%C3%A4nger"))


def test_dates_can_be_seen_as_a_list(client, printing):
    page = text_of(client.get("/?view=dates"))

    assert "date-leaf" in page
    assert "3D-Druck: Anhänger" in page


def test_the_catalogue_asks_as_few_questions_for_many_as_for_one(client, printing):
    client.get("/")
    with CaptureQueriesContext(connection) as few:
        client.get("/")
    for _ in range(3):
        workshop = make_workshop(make_partner())
        for days in (30, 40, 50):
            make_slot(workshop, starts_at=in_days(days))
    with CaptureQueriesContext(connection) as many:
        client.get("/")

    assert len(many) == len(few)
    assert len(many) < 15


def test_more_workshops_than_a_page_holds_are_paged(client):
    for _ in range(13):
        make_workshop()

    assert 'rel="next"' in text_of(client.get("/"))
    assert client.get("/?page=2").context["page"].number == 2


def test_a_workshop_tells_its_story_without_letting_anybody_speak_for_it(client, printing):
    type(printing).objects.filter(pk=printing.pk).update(
        description={"de": "Ein **Ding** [hier](https://lab.example)\n\n<script>alert(1)</script>"},
        course={"de": "8:00 · Ankommen · Jacken an den Haken"},
        bring={"de": "Nichts außer Neugier"},
    )

    page = text_of(client.get("/workshops/3d-druck/"))

    assert "<strong>Ding</strong>" in page
    assert "<script>alert" not in page
    assert "8:00 · Ankommen" in page
    assert "Nichts außer Neugier" in page


def test_funders_stand_there_while_they_pay(client, printing):
    year = timezone.localdate().year
    for name, valid in (
        ("Jetzt-Topf", (date(year - 1, 1, 1), date(year + 1, 1, 1))),
        ("Alt-Topf", (date(2001, 1, 1), date(2002, 1, 1))),
    ):
        funder = Funder.objects.create(name=f"Geber {name}")
        pot = FundingPot.objects.create(funder=funder, code=name.lower(), name=name, valid=valid)
        WorkshopPot.objects.create(workshop=printing, pot=pot, valid=valid)

    page = text_of(client.get("/workshops/3d-druck/"))

    assert "Jetzt-Topf" in page
    assert "Alt-Topf" not in page


def test_the_calendar_marks_holidays_of_the_visitors_school():
    saxony, poland = (
        weeks_of(Month(2027, 2), [], school) for school in (None, make_school(country="PL", region_code="02"))
    )

    off = {
        country: {day.date.day for week in weeks for day in week if day and day.off}
        for country, weeks in (("DE", saxony), ("PL", poland))
    }

    assert 10 in off["DE"]  # winter holidays
    assert off["DE"] != off["PL"]


def test_the_workshop_asks_as_few_questions_for_many_dates_as_for_one(client, printing):
    client.get("/workshops/3d-druck/")
    with CaptureQueriesContext(connection) as few:
        client.get("/workshops/3d-druck/")
    for days in (41, 42, 43):
        make_slot(printing, starts_at=in_days(days))
    with CaptureQueriesContext(connection) as many:
        client.get("/workshops/3d-druck/")

    assert len(many) == len(few)
    assert len(many) < 10


def test_the_list_of_a_workshop_begins_with_dates_that_are_full_before_the_month_it_shows(client):
    workshop = make_workshop()
    full, free = make_slot(workshop, starts_at=in_days(40)), make_slot(workshop, starts_at=in_days(90))
    make_booking(full)

    address = workshop.get_absolute_url()
    opened, chosen = client.get(address), client.get(address, {"month": month_of(90)})

    assert str(opened.context["month"]) == month_of(90)
    assert (opened.context["dates"], chosen.context["dates"]) == ([full, free], [free])


@pytest.mark.parametrize("month", ["2027-05", "2027-00", "0000-01", "9999-12", "x", ""])
def test_any_month_has_a_page(client, printing, month):
    assert client.get("/workshops/3d-druck/", {"month": month}).status_code == 200


def test_an_unlisted_date_opens_by_its_key_and_for_its_organisers(client):
    slot = make_slot(listed=False)
    organiser, somebody = make_organiser(slot.workshop.partner), make_user()

    assert client.get(f"/slots/{slot.pk}/").status_code == 404
    assert client.get(f"/slots/{slot.pk}/?key={slot.link_key}").status_code == 200
    client.force_login(somebody)
    assert client.get(f"/slots/{slot.pk}/").status_code == 404
    client.force_login(organiser)
    assert client.get(f"/slots/{slot.pk}/").status_code == 200


def test_a_cancelled_date_says_so(client):
    slot = make_slot(state="cancelled", cancel_reason="Rohrbruch im Labor")

    page = text_of(client.get(f"/slots/{slot.pk}/"))

    assert "Rohrbruch im Labor" in page
    assert "/book/" not in page


@pytest.mark.parametrize("pk", [0, 999_999_999, 10**30])
def test_a_date_that_is_not_there_is_not_found(client, pk):
    assert client.get(f"/slots/{pk}/").status_code == 404


@pytest.mark.parametrize(("lat", "lon", "drawn"), [(51.09, 14.67, True), (48.1, 11.6, False), (None, None, False)])
def test_the_map_shows_places_of_the_region_only(client, printing, lat, lon, drawn):
    type(printing.venue).objects.update(lat=lat, lon=lon)

    assert ('class="region"' in text_of(client.get("/workshops/3d-druck/"))) is drawn


def test_the_holidays_of_another_country_can_be_chosen(client, printing):
    saxony = client.get("/workshops/3d-druck/?month=2027-02").context["weeks"]
    poland = client.get("/workshops/3d-druck/?month=2027-02&holidays=PL").context["weeks"]

    def off(weeks: Any) -> set[int]:
        return {day.date.day for week in weeks for day in week if day and day.off}

    assert off(saxony) != off(poland)
    assert client.get("/workshops/3d-druck/?holidays=XX").status_code == 200


def unfolded(client: Any, path: str) -> dict[str, str]:
    """What a messenger reads of a link."""
    return dict(re.findall(r'<meta property="og:(\S+)" content="([^"]*)">', text_of(client.get(path))))


@pytest.mark.parametrize(("picture", "file"), [("druck", "druck"), ("", "robotik")])
def test_a_link_unfolds_in_a_messenger(client, printing, settings, picture, file):
    printing.summary, printing.picture = {"de": "Eine Idee, am Mittag in der Hand."}, picture
    printing.save()
    slot = printing.slots.get()

    found = unfolded(client, printing.get_absolute_url())

    assert found["title"] == "3D-Druck: Anhänger"
    assert found["description"] == "Eine Idee, am Mittag in der Hand."
    assert found["url"] == "http://testserver/workshops/3d-druck/"
    assert found["image"] == f"http://testserver/static/previews/{file}.png"
    with Image.open(finders.find(f"previews/{file}.png")) as drawing:
        assert (drawing.format, drawing.size) == ("PNG", (1200, 630))
    of_date = unfolded(client, slot.get_absolute_url())
    assert of_date["title"].startswith("3D-Druck: Anhänger · ")
    assert of_date["image"] == found["image"]
    assert unfolded(client, "/")["image"].endswith("/static/previews/robotik.png")


def test_every_drawing_has_its_preview():
    assert all(finders.find(f"previews/{name}.png") for name in DRAWN)


@pytest.fixture
def ada_booked(client, printing) -> Any:
    """Ada, signed in, whose class is confirmed on the one date there is."""
    booking = make_booking(printing.slots.get(), owner=make_user("ada"), group_name="7b")
    client.force_login(booking.owner)
    return booking


@pytest.mark.parametrize("path", ["/workshops/3d-druck/", "/?view=dates", "/slots/{slot}/", "/slots/{slot}/book/"])
def test_a_date_that_is_booked_already_says_so(client, ada_booked, path):
    page = text_of(client.get(path.format(slot=ada_booked.slot_id)))

    assert f'<a href="{ada_booked.get_absolute_url()}">Ihre Buchung: Klasse 7b</a>' in page


def test_a_card_names_the_date_of_the_reader(client, ada_booked):
    assert '<span class="left good">Ihr Termin</span>' in text_of(client.get("/"))


@pytest.mark.parametrize("path", ["/", "/workshops/3d-druck/", "/slots/{slot}/"])
def test_what_others_or_nobody_booked_is_not_told(client, ada_booked, path):
    client.force_login(make_user("bea"))

    page = text_of(client.get(path.format(slot=ada_booked.slot_id)))

    assert "Ihr Termin" not in page
    assert "Ihre Buchung" not in page


@pytest.mark.parametrize("path", ["/", "/?view=dates", "/workshops/3d-druck/"])
def test_dates_of_the_reader_cost_one_query_however_many(client, ada_booked, path):
    with CaptureQueriesContext(connection) as one:
        client.get(path)
    for _ in range(2):
        make_booking(make_slot(ada_booked.slot.workshop), owner=ada_booked.owner)
    with CaptureQueriesContext(connection) as three:
        client.get(path)

    assert sum("booking_booking" in query["sql"] for query in three) == 1
    assert len(three) == len(one)
