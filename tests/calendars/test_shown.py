"""Whatever an event shows: who changes it changes the ETag of the feed and the time of the event, by whichever way."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from booking.calendars import feeds
from booking.models import Booking, Feed
from schools.models import School
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_partner,
    make_school,
    make_slot,
    make_trainer,
    make_user,
    make_venue,
    make_workshop,
)
from workshops.models import Assignment, Partner, Slot, Trainer, Venue, Workshop
from workshops.texts import TextsField

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
# What the events of all feeds show, of each row. Whoever shows more adds it here and to the triggers of the database
# (schools/versions.py).
SHOWN = {
    School: {"name", "street", "postcode", "city", "lat", "lon"},
    Partner: {"name", "phone", "travel_minutes"},
    Venue: {"name", "street", "postcode", "city", "lat", "lon", "directions"},
    Workshop: {"partner", "title", "summary", "bring", "kit", "disciplines", "format", "travel_minutes", "state"},
    Trainer: {"name", "user"},
    Slot: {
        *("workshop", "venue", "starts_at", "ends_at", "setup_minutes", "teardown_minutes", "travel_minutes", "state"),
        *("capacity", "max_groups", "places_taken", "groups_taken", "groups_waiting", "listed", "sequence", "uuid"),
        "created_at",
    },
    Booking: {
        *("uuid", "reference", "slot", "school", "group_name", "pupils", "adults", "needs", "note", "state"),
        *("contact_name", "contact_phone", "sequence", "created_at", "owner"),
    },
    Assignment: {"slot", "trainer", "role", "state"},
}
# Of who comes to a date or goes from it the rules tell the date, too.
COME_AND_GO = {(Booking, "slot"), (Booking, "state"), *((Assignment, name) for name in SHOWN[Assignment])}
SPECIAL = {
    (Booking, "pupils"): {"pupils": 20, "places_held": 20},
    (Booking, "state"): {"state": "requested"},
    (Slot, "ends_at"): lambda row: {"ends_at": row.ends_at + timedelta(minutes=5)},
    (Slot, "starts_at"): lambda row: {"starts_at": row.starts_at + timedelta(minutes=5)},
    (Slot, "book_until"): lambda row: {"book_until": row.book_until - timedelta(minutes=5)},
    (Slot, "places_taken"): {"places_taken": 3},
    (Workshop, "format"): {"format": "online"},
    **{(model, "travel_minutes"): {"travel_minutes": 100} for model in (Partner, Workshop, Slot)},
}


@pytest.fixture
def town():
    """A date at a place and one at the school, each with a class and a team; all of it old."""
    partner = make_partner("lab", phone="03583 1", travel_minutes=60)
    venue = make_venue(partner, street="Weg 1", lat=50.9, lon=14.8, directions="Tor")
    school = make_school("Oberschule Löbau", street="Gasse 2", lat=51.1, lon=14.7)
    tom, tim, ada = make_trainer(partner, "tom"), make_trainer(partner, "tim"), make_user("ada")
    rows = [partner, venue, school, tom, tim]
    for days, extra in ((40, {"venue": venue}), (41, {"format": "mobile"})):
        workshop = make_workshop(partner, kit={"de": "Koffer"}, **extra)
        slot = make_slot(workshop, starts_at=in_days(days), max_groups=2, setup_minutes=30, teardown_minutes=15)
        booking = make_booking(slot, ada, school=school, needs="Rampe", note="leise", adults=2)
        rows += [workshop, slot, booking, make_assignment(slot, tom, role="assistant"), make_assignment(slot, tim)]
    for row in rows:
        if hasattr(row, "updated_at"):
            type(row).objects.filter(pk=row.pk).update(updated_at=LONG_AGO)
        row.refresh_from_db()
    return {model: [row for row in rows if type(row) is model] for model in SHOWN}


@pytest.fixture
def addresses(town):
    """Those of school and house show the same events."""
    tom, ada = town[Trainer][0].user, town[Booking][0].owner
    return [Feed(kind="trainer", user=tom, level="full"), Feed(kind="teacher", user=ada, level="full"), None]


def look(addresses):
    """Of each feed its ETag, and its events by UID: what they say, and when that was last changed."""
    now, seen = timezone.now(), []
    for feed in addresses:
        public = feeds.listed_slots()
        calendar = feeds.calendar_of(feed, now, "") if feed else feeds.public_calendar(public, now, "")
        text = calendar.written().decode().replace("\r\n ", "")
        seen.append((calendar.etag, dict(map(read, text.split("BEGIN:VEVENT")[1:]))))
    return seen


def read(event):
    uid = re.search("^UID:(.*)\r$", event, re.MULTILINE)[1]
    changed = re.search("^LAST-MODIFIED:(.*)\r$", event, re.MULTILINE)[1]
    event = event.partition("END:VEVENT")[0]
    says = re.sub("^(LAST-MODIFIED|DTSTAMP):.*\r\n", "", event, flags=re.MULTILINE)
    assert f"DTSTAMP:{changed}\r\n" in event
    return uid, (says, datetime.strptime(changed, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC))


def other(row, field):
    """Another value of the column, or None where there is none to try."""
    special = SPECIAL.get((type(row), field.name))
    if special:
        return special(row) if callable(special) else special
    value = getattr(row, field.attname)
    return {field.attname: another(row, field, value)}


def another(row, field, value):
    if field.is_relation:
        return another_row(row, field)
    if field.choices:
        return next(code for code, _label in field.choices if code and code != value)
    ways = {
        TextsField: lambda: {"de": "Anderes"},
        models.JSONField: list,
        ArrayField: lambda: [code for code, _label in field.base_field.choices or [(7, "")]],
        models.BooleanField: lambda: not value,
        (models.IntegerField, models.FloatField): lambda: (value or 0) + 1,
        models.DateTimeField: lambda: (value or LONG_AGO) + timedelta(minutes=5),
        models.DateField: timezone.localdate,
        models.UUIDField: uuid.uuid4,
        (models.CharField, models.FileField): lambda: f"{str(value)[: (field.max_length or 40) - 1]}x",
    }
    return next((way() for kind, way in ways.items() if isinstance(field, kind)), None)


def another_row(row, field):
    make = {
        Partner: lambda: make_partner("museum"),
        Workshop: lambda: make_workshop(row.workshop.partner),
        Venue: lambda: make_venue(row.workshop.partner if isinstance(row, Slot) else row.partner, name="Anbau"),
        School: lambda: make_school("Gymnasium"),
        Slot: lambda: make_slot(row.slot.workshop),
        Trainer: lambda: make_trainer(row.slot.workshop.partner, "tina"),
    }.get(field.related_model, lambda: make_user("bea") if field.related_model.__name__ == "User" else None)
    made = make()
    return made and made.pk


@pytest.mark.parametrize("model", SHOWN, ids=lambda model: model.__name__)
def test_who_changes_what_an_event_shows_changes_etag_and_time(model, town, addresses):
    before, shown, untold, late = look(addresses), set(), [], []
    start = timezone.now().replace(microsecond=0)
    for row in town[model] if model in {Workshop, Trainer} else town[model][-1:]:
        for field in model._meta.concrete_fields:
            if field.primary_key or field.generated or field.name in {"version", "updated_at"}:
                continue
            point = transaction.savepoint()
            try:
                with transaction.atomic():
                    model.objects.filter(pk=row.pk).update(**other(row, field))
            except IntegrityError:
                transaction.savepoint_rollback(point)
                continue
            for (old_tag, old), (new_tag, new) in zip(before, look(addresses), strict=True):
                says = {uid: event[0] for uid, event in new.items()}
                if says == {uid: event[0] for uid, event in old.items()}:
                    continue
                shown.add(field.name)
                untold += [field.name] if new_tag == old_tag else []
                differ = [uid for uid in new if uid in old and new[uid][0] != old[uid][0]]
                if (model, field.name) in COME_AND_GO:
                    differ = [uid for uid in differ if uid.startswith("booking-")]
                late += [(field.name, uid) for uid in differ if new[uid][1] < start]
            transaction.savepoint_rollback(point)

    assert untold == []
    assert late == []
    assert shown == SHOWN[model]


@pytest.mark.parametrize("model", [School, Partner, Venue, Workshop, Trainer, Slot, Booking])
def test_a_stale_copy_does_not_take_the_version_back(model, town):
    row = town[model][0]
    model.objects.filter(pk=row.pk).update(version=7)
    column = {School: "city", Workshop: "title", Slot: "capacity", Booking: "note"}.get(model, "name")
    setattr(row, column, {"de": "Neu"} if model is Workshop else 29 if model is Slot else "Neu")
    row.save(update_fields=[column, "version"])

    row.refresh_from_db()
    assert row.version == 8
    assert row.updated_at > LONG_AGO


def test_what_nobody_shows_changes_no_version(town):
    (school,) = town[School]
    School.objects.filter(pk=school.pk).update(last_seen=timezone.localdate(), phone="03585 2")

    school.refresh_from_db()
    assert (school.version, school.updated_at) == (1, LONG_AGO)


def test_every_trigger_names_columns_that_there_are(db):
    with connection.cursor() as sql:
        sql.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'follow_what_is_shown' ORDER BY 1")
        tables = [table for (table,) in sql.fetchall()]

    assert tables == sorted(m._meta.db_table for m in (School, Partner, Venue, Workshop, Trainer, Slot, Booking))
