"""Schools that nobody reached: what is listed, drawn and written, and whose visits count."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.actor import Actor
from booking import rules
from booking.reports.map import WIDTH, draw
from booking.reports.white_spots import LONG, NEVER, REACHED, Spot, towns_of, years_of
from booking.rules import Counts
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

pytestmark = pytest.mark.django_db

PAGE = "/organise/reports/white-spots/"
CSV = "/organise/reports/white-spots.csv"
ZITTAU, LOEBAU, GOERLITZ = (
    {"lat": 50.8975, "lon": 14.8087},
    {"lat": 51.094, "lon": 14.668},
    {"lat": 51.153, "lon": 14.987},
)


def visit(school, partner, *, days_ago=3, counts=None):
    slot = make_slot(make_workshop(partner), starts_at=in_days(-days_ago))
    booking = make_booking(slot, school=school, at=slot.book_from + timedelta(days=1))
    by = Actor.person(make_organiser(partner))
    return rules.attend(booking, counts or Counts(m=9), by=by, now=slot.ends_at)


def listed(client, **asked):
    answer = client.get(PAGE, asked)
    assert answer.status_code == 200
    return [one.name for one in answer.context["page"]]


def test_never_long_ago_and_reached(client, partner, olga):
    never, long, here = make_school("Nie"), make_school("Lange"), make_school("Hier")
    visit(long, partner, days_ago=900)
    visit(here, partner)
    missed = make_school("Verpasst")
    visit(missed, partner, counts=Counts(no_show=True))
    visit(never, make_partner("museum"))  # another house was there
    make_school("Zu", state="closed")

    assert listed(client) == ["Lange", "Nie", "Verpasst"]
    assert listed(client, show="never") == ["Nie", "Verpasst"]
    assert listed(client, show="long") == ["Lange"]
    assert listed(client, show="reached") == ["Hier"]
    assert listed(client, show="reached", since="2000-01-01") == ["Hier", "Lange"]
    assert listed(client, show="all", sort="last") == ["Nie", "Verpasst", "Lange", "Hier"]


def test_the_network_counts_every_house(client, partner):
    school = make_school("Hier")
    visit(school, make_partner("museum"))
    client.force_login(make_user("nina", is_network_admin=True))
    assert listed(client) == []


def test_by_kind_country_grade_and_distance(client, partner, olga):
    venue = make_venue(partner, **ZITTAU)
    make_school("Nah", kind="primary", **ZITTAU)
    make_school("Mittel", kind="upper_sec", **LOEBAU)
    make_school("Weit", kind="upper_sec", country="PL", lat=52.0, lon=16.0)
    make_school("Irgendwo", kind="mixed")

    assert listed(client, kinds="upper_sec") == ["Mittel", "Weit"]
    assert listed(client, countries="PL") == ["Weit"]
    assert listed(client, grade="3") == ["Irgendwo", "Nah"]
    assert listed(client, grade="6") == ["Irgendwo", "Mittel"]  # the Polish one begins with grade 9
    assert listed(client, venue=venue.pk, km="30") == ["Mittel", "Nah"]
    assert listed(client, venue=venue.pk, sort="km") == ["Nah", "Mittel", "Weit", "Irgendwo"]


def test_towns_are_reached_as_the_best_of_their_schools(client, partner, olga):
    visit(make_school("A", "Löbau"), partner)
    make_school("B", "Löbau")
    make_school("C", "Zittau")
    assert listed(client, by="towns") == ["Zittau"]
    answer = client.get(PAGE, {"by": "towns", "show": "all"})
    assert [(town.name, town.schools, town.reached) for town in answer.context["page"]] == [
        ("Löbau", 2, 1), ("Zittau", 1, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"km": "30"}, "venue"), ({"km": "x"}, "km"), ({"since": "gestern"}, "since"), ({"grade": "99"}, "grade"),
        ({"kinds": "x"}, "kinds"), ({"venue": "99999"}, "venue"), ({"sort": "x"}, "sort"), ({"since": "\0"}, "since"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_at_its_field(client, olga, asked, field):
    answer = client.get(PAGE, asked)
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert client.get(CSV, asked).status_code == 302


def test_a_place_of_another_house_is_none(client, partner, olga):
    venue = make_venue(make_partner("museum"), **ZITTAU)
    assert "venue" in client.get(PAGE, {"venue": venue.pk}).context["form"].errors


def test_a_place_without_coordinates_is_told(client, partner, olga):
    venue = make_venue(partner)
    assert "venue" in client.get(PAGE, {"venue": venue.pk}).context["form"].errors


def test_the_file_has_every_row(client, partner, olga):
    make_school("=Nie;1", "Löbau")
    raw = b"".join(client.get(CSV).streaming_content)
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    assert raw.startswith(b"\xef\xbb\xbf")
    assert rows[1][:2] == ["'=Nie;1", "Löbau"]
    towns = b"".join(client.get(CSV, {"by": "towns"}).streaming_content).decode("utf-8-sig")
    assert towns.splitlines()[1].startswith("Löbau;")


def test_a_mail_is_drafted_and_not_sent(client, partner, olga, mailoutbox):
    school = make_school("Oberschule & Söhne", "Löbau", office_mail="büro+1@schule.example")
    fits = make_workshop(partner, title="Passt", grades=[7])
    make_slot(fits)
    make_workshop(partner, title="Nur für Kleine", grades=[1])
    make_workshop(partner, title="Entwurf", state="draft")
    make_workshop(make_partner("museum"), title="Fremdes")
    answer = client.get(f"{PAGE}{school.pk}/")
    draft = answer.context["draft"]
    assert "Oberschule & Söhne" in draft.text
    assert "Passt" in draft.text
    assert f"/workshops/{fits.slug}/" in draft.text
    assert not any(title in draft.text for title in ("Kleine", "Entwurf", "Fremdes"))
    link = urlsplit(answer.context["mailto"])
    assert (link.scheme, unquote(link.path)) == ("mailto", "büro+1@schule.example")
    assert parse_qs(link.query)["body"][0].replace("\r\n", "\n") == draft.text
    assert "\n" not in answer.context["mailto"]
    assert mailoutbox == []


def test_without_an_address_there_is_only_the_text(client, partner, olga):
    text = client.get(f"{PAGE}{make_school().pk}/").content.decode()
    assert "mailto:" not in text.split("<main")[1].split("</main")[0]


def test_only_active_schools_are_invited(client, partner, olga):
    assert client.get(f"{PAGE}{make_school(state='closed').pk}/").status_code == 404


def test_more_schools_cost_no_more_questions(client, partner, olga):
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE, {"show": "all"})
        return len(asked)

    visit(make_school(**LOEBAU), partner)
    questions()
    one = questions()
    for number in range(4):
        visit(make_school(f"S{number}", **ZITTAU), partner)
        make_school(f"T{number}", **GOERLITZ)
    assert questions() <= one


def spot(**values):
    facts = {
        "pk": 1, "name": "S", "city": "Löbau", "kind": "mixed", "country": "DE", "district_code": "", "lat": None,
        "lon": None, "sort_name": "s", "last": None, "visits": 0, "km": None, "status": NEVER,
    }  # fmt: skip
    return Spot(**facts | values)


SPOTS = st.builds(
    spot,
    city=st.sampled_from(["Löbau", "Zittau", "Görlitz", "Ebersbach-Neugersdorf", ""]),
    lat=st.one_of(st.none(), st.floats(47, 56)),
    lon=st.one_of(st.none(), st.floats(5, 16)),
    last=st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2027, 1, 1))),
    status=st.sampled_from([NEVER, LONG, REACHED]),
)


@settings(deadline=None, database=None, max_examples=100, derandomize=True)
@given(st.lists(SPOTS, max_size=40))
def test_the_map_holds_every_school_that_has_a_place(spots):
    drawn = draw(spots)
    placed = [one for one in spots if one.has_place]
    if not placed:
        assert drawn is None
        return
    assert drawn.unplaced == len(spots) - len(placed)
    for status in (NEVER, LONG, REACHED):
        points = [(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h0", drawn.dots[status])]
        assert bool(points) == any(one.status == status for one in placed)
        assert all(0 <= x <= WIDTH and 0 <= y <= drawn.height for x, y in points)
    assert {name.text for name in drawn.names} <= {one.city for one in placed}


@settings(deadline=None, database=None, max_examples=50, derandomize=True)
@given(st.lists(SPOTS, max_size=40))
def test_towns_add_up_to_their_schools(spots):
    towns = towns_of(spots)
    assert sum(town.schools for town in towns) == len(spots)
    assert sum(town.reached for town in towns) == sum(one.status == REACHED for one in spots)


def test_a_kind_that_is_not_named_has_all_grades():
    assert set(years_of("CZ", "other")) == set(range(1, 14))
