"""How the school year goes: every number of the first page is that of the rows behind it."""

from __future__ import annotations

import html
import io
import re
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.actor import Actor
from booking import rules
from booking.desk import figures
from booking.models import Booking, Bounce
from booking.reports.definitions import DEFINITIONS
from booking.reports.places import Places
from booking.reports.weeks import drawn
from booking.rules import Counts
from booking.templatetags.reports import whole
from tests.factories import make_booking, make_partner, make_school, make_slot, make_workshop

pytestmark = pytest.mark.django_db

NOON = datetime.fromisoformat("2027-02-17T12:00:00+01:00")  # a Wednesday


@pytest.fixture(autouse=True)
def _nothing_is_kept(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def workshop(partner):
    return make_workshop(partner, capacity=30, title="Robotik")


def on(day: str, workshop, **extra):
    starts = datetime.fromisoformat(f"{day}T08:00:00+01:00")
    return make_slot(workshop, starts_at=starts, **extra)


def visit(day, workshop, olga, counts=None, **extra):
    slot = on(day, workshop)
    booking = make_booking(slot, at=slot.book_from + timedelta(days=1), **extra)
    if counts:
        rules.attend(booking, counts, by=Actor.person(olga), now=slot.ends_at)
    return booking


def year(olga):
    return figures.so_far(olga, timezone.now())


def test_this_year_stands_against_the_last_one_up_to_the_same_day(partner, olga, workshop):
    visit("2027-02-16", workshop, olga, Counts(f=10, m=8, unknown=2))
    visit("2026-02-17", workshop, olga, Counts(m=7))
    visit("2026-02-18", workshop, olga, Counts(m=5))  # a year ago, but later
    visit("2025-06-03", workshop, olga, Counts(m=3))  # the school year before
    found = year(olga)
    assert (found.present, found.before, found.visits) == (20, 7, 1)
    assert (found.girls, found.asked, found.girls_percent) == (10, 18, 56)


def test_half_is_rounded_up_on_the_first_page_and_in_reports(client, olga, workshop):
    visit("2027-02-16", workshop, olga, Counts(f=1, m=7))
    assert year(olga).girls_percent == 13
    asked = {"from": "2026-08-01", "to": "2027-07-31"}
    assert "13 % Mädchen" in client.get("/organise/reports/", asked).content.decode()
    assert whole(2.5) == "3"


def test_after_the_29th_of_february_stands_the_28th():
    assert figures.a_year_before(date(2028, 2, 29)) == date(2027, 2, 28)


def test_schools_are_counted_once_and_new_ones_named(partner, olga, workshop):
    old, new = make_school(), make_school("Neue Schule")
    visit("2026-05-05", workshop, olga, Counts(m=7), school=old)
    visit("2026-10-06", workshop, olga, Counts(m=7), school=old)
    for day in ("2026-11-03", "2027-01-12"):
        visit(day, workshop, olga, Counts(m=7), school=new)
    found = year(olga)
    assert (found.schools, found.new_schools) == (2, 1)


def test_who_got_no_place_and_who_waits(partner, olga, workshop):
    asked = make_workshop(partner, booking_mode="request")
    slot = on("2027-03-23", asked)
    booking = make_booking(slot, pupils=21)
    rules.decline(booking, by=Actor.person(olga), now=timezone.now(), reason="full")
    full = on("2027-04-13", workshop)
    make_booking(full, pupils=28)
    make_booking(full, pupils=20, group_name="8a")
    found = year(olga)
    assert (found.pupils_away, found.groups_away, found.waiting) == (21, 1, 1)


def test_a_week_that_is_over_counts_its_recorded_dates_and_later_ones_who_is_booked(partner, olga, workshop):
    visit("2027-02-09", workshop, olga, Counts(m=12))
    visit("2027-02-11", workshop, olga)  # not recorded: neither its places nor its class
    on("2027-02-12", workshop)  # empty
    on("2027-02-10", workshop, state="cancelled")
    visit("2027-02-16", workshop, olga, Counts(m=5))  # this week: 24 were booked
    visit("2027-02-18", workshop, olga)
    weeks = {week.monday: week for week in year(olga).weeks}
    before, this = weeks[date(2027, 2, 8)], weeks[date(2027, 2, 15)]
    assert (before.places, before.percent, before.to_come) == (Places(60, 12), 20, False)
    assert (this.places, this.percent, this.runs) == (Places(60, 48), 80, True)
    assert weeks[date(2027, 2, 1)].percent is None
    assert len(weeks) == 12


def test_more_may_come_than_there_are_places(partner, olga, workshop):
    visit("2027-02-09", workshop, olga, Counts(m=48))
    chart = drawn(year(olga).weeks)
    (bar,) = [bar for bar in chart.bars if bar.week.percent]
    assert bar.week.percent == 160
    assert bar.height <= 176
    assert [percent for percent, _y in chart.lines] == [0, 50, 100, 150, 200]


@pytest.fixture
def dates_of_all_kinds(partner, olga, workshop):
    """Two that count with 29 of 60 places, one of them shared, one empty; and four that do not."""
    shared = on("2027-02-09", workshop, max_groups=3)
    for group, counts in (("7a", Counts(m=12)), ("7b", Counts(f=17))):
        booking = make_booking(shared, at=shared.book_from + timedelta(days=1), pupils=10, group_name=group)
        rules.attend(booking, counts, by=Actor.person(olga), now=shared.ends_at)
    on("2027-01-12", workshop)  # empty
    half = on("2027-02-10", workshop, max_groups=3)  # one of its groups is not recorded
    for group in ("7a", "7b"):
        booking = make_booking(half, at=half.book_from + timedelta(days=1), pupils=10, group_name=group)
    rules.attend(booking, Counts(m=4), by=Actor.person(olga), now=half.ends_at)
    on("2027-02-11", workshop, state="cancelled")
    on("2027-04-11", workshop)
    visit("2026-05-05", workshop, olga, Counts(m=7))  # last school year


def test_the_places_used_are_one_figure_on_all_pages_in_all_files_and_by_its_definition(
    client, olga, dates_of_all_kinds
):
    wanted, asked = Places(60, 29), {"from": "2026-08-01", "to": "2027-07-31"}
    found = year(olga)
    assert (found.places, found.places.whole, found.present) == (wanted, 48, 33)
    assert [week.places for week in found.weeks if week.places.offered] == [Places(30, 29), Places(30, 0)][::-1]

    page = client.get("/organise/reports/", asked)
    assert page.context["report"]["places"] == {"offered": 60, "used": 29, "percent": 48.33}
    assert re.search(r"48 %</span><span[^>]*>Angebotene Plätze genutzt, 29 von 60 Plätzen", page.content.decode())

    sheet = load_workbook(io.BytesIO(b"".join(client.get("/organise/reports/participation.xlsx", asked)))).worksheets[0]
    total = dict(zip([cell.value for cell in sheet[1]], [cell.value for cell in sheet[sheet.max_row]], strict=True))
    assert (total["places_offered"], total["places_used"], total["places_percent"]) == (60, 29, 48.33)
    csv = b"".join(client.get("/organise/reports/participation.csv", asked)).decode("utf-8-sig").splitlines()
    (line,) = [line for line in csv if line.startswith("total;")]
    assert dict(zip(csv[0].split(";"), line.split(";"), strict=True))["places_percent"] == "48,33"
    paper = PdfReader(io.BytesIO(client.get("/organise/reports/participation.pdf", asked).content))
    assert "48,33 % (29 von 60 Plätzen)" in "".join(one.extract_text() for one in paper.pages)

    (definition,) = [one for one in DEFINITIONS if one.key == "utilisation"]
    with connection.cursor() as cursor:
        cursor.execute(definition.query, {"first": date(2026, 8, 1), "last": date(2027, 7, 31), "now": NOON})
        assert float(cursor.fetchone()[0]) == 48.33


def test_the_places_of_a_date_are_no_part_of_a_school_or_a_class(client, olga, dates_of_all_kinds):
    page = client.get("/organise/reports/", {"from": "2026-08-01", "to": "2027-07-31", "grade": "7"})
    assert page.context["report"]["places"] is None
    assert "Angebotene Plätze" not in page.content.decode()


def test_the_list_behind_the_places_used_says_the_same(client, olga, dates_of_all_kinds):
    text = client.get("/organise/").content.decode()
    link = html.unescape(re.search(r'href="([^"]+state=counted[^"]*)"', text).group(1))
    page = client.get(link)
    assert page.context["places"] == Places(60, 29)
    assert [slot.came for slot in page.context["page"]] == [29, 0]
    assert "29 von 60 Plätzen" in page.content.decode()
    assert client.get("/organise/slots/?state=counted").context["places"] == Places(90, 36)
    assert client.get("/organise/slots/?state=counted&since=%00").status_code == 200


def test_nothing_of_other_houses_is_counted_but_for_the_network(partner, olga, workshop, django_user_model):
    elsewhere = make_workshop(make_partner("museum"), capacity=30)
    nina = django_user_model.objects.create_user("nina@demo.example", is_network_admin=True)
    visit("2027-02-09", elsewhere, nina, Counts(m=12))
    assert (year(olga).present, year(olga).schools) == (0, 0)
    assert year(nina).present == 12


def test_every_number_leads_to_its_list_and_the_list_says_the_same(client, partner, olga, workshop):
    visit("2027-02-09", workshop, olga, Counts(f=5, m=12, adults=2))
    visit("2026-02-10", workshop, olga, Counts(m=7))
    booking = make_booking(on("2027-03-23", make_workshop(partner, booking_mode="request")), pupils=21)
    rules.decline(booking, by=Actor.person(olga), now=timezone.now(), reason="full")
    text = client.get("/organise/").content.decode()
    listed = re.search(r'<ul class="card card-body figures">.*?</ul>', text, re.DOTALL).group()
    links = [html.unescape(link) for link in re.findall(r'href="([^"]+)"', listed)]
    assert len(links) == 5
    pages = [client.get(link) for link in links]
    assert {page.status_code for page in pages} == {200}
    assert pages[1].context["sums"] == {"rows": 1, "present": 17, "grown": 2, "away": 0}
    assert pages[2].context["page"].paginator.count == 1
    assert pages[3].context["sums"] == {"rows": 1, "present": 0, "grown": 0, "away": 21}  # though its day is to come


def test_each_task_that_is_there_twice_leads_to_a_list_of_just_these(client, olga, workshop):
    """Nobody leads, two that may not be on, two that were explained, two queues with room, two addresses that fail."""
    make_slot(workshop, starts_at=NOON + timedelta(days=30))  # nobody leads it, but nobody comes
    weeks = [timedelta(weeks=number) for number in range(10)]
    unsure, failing = (
        [make_booking(make_slot(workshop, starts_at=NOON + week)) for week in some] for some in (weeks[4:6], weeks[6:8])
    )
    Booking.objects.filter(pk__in=[one.pk for one in unsure]).update(reconfirm_step="overdue")
    for one in failing:
        Booking.objects.filter(pk=one.pk).update(contact_email=f"{one.reference}@gone.example")
        Bounce.objects.create(address=f"{one.reference}@gone.example".lower(), reason="gone", at=NOON)
    for day in ("2027-02-09", "2027-02-10"):
        missed = visit(day, workshop, olga, Counts(no_show=True))
        rules.explain_missed(missed, "Der Bus.", by=Actor.person(missed.owner), now=timezone.now())
    freed = [make_slot(workshop, starts_at=NOON + week, groups_waiting=1) for week in weeks[8:]]

    text = client.get("/organise/").content.decode()
    links = [html.unescape(link) for link in re.findall(r'href="([^"]+[?&]task=[^"]+|[^"]+task=[^"]+)"', text)]

    found = {link.rpartition("task=")[2]: {slot.pk for slot in client.get(link).context["page"]} for link in links}
    explained = {one.slot_id for one in Booking.objects.explained()}
    assert found == {
        "unstaffed": {one.slot_id for one in unsure + failing},
        "unanswered": {one.slot_id for one in unsure},
        "explained": explained,
        "freed": {slot.pk for slot in freed},
        "unreachable": {one.slot_id for one in failing},
    }
    assert len(explained) == 2
    listed = client.get("/organise/slots/?task=unanswered").content.decode()
    assert "Bei 2 Besuchen fehlt die Antwort" in listed
    assert 'name="task"' not in listed  # who chooses anew asks something else
    assert len(client.get("/organise/slots/?task=x").context["page"]) == len({*found["unstaffed"], *found["freed"]}) + 1


def test_an_offer_that_runs_out_is_told(client, partner, olga, workshop):
    slot = on("2027-04-13", workshop)
    first = make_booking(slot, pupils=28)
    make_booking(slot, pupils=20, group_name="8a")
    rules.cancel(first, by=Actor.person(first.owner), now=timezone.now())
    offered = Booking.objects.get(group_name="8a")
    assert offered.state == "offered"
    assert client.get("/organise/").context["ending_count"] == 0
    with time_machine.travel(offered.offer_expires_at - timedelta(hours=5), tick=False):
        answered = client.get("/organise/")
    assert answered.context["ending_count"] == 1
    assert f"/organise/bookings/{offered.reference}/" in answered.content.decode()


def test_more_visits_cost_no_more_questions(partner, olga, workshop):
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            figures.count(olga, date(2026, 8, 1), date(2027, 7, 31), timezone.now())
        return len(asked)

    visit("2027-02-09", workshop, olga, Counts(m=12))
    one = questions()
    for day in ("2027-02-02", "2027-01-26", "2027-02-10"):
        visit(day, workshop, olga, Counts(m=12))
    assert questions() == one == 11


@pytest.mark.parametrize("query", ["?status=x", "?house=%00", "?from=%00", "?page=99", "?to=0001-01-01"])
def test_odd_addresses_of_the_list_still_show_a_page(client, olga, query):
    assert client.get(f"/organise/reports/visits/{query}").status_code == 200


def test_the_list_is_also_a_file(client, partner, olga, workshop):
    visit("2027-02-09", workshop, olga, Counts(m=12))
    visit("2027-01-12", workshop, olga, Counts(no_show=True))
    text = html.unescape(client.get("/organise/reports/visits/", {"from": "2027-01-01"}).content.decode())
    link = re.search(r'href="(/organise/reports/visits\.csv[^"]+)"', text).group(1)
    lines = b"".join(client.get(link).streaming_content).decode().splitlines()
    assert len(lines) == 3


def test_the_months_stand_one_beside_the_other_and_add_up(client, partner, olga, workshop):
    visit("2026-11-03", workshop, olga, Counts(f=4, m=3))
    visit("2027-02-09", workshop, olga, Counts(f=5, m=12, d=1, unknown=2))
    visit("2026-05-05", workshop, olga, Counts(m=7))  # last school year
    months = client.get("/organise/").context["months"]
    assert [(row["key"], row["participations"]["total"]) for row in months["report"]["rows"]] == [
        ("2026-11", 7),
        ("2027-02", 20),
    ]
    assert [piece.colour for piece in months["chart"].bars[1].pieces] == ["c1", "c2", "c3", "c4"]


def test_the_month_alone_counts_its_own_visits(client, partner, olga, workshop):
    school = make_school()
    visit("2026-11-03", workshop, olga, Counts(f=4, m=3), school=school)
    visit("2027-02-09", workshop, olga, Counts(f=5), school=school)
    visit("2026-02-10", workshop, olga, Counts(m=6))
    visit("2026-02-18", workshop, olga, Counts(m=5))  # later in the month
    found = client.get("/organise/?period=month").context["year"]
    assert (found.since, found.present, found.before, found.schools, found.new_schools) == (
        date(2027, 2, 1), 5, 6, 1, 0,
    )  # fmt: skip
    assert client.get("/organise/?period=%00").context["year"].since == date(2026, 8, 1)


def test_the_small_map_says_where_nobody_ever_was(client, partner, olga, workshop):
    here, there = ({"lat": 51.1, "lon": lon} for lon in (14.6, 14.9))
    long_ago, never = make_school("Lange her", **here), make_school("Nie", **there)
    visit("2024-02-06", workshop, olga, Counts(m=7), school=long_ago)
    answered = client.get("/organise/")
    reach = answered.context["reach"]
    assert (reach.reached, reach.never) == (1, 1)
    link = re.search(r'href="([^"]+show=never)"', answered.content.decode()).group(1)
    assert [spot.name for spot in client.get(link).context["page"]] == [never.name]


def test_the_first_page_asks_the_same_however_much_there_is(client, partner, olga, workshop):
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/organise/")
        return len(asked)

    visit("2027-02-09", workshop, olga, Counts(m=12))
    one = questions()
    for number, day in enumerate(("2026-12-01", "2027-01-26", "2027-02-10")):
        visit(day, workshop, olga, Counts(m=12), school=make_school(f"Schule {number}"))
    assert questions() == one
