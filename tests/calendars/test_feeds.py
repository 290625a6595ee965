from __future__ import annotations

import gzip
import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import ics
import pytest
import vobject
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.db import connection
from django.db.models import F
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from accounts.actor import Actor
from booking import planning, rules
from booking.calendars import addresses
from booking.houses import offering, places
from booking.models import Booking, Feed
from schools.models import School
from tests.factories import (
    in_days,
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
from workshops.models import Assignment, Slot

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def slot():
    partner = make_partner(phone="03583 000 000")
    venue = make_venue(partner, street="Musterstraße 1", lat=50.9, lon=14.8, directions="Haupteingang")
    workshop = make_workshop(partner, title="3D-Druck: vom CAD zum Schlüsselanhänger", venue=venue)
    return make_slot(workshop, setup_minutes=30, teardown_minutes=15)


@pytest.fixture
def tom(slot):
    trainer = make_trainer(slot.workshop.partner, "tom")
    make_assignment(slot, trainer)
    return trainer


@pytest.fixture
def booking(slot):
    return make_booking(slot, make_user("ada"), school=make_school("Oberschule Löbau"))


def feed_of(user, kind, **extra):
    return Feed.objects.create(user=user, kind=kind, **extra)


def fetch(client, feed, **headers):
    return client.get(f"/calendars/{feed.kind}/{feed.token}.ics", headers=headers)


def events(response):
    return {str(event["UID"]): event for event in Calendar.from_ical(response.content).walk("VEVENT")}


def test_a_trainer_sees_who_comes_and_whom_to_call(client, slot, tom, booking):
    feed = feed_of(tom.user, "trainer")

    event = events(fetch(client, feed))[f"slot-{slot.uuid}@lernort.invalid"]

    assert event["SUMMARY"] == "3D-Druck · 7b Oberschule Löbau · 24"
    assert event["LOCATION"] == "Schülerlabor, Musterstraße 1, Zittau"
    assert "0170 0000000" in event["DESCRIPTION"]
    assert event["DTSTART"].dt == slot.starts_at
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert event["STATUS"] == "CONFIRMED"
    assert event.walk("VALARM")[0]["TRIGGER"].dt == timedelta(hours=-1)


def test_set_up_and_tear_down_are_events_that_block_nothing(client, slot, tom):
    found = events(fetch(client, feed_of(tom.user, "trainer")))

    setup = found[f"slot-{slot.uuid}-setup@lernort.invalid"]
    assert setup["DTEND"].dt == slot.starts_at
    assert setup["DTEND"].dt - setup["DTSTART"].dt == timedelta(minutes=30)
    assert {str(found[uid]["TRANSP"]) for uid in found if "-setup" in uid or "-teardown" in uid} == {"TRANSPARENT"}


def test_where_the_team_drives_the_way_stands_beside_the_date_and_what_to_take_along_in_it(client):
    workshop = make_workshop(format="mobile", travel_minutes=90, kit={"de": "Sechs Roboter\nKabeltrommel"})
    slot, tom = make_slot(workshop, setup_minutes=30), make_trainer(workshop.partner, "tom")
    make_assignment(slot, tom)

    found = events(fetch(client, feed_of(tom.user, "trainer")))

    there, back = (found[f"slot-{slot.uuid}-{part}@lernort.invalid"] for part in ("there", "back"))
    assert there["DTEND"].dt == found[f"slot-{slot.uuid}-setup@lernort.invalid"]["DTSTART"].dt
    assert there["DTEND"].dt - there["DTSTART"].dt == timedelta(minutes=45)
    assert (back["DTSTART"].dt, back["TRANSP"]) == (slot.ends_at, "TRANSPARENT")
    assert "Mitnehmen: Sechs Roboter, Kabeltrommel" in found[f"slot-{slot.uuid}@lernort.invalid"]["DESCRIPTION"]


def test_no_sequence_falls_when_an_offer_stays_at_home_or_goes_out(client):
    partner = make_partner()
    workshop = make_workshop(partner, format="mobile")
    slot, olga = make_slot(workshop), make_organiser(partner)
    for name in ("7a", "7b"):  # each raises the version of the date
        cancelled = make_booking(slot, group_name=name)
        rules.cancel(cancelled, by=Actor.person(olga), now=timezone.now(), reason="ill")
    feed, seen = feed_of(olga, "partner", partner=partner), []
    for place in ({}, {"format": "visit", "venue": make_venue(partner)}, {"format": "mobile", "venue": None}):
        if place:
            workshop.refresh_from_db()
            offering.edit(workshop, place, [], version=workshop.version, by=Actor.person(olga), now=timezone.now())
        seen.append(events(fetch(client, feed))[f"slot-{slot.uuid}@lernort.invalid"]["SEQUENCE"])
    assert seen[0] < seen[1] <= seen[2]


@pytest.mark.parametrize(("said", "rises"), [({"street": "Neue Gasse 2"}, True), ({"directions": "Hof"}, False)])
def test_whoever_gives_a_place_another_address_raises_the_sequence_of_what_is_to_come(
    client, slot, tom, booking, said, rises
):
    gone = make_booking(slot, booking.owner, group_name="9a", school=booking.school)
    rules.cancel(gone, by=Actor.person(booking.owner), now=timezone.now())
    gone = Booking.objects.get(pk=gone.pk)
    addresses = [address_of(kind, slot, tom, booking) for kind in ("public", "trainer", "teacher")]

    names = {f"slot-{slot.uuid}@lernort.invalid", f"booking-{booking.uuid}@lernort.invalid"}

    def shown():
        found = [one for address in addresses for name, one in events(client.get(address)).items() if name in names]
        return [(event["SEQUENCE"], str(event.get("LOCATION"))) for event in found]

    before = shown()
    venue = slot.venue
    values = {name: getattr(venue, name) for name in places.COLUMNS} | said
    olga = Actor.person(make_organiser(venue.partner))
    places.edit(venue, values, version=venue.version, by=olga, now=timezone.now())

    assert [new > old for (new, _place), (old, _former) in zip(shown(), before, strict=True)] == [rises] * 3
    assert all(("Neue Gasse" in place) == rises for _number, place in shown())
    known = Booking.objects.get(pk=gone.pk)
    assert (known.sequence, known.updated_at) == (gone.sequence, gone.updated_at)


def test_without_contact_there_is_no_person_in_it(client, tom, booking):
    text = fetch(client, feed_of(tom.user, "trainer", level="no_contact")).content.decode()

    assert "Oberschule" in text
    assert "0170" not in text
    assert "Ada" not in text


def test_busy_tells_only_when(client, slot, tom, booking):
    response = fetch(client, feed_of(tom.user, "trainer", level="busy"))

    event = events(response)[f"slot-{slot.uuid}@lernort.invalid"]
    assert event["SUMMARY"] == "Busy"
    assert event["CLASS"] == "PRIVATE"
    assert not {"DESCRIPTION", "LOCATION", "GEO", "URL", "CATEGORIES"} & set(event)
    assert "3D-Druck" not in response.content.decode().split("BEGIN:VEVENT", 1)[1]


def test_a_teacher_sees_own_bookings_an_office_those_of_its_school(client, booking):
    office = make_office(booking.school)
    make_booking(make_slot(), school=booking.school, group_name="8a")
    mine = feed_of(booking.owner, "teacher")
    ours = feed_of(office, "school", school=booking.school)

    assert set(events(fetch(client, mine))) == {f"booking-{booking.uuid}@lernort.invalid"}
    assert len(events(fetch(client, ours))) == 2


def test_an_organiser_sees_the_dates_of_the_partner(client, slot, tom, booking):
    olga = make_organiser(slot.workshop.partner)
    make_slot()

    (event,) = events(fetch(client, feed_of(olga, "partner", partner=slot.workshop.partner))).values()

    assert "Tom" in event["DESCRIPTION"]
    assert not event.walk("VALARM")


@pytest.mark.parametrize(
    ("state", "status", "transp"),
    [
        ("requested", "TENTATIVE", "OPAQUE"),
        ("waitlisted", "TENTATIVE", "TRANSPARENT"),
        ("confirmed", "CONFIRMED", "OPAQUE"),
    ],
)
def test_the_status_of_a_visit(client, state, status, transp):
    slot = make_slot(make_workshop(booking_mode="request" if state == "requested" else "instant"))
    if state == "waitlisted":
        make_booking(slot, group_name="8a")
    booking = make_booking(slot)
    assert booking.state == state

    (event,) = events(fetch(client, feed_of(booking.owner, "teacher"))).values()
    assert (event["STATUS"], event["TRANSP"]) == (status, transp)


def test_a_cancelled_visit_stays_as_cancelled_for_a_month(client, booking, time_machine):
    feed = feed_of(booking.owner, "teacher")
    (before,) = events(fetch(client, feed)).values()
    rules.cancel(booking, by=Actor.person(booking.owner), now=timezone.now())

    (after,) = events(fetch(client, feed)).values()
    assert after["STATUS"] == "CANCELLED"
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["UID"] == before["UID"]

    time_machine.move_to(timezone.now() + timedelta(days=32))
    assert events(fetch(client, feed)) == {}


def test_a_visit_that_left_the_calendar_does_not_come_back_when_its_date_moves(client, slot, booking):
    feed, olga = feed_of(booking.owner, "teacher"), make_organiser(slot.workshop.partner)
    rules.cancel(booking, by=Actor.person(booking.owner), now=timezone.now() - timedelta(days=32))
    assert events(fetch(client, feed)) == {}

    start = slot.starts_at + timedelta(days=7)
    times = {"starts_at": start, "ends_at": start + timedelta(hours=3)}
    planning.change_slot(slot, times, by=Actor.person(olga), now=timezone.now())

    assert events(fetch(client, feed)) == {}


def test_a_trainer_sees_a_date_go(client, slot, tom):
    olga = make_organiser(slot.workshop.partner)
    planning.cancel_slot(slot, by=Actor.person(olga), now=timezone.now(), reason="ill")

    event = events(fetch(client, feed_of(tom.user, "trainer")))[f"slot-{slot.uuid}@lernort.invalid"]
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)


def take_out(slot, tom):
    planning.assign(slot, [], by=Actor.person(make_organiser(slot.workshop.partner)), now=timezone.now())


def say_no(slot, tom):
    planning.answer(slot.assignments.get(), comes=False, by=Actor.person(tom.user), now=timezone.now())


@pytest.mark.parametrize("leave", [take_out, say_no])
def test_who_does_not_lead_a_date_any_more_sees_it_go_for_a_month(client, slot, tom, booking, leave, time_machine):
    feed, uid = feed_of(tom.user, "trainer"), f"slot-{slot.uuid}@lernort.invalid"
    first = fetch(client, feed)
    before = events(first)[uid]
    leave(slot, tom)
    again = fetch(client, feed, if_none_match=first["ETag"])

    after = events(again)[uid]
    assert again.status_code == 200
    assert (before["STATUS"], after["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["DTSTART"].dt == before["DTSTART"].dt
    assert {str(one["STATUS"]) for one in events(again).values()} == {"CANCELLED"}  # set-up and tear-down go, too
    text = again.content.decode()
    assert "VALARM" not in text
    assert not re.search(r"\b7b\b|Löbau|0170|/trainer/slots/", text)

    time_machine.move_to(timezone.now() + timedelta(days=29))
    stays = fetch(client, feed)
    assert uid in events(stays)
    time_machine.move_to(timezone.now() + timedelta(days=3))
    gone = fetch(client, feed, if_none_match=stays["ETag"])
    assert gone.status_code == 200
    assert events(gone) == {}


def test_who_leads_a_date_again_has_it_back(client, slot, tom):
    feed, uid = feed_of(tom.user, "trainer"), f"slot-{slot.uuid}@lernort.invalid"
    olga = Actor.person(make_organiser(slot.workshop.partner))
    planning.assign(slot, [], by=olga, now=timezone.now())
    went = fetch(client, feed)
    planning.assign(slot, [(tom, "lead")], by=olga, now=timezone.now())
    back = fetch(client, feed, if_none_match=went["ETag"])

    assert str(events(back)[uid]["STATUS"]) == "CONFIRMED"
    assert events(back)[uid]["SEQUENCE"] > events(went)[uid]["SEQUENCE"]


def test_who_only_was_asked_sees_nothing_come_or_go(client, slot):
    tim, now = make_trainer(slot.workshop.partner, "tim"), timezone.now()
    planning.ask(slot, [tim], "lead", by=Actor.person(make_organiser(slot.workshop.partner)), now=now)
    planning.answer(slot.assignments.get(trainer=tim), comes=False, by=Actor.person(tim.user), now=now)

    assert events(fetch(client, feed_of(tim.user, "trainer"))) == {}


def test_dates_that_somebody_left_cost_no_query_each(client, slot, tom, booking, count_queries):
    address = address_of("trainer", slot, tom, booking)
    left = {"state": "withdrawn", "ended_at": timezone.now()}
    multiply(slot, tom, booking, 3)
    Assignment.objects.exclude(slot=slot).update(**left)
    fetched = len(count_queries(address))
    multiply(slot, tom, booking, 150)
    Assignment.objects.exclude(slot=slot).update(**left)
    Feed.objects.update(last_fetched_at=None)

    assert len(count_queries(address)) == fetched
    assert len(events(client.get(address))) > 150


def test_the_window_is_90_days_back_and_400_ahead(client, slot, tom):
    for days in (-91, -89, 399, 401):
        make_assignment(make_slot(slot.workshop, starts_at=in_days(days)), tom)

    found = events(fetch(client, feed_of(tom.user, "trainer")))
    assert len(found) == 3 + 2  # with the set-up and tear-down of the one in the middle


@pytest.mark.parametrize("day", ["2027-03-26", "2027-03-29", "2027-10-29", "2027-11-02"])
def test_all_readers_find_the_same_local_time_on_both_sides_of_a_clock_change(client, day, time_machine):
    time_machine.move_to(datetime(2027, 3, 1, 12, tzinfo=BERLIN))
    at = datetime.fromisoformat(f"{day}T08:00").replace(tzinfo=BERLIN)
    booking = make_booking(make_slot(starts_at=at))

    text = fetch(client, feed_of(booking.owner, "teacher")).content.decode()

    (one,) = Calendar.from_ical(text).walk("VEVENT")
    two = vobject.readOne(text).vevent
    (three,) = ics.Calendar(text).events
    assert one["DTSTART"].dt == two.dtstart.value == three.begin.datetime == at
    assert {str(one["UID"]), two.uid.value, three.uid} == {f"booking-{booking.uuid}@lernort.invalid"}
    assert {str(one["SUMMARY"]), two.summary.value, three.name} == {str(one["SUMMARY"])}


NASTY = 'Ł\u00f3dź; "7b", 🦊\\n\\, Kito Hórnik'


def test_what_people_type_cannot_begin_a_property_and_survives_whole(client):
    workshop = make_workshop(title=f"{NASTY}\nATTENDEE:mailto:evil@example.org")
    booking = make_booking(make_slot(workshop), group_name="ž" * 40, note="note")

    text = fetch(client, feed_of(booking.owner, "teacher")).content

    (one,) = Calendar.from_ical(text).walk("VEVENT")
    assert str(one["SUMMARY"]).startswith(NASTY)
    assert "ATTENDEE" not in one
    assert vobject.readOne(text.decode()).vevent.summary.value == str(one["SUMMARY"])
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    assert b"\n" not in text.replace(b"\r\n", b"")


def test_the_bytes_are_those_that_icalendar_would_write(client, slot, tom, booking):
    for level in ("full", "busy"):
        text = fetch(client, feed_of(tom.user, "trainer", level=level)).content
        rules = (b"BYMONTH=3;BYDAY=-1SU", b"BYDAY=-1SU;BYMONTH=3"), (b"BYMONTH=10;BYDAY=-1SU", b"BYDAY=-1SU;BYMONTH=10")
        for ours, theirs in rules:
            text = text.replace(ours, theirs)
        assert Calendar.from_ical(text).to_ical(sorted=False) == text


def test_a_calendar_says_who_it_is(client, tom):
    feed = feed_of(tom.user, "trainer")
    calendar = Calendar.from_ical(fetch(client, feed).content)

    assert calendar["VERSION"] == "2.0"
    assert calendar["NAME"] == calendar["X-WR-CALNAME"] == "Workshops · Tom"
    assert calendar["SOURCE"] == f"http://testserver/calendars/trainer/{feed.token}.ics"
    assert calendar["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"
    assert "METHOD" not in calendar


@pytest.mark.parametrize(("language", "name"), [("de", "Besuche: Lernort"), ("en", "Visits to Lernort")])
def test_a_calendar_is_called_as_its_owner_speaks(client, settings, language, name):
    settings.NETWORK_NAME = "Lernort"
    feed = feed_of(make_user("ada", language=language), "teacher")

    response = client.get(f"/calendars/teacher/{feed.token}.ics", headers={"accept-language": "pl"})
    assert Calendar.from_ical(response.content)["X-WR-CALNAME"] == name


@pytest.mark.parametrize("kind", ["teacher", "school", "trainer", "partner"])
def test_the_view_of_a_month_says_what_who_and_how_many(client, kind, slot, tom, booking):
    found = events(client.get(address_of(kind, slot, tom, booking)))

    assert "3D-Druck · 7b Oberschule Löbau · 24" in [str(event["SUMMARY"]) for event in found.values()]


def test_nothing_new_is_said_with_two_queries_and_nothing_is_built(client, tom, booking, django_assert_num_queries):
    feed = feed_of(tom.user, "trainer")
    first = fetch(client, feed)

    with django_assert_num_queries(2):
        again = fetch(client, feed, if_none_match=first["ETag"])

    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    with django_assert_num_queries(3):  # by time alone it must be known, too, when the bytes were written
        since = fetch(client, feed, if_modified_since=first["Last-Modified"])
    assert (since.status_code, since.content) == (304, b"")


def test_the_same_data_give_the_same_bytes_and_a_change_another_etag(client, tom, booking):
    feed = feed_of(tom.user, "trainer")
    first, second = fetch(client, feed), fetch(client, feed)
    rules.resize(booking, 22, by=Actor.person(booking.owner), now=timezone.now())
    third = fetch(client, feed, if_none_match=first["ETag"])

    assert (first["ETag"], first.content) == (second["ETag"], second.content)
    assert third.status_code == 200
    assert third["ETag"] != first["ETag"]
    assert "· 22" in third.content.decode().replace("\r\n ", "")


@pytest.mark.parametrize("thing", ["workshop", "venue", "school", "trainer"])
def test_the_etag_knows_of_everything_that_is_shown(client, slot, tom, booking, thing):
    feed = feed_of(tom.user, "trainer")
    first = fetch(client, feed)
    row = {"workshop": slot.workshop, "venue": slot.venue, "school": booking.school, "trainer": tom}[thing]
    type(row).objects.filter(pk=row.pk).update(version=row.version + 1)

    assert fetch(client, feed, if_none_match=first["ETag"]).status_code == 200


def test_a_feed_is_compressed_where_asked_and_leaves_no_cookie(client, tom, booking):
    feed = feed_of(tom.user, "trainer")
    plain, zipped = fetch(client, feed), fetch(client, feed, accept_encoding="gzip, deflate")

    assert gzip.decompress(zipped.content) == plain.content
    assert zipped["Content-Encoding"] == "gzip"
    assert zipped["ETag"] != plain["ETag"]
    assert fetch(client, feed, accept_encoding="gzip", if_none_match=zipped["ETag"]).status_code == 304
    assert plain["Content-Type"] == "text/calendar; charset=utf-8"
    assert plain["Cache-Control"] == "private, max-age=300"
    assert plain["Referrer-Policy"] == "no-referrer"
    assert plain["Content-Disposition"] == "inline; filename=trainer.ics"
    assert not plain.cookies


def test_head_is_answered_like_get(client, tom):
    feed = feed_of(tom.user, "trainer")
    address = f"/calendars/trainer/{feed.token}.ics"

    assert client.head(address)["ETag"] == client.get(address)["ETag"]


@pytest.mark.parametrize("address", ["/calendars/trainer/wrong.ics", "/calendars/public.ics"])
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_a_program_that_writes_hears_what_it_may(address, method):
    refused = getattr(Client(enforce_csrf_checks=True), method)(address)

    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD")
    assert refused["Referrer-Policy"] == "no-referrer"


def test_head_has_the_length_and_no_body(client, tom):
    request = RequestFactory().head(f"/calendars/trainer/{feed_of(tom.user, 'trainer').token}.ics")
    handler = BaseHandler()
    handler.load_middleware()
    answer = handler.get_response(request)

    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer["Content-Length"]) > 500


def test_a_reset_or_foreign_address_is_gone(client, tom):
    feed = feed_of(tom.user, "trainer")
    old = feed.token
    feed.token = "another"
    feed.save()

    assert client.get(f"/calendars/trainer/{old}.ics").status_code == 404
    assert client.get("/calendars/teacher/another.ics").status_code == 404
    assert client.get("/calendars/trainer/another.ics").status_code == 200
    assert client.get(f"/calendars/trainer/{old}.ics")["Referrer-Policy"] == "no-referrer"
    assert client.get(f"/calendars/trainer/{old}")["Referrer-Policy"] == "no-referrer"


def test_a_feed_dies_with_the_role(client, slot, booking):
    olga = make_organiser(slot.workshop.partner)
    office = make_office(booking.school)
    partner = feed_of(olga, "partner", partner=slot.workshop.partner)
    school = feed_of(office, "school", school=booking.school)
    assert [fetch(client, feed).status_code for feed in (partner, school)] == [200, 200]

    olga.partner_roles.all().delete()
    office.memberships.update(state="refused")

    assert [fetch(client, feed).status_code for feed in (partner, school)] == [404, 404]


def test_when_a_feed_was_fetched_is_known_to_the_day(client, tom, django_assert_num_queries):
    feed = feed_of(tom.user, "trainer")
    fetch(client, feed)
    feed.refresh_from_db()
    first = feed.last_fetched_at

    fetch(client, feed)
    feed.refresh_from_db()
    assert first is not None
    assert feed.last_fetched_at == first


@pytest.mark.parametrize("kind", ["trainer", "partner", "teacher", "school", "public"])
def test_a_thousand_events_cost_as_many_queries_as_ten(client, kind, slot, tom, booking, count_queries):
    address = address_of(kind, slot, tom, booking)
    multiply(slot, tom, booking, 10)
    fetched = len(count_queries(address))
    multiply(slot, tom, booking, 1_000)
    Feed.objects.update(last_fetched_at=None)

    assert len(count_queries(address)) == fetched
    assert len(events(client.get(address))) > 1_000


@pytest.fixture
def count_queries(client):
    def fetching(address):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return queries.captured_queries

    return fetching


def multiply(slot, trainer, booking, count):
    """As many more dates, each with the trainer and the class."""
    first, length = in_days(50 if count < 100 else 60), slot.ends_at - slot.starts_at
    at = [first + timedelta(hours=4 * step) for step in range(count)]
    facts = {
        field.attname: getattr(slot, field.attname)
        for field in slot._meta.concrete_fields
        if field.name not in {"id", "uuid", "link_key"}
    }
    slots = Slot.objects.bulk_create(
        Slot(**facts | {"starts_at": one, "ends_at": one + length, "book_until": one}) for one in at
    )
    Assignment.objects.bulk_create(Assignment(slot=one, trainer=trainer, during=one.during) for one in slots)
    facts = {
        field.attname: getattr(booking, field.attname)
        for field in booking._meta.concrete_fields
        if field.name not in {"id", "uuid", "reference", "slot"}
    }
    Booking.objects.bulk_create(Booking(**facts, slot=one) for one in slots)


@pytest.mark.parametrize("kind", ["trainer", "partner", "teacher", "school", "public"])
def test_nothing_new_is_said_with_two_queries_by_every_feed(
    client, kind, slot, tom, booking, django_assert_max_num_queries
):
    address = address_of(kind, slot, tom, booking)
    etag = client.get(address)["ETag"]

    with django_assert_max_num_queries(2):
        again = client.get(address, headers={"if-none-match": etag})

    assert (again.status_code, again.content) == (304, b"")


def address_of(kind, slot, trainer, booking):
    if kind == "public":
        return "/calendars/public.ics"
    partner = slot.workshop.partner
    user, scope = {
        "trainer": lambda: (trainer.user, {}),
        "partner": lambda: (make_organiser(partner), {"partner": partner}),
        "teacher": lambda: (booking.owner, {}),
        "school": lambda: (make_office(booking.school), {"school": booking.school}),
    }[kind]()
    return f"/calendars/{kind}/{feed_of(user, kind, **scope).token}.ics"


def test_who_asks_by_time_alone_hears_of_a_new_name_too(client, slot, tom, booking, time_machine):
    feed = feed_of(tom.user, "trainer")
    first = fetch(client, feed)
    time_machine.move_to(timezone.now() + timedelta(seconds=5))
    School.objects.filter(pk=booking.school_id).update(name="Gymnasium Löbau", version=F("version") + 1)

    renamed = fetch(client, feed, if_modified_since=first["Last-Modified"])

    assert renamed.status_code == 200
    assert "Gymnasium" in renamed.content.decode().replace("\r\n ", "")
    assert fetch(client, feed, if_modified_since=renamed["Last-Modified"]).status_code == 304


def test_everybody_sees_within_one_request_that_places_went(client, slot):
    first = client.get("/calendars/public.ics")
    make_booking(slot, pupils=20)

    second = client.get("/calendars/public.ics", headers={"if-none-match": first["ETag"]})

    assert (second.status_code, second["ETag"] == first["ETag"]) == (200, False)
    assert second.content != first.content


def test_a_wrong_and_a_reset_address_are_asked_alike(client, tom, django_assert_num_queries):
    feed = feed_of(tom.user, "trainer")
    old = feed.token
    addresses.reset(tom.user, "trainer")

    for token in (old, "x" * 32):
        with django_assert_num_queries(1):
            assert client.get(f"/calendars/trainer/{token}.ics").status_code == 404


def test_everybody_sees_the_listed_dates_and_nobody_who_comes(client, slot, booking):
    make_slot(listed=False)

    response = client.get("/calendars/public.ics")

    (event,) = events(response).values()
    assert event["UID"] == f"slot-{slot.uuid}@lernort.invalid"
    assert "Löbau" not in response.content.decode()
    assert response["Cache-Control"] == "public, max-age=300"


def test_nobody_reads_of_free_places_where_booking_is_over(client, slot, time_machine):
    wish = make_slot(slot.workshop, booking_mode="wish")

    def said():
        found = events(client.get("/calendars/public.ics"))
        return ["frei" in found[f"slot-{one.uuid}@lernort.invalid"]["DESCRIPTION"] for one in (slot, wish)]

    assert said() == [True, False]
    time_machine.move_to(slot.book_until + timedelta(days=1))
    assert said() == [False, False]


def test_the_public_calendar_takes_the_filters_of_the_dates(client, slot):
    other = make_slot()

    found = events(client.get("/calendars/public.ics", {"workshop": other.workshop.slug}))

    assert set(found) == {f"slot-{other.uuid}@lernort.invalid"}
    assert client.get("/calendars/public.ics", {"month": "nonsense"}).status_code == 400


def test_the_guide_names_every_feed_and_level():
    guide = (Path(settings.BASE_DIR) / "docs/calendars.md").read_text()

    assert [kind for kind in Feed.Kind.values if f"`/calendars/{kind}/….ics`" not in guide] == []
    assert [level for level in Feed.Level.values if f"`{level}`" not in guide] == []
