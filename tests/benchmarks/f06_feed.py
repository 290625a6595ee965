"""F6: the feed of a trainer with 1 000 dates, compressed as programs ask for it: built, repeated, "nothing new"."""

from __future__ import annotations

import gzip
from datetime import timedelta
from unittest import mock

import icalendar
from django.core.cache import cache
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client
from django.utils import timezone

from booking.calendars import events, feeds
from booking.models import Feed
from tests import factories
from tests.benchmarks.house import House
from tests.benchmarks.measure import ROUNDS, Ratio, Series, stopwatch
from workshops.models import Assignment, Slot

TITLE = "F6 GET of a trainer's feed with 1 000 dates, beside icalendar writing the same events"
DATES, REPEATS = 1_000, 20
MS = " ms"


def run(house: House) -> list[Ratio]:
    feed = feed_of(house)
    first = Ratio(Series("first", MS), Series("icalendar", MS), target=1.2, at_most=True)
    again = Ratio(Series("from the cache", MS), Series("first", MS), target=0.05, at_most=True)
    nothing = Ratio(Series("304", MS), Series("first", MS), target=0.05, at_most=True)
    client, path = Client(headers={"Accept-Encoding": "gzip"}), f"/calendars/trainer/{feed.token}.ics"
    client.get(path)  # warms up
    for _ in range(ROUNDS):
        first.floor.values.append(by_icalendar(feed))
        cache.clear()
        with stopwatch() as took:
            answer = client.get(path)
        assert gzip.decompress(answer.content).count(b"BEGIN:VEVENT") == DATES
        for ratio in (first.ours, again.floor, nothing.floor):
            ratio.values.append(took[0] * 1000)
        again.ours.values.append(repeated(client, path, 200))
        nothing.ours.values.append(repeated(client, path, 304, if_none_match=answer.headers["ETag"]))
    return [first, again, nothing]


def repeated(client: Client, path: str, status: int, **headers: str) -> float:
    with stopwatch() as took:
        answers = [client.get(path, headers=headers).status_code for _ in range(REPEATS)]
    assert set(answers) == {status}
    return took[0] * 1000 / REPEATS


def feed_of(house: House) -> Feed:
    trainer = factories.make_trainer(house.workshop.partner, "who-leads-much")
    begin, length = factories.in_days(2), timedelta(hours=2)
    values = factories.make_slot(house.workshop, starts_at=begin)
    template = {field.attname: getattr(values, field.attname) for field in Slot._meta.concrete_fields}
    for name in ("id", "uuid"):
        template.pop(name, None)
    slots = [
        Slot(**template | {"starts_at": at, "ends_at": at + length, "book_until": at - length})
        for at in (begin + timedelta(hours=8 * number) for number in range(DATES))
    ]
    made = Slot.objects.bulk_create(slots)
    Assignment.objects.bulk_create(
        Assignment(slot=slot, trainer=trainer, during=DateTimeTZRange(slot.starts_at, slot.ends_at)) for slot in made
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the server itself does a minute later
    return Feed.objects.create(user=trainer.user, kind=Feed.Kind.TRAINER, level=Feed.Level.FULL)


def by_icalendar(feed: Feed) -> float:
    """Milliseconds in which the library writes the same events; the questions to the database do not count."""
    with mock.patch.object(events, "calendar", lambda rows, *_heading: list(rows)):
        rows: list[events.Event] = feeds.calendar_of(feed, timezone.now(), "").written()  # type: ignore[assignment]  # by the patch
    with stopwatch() as took:
        calendar = icalendar.Calendar()
        for row in rows:
            event = icalendar.Event()
            event.add("summary", row.summary)
            event.add("dtstart", timezone.localtime(row.starts))
            event.add("dtend", timezone.localtime(row.ends))
            event.add("dtstamp", row.changed)
            event.add("uid", row.uid)
            event.add("sequence", row.sequence)
            event.add("status", row.status)
            event.add("created", row.created)
            event.add("last-modified", row.changed)
            event.add("location", row.location)
            event.add("description", row.description)
            event.add("categories", row.categories)
            event.add("url", row.url)
            alarm = icalendar.Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", row.summary)
            alarm.add("trigger", timedelta(hours=-1))
            event.add_component(alarm)
            calendar.add_component(event)
        calendar.to_ical()
    return took[0] * 1000
