"""Whole calendars: what a feed shows, and whether it changed since somebody fetched it.

The ETag is a digest that PostgreSQL makes of the versions of all rows that the feed shows, in one query; so "nothing
new" costs no building, and a change that commits late is never missed.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from booking.calendars import events
from booking.calendars.events import Event, Level
from booking.calendars.text import escape
from booking.models import ENDED, VISITING, Booking, Feed
from booking.told import team_of, told_bookings, told_slots, visits_of
from schools.schooldays import at_local, local_day
from workshops.models import Assignment, Slot, Workshop
from workshops.models.slot import SlotQuerySet

BACK, AHEAD, GONE = timedelta(days=90), timedelta(days=400), timedelta(days=30)
KEPT = 60 * 60 * 24 * 2  # seconds in the cache: the day is part of the ETag


@dataclass(frozen=True)
class Window:
    """The days that feeds show: 90 back, 400 ahead, and what was called off in the last 30."""

    today: date

    @property
    def first(self) -> datetime:
        return at_local(self.today - BACK, time.min)

    @property
    def last(self) -> datetime:
        return at_local(self.today + AHEAD, time.min)

    @property
    def gone_since(self) -> datetime:
        return at_local(self.today - GONE, time.min)

    def slots(self, slots: QuerySet[Slot]) -> QuerySet[Slot]:
        within = slots.filter(starts_at__gte=self.first, starts_at__lt=self.last)
        return within.exclude(state=Slot.State.CANCELLED, updated_at__lt=self.gone_since).order_by("starts_at", "pk")

    def bookings(self, bookings: QuerySet[Booking]) -> QuerySet[Booking]:
        within = bookings.filter(slot__starts_at__gte=self.first, slot__starts_at__lt=self.last)
        return within.exclude(state__in=ENDED, updated_at__lt=self.gone_since).order_by("slot__starts_at", "pk")


@dataclass
class Calendar:
    """What a feed shows now, in the active language: `rows` are the versions of it, `build` makes its events."""

    name: str
    address: str
    level: str
    today: date
    rows: QuerySet[Slot, tuple[object, ...]] | QuerySet[Booking, tuple[object, ...]]
    build: Callable[[], Iterator[Event]]

    @cached_property
    def seen(self) -> tuple[str, datetime]:
        """The digest of all rows, and when the newest of them changed, this midnight at the earliest. One query."""
        digest, changed = digest_of(self.rows)
        midnight = at_local(self.today, time.min)
        return digest, max(changed or midnight, midnight)

    @property
    def changed(self) -> datetime:
        """The last change of what is shown; where its bytes are kept, not before they were first written, for what is
        not shown any more leaves no time."""
        return max(self.seen[1], self.kept[0]) if self.kept else self.seen[1]

    @cached_property
    def etag(self) -> str:
        facts = (
            self.seen[0],
            str(self.today),
            self.level,
            get_language() or "",
            self.name,
            self.address,
            code_version(),
        )
        return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:40]

    @cached_property
    def kept(self) -> tuple[datetime, bytes] | None:
        """The compressed bytes of this ETag and when they were written, if they were. One query."""
        return cache.get(f"feed:{self.etag}")  # type: ignore[no-any-return]  # what `zipped` put there

    def zipped(self, now: datetime) -> bytes:
        """The calendar, compressed; from the cache if it was built before. Kept only if nothing changed meanwhile."""
        if self.kept is not None:
            return self.kept[1]
        built = gzip.compress(self.written(), mtime=0)
        self.kept = now, built
        if digest_of(self.rows)[0] == self.seen[0]:
            cache.set(f"feed:{self.etag}", self.kept, KEPT)
        return built

    def written(self) -> bytes:
        heading = (
            f"NAME:{escape(self.name)}",
            f"X-WR-CALNAME:{escape(self.name)}",
            f"X-WR-TIMEZONE:{settings.TIME_ZONE}",
            "COLOR:indigo",
            f"SOURCE;VALUE=URI:{self.address}",
            "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
            "X-PUBLISHED-TTL:PT1H",
        )
        return events.calendar(self.build(), *heading)


def digest_of(
    rows: QuerySet[Slot, tuple[object, ...]] | QuerySet[Booking, tuple[object, ...]],
) -> tuple[str, datetime | None]:
    try:
        sql, params = rows.order_by().query.sql_with_params()
    except EmptyResultSet:
        return "", None
    with connection.cursor() as cursor:
        cursor.execute(
            # Django wrote the inner query; what people typed is among the parameters.
            "SELECT md5(coalesce(string_agg(one::text, ' ' ORDER BY one::text), '')), max(one.changed)"  # noqa: S608 (see above)
            f" FROM ({sql}) AS one",
            params,
        )
        digest, changed = cursor.fetchone()
    return digest, changed


@lru_cache(maxsize=1)
def code_version() -> str:
    """Another program, other texts or another address: other bytes."""
    house = settings.BASE_DIR
    files: list[Path] = [
        house / "booking" / "wording.py",
        house / "workshops" / "vocabulary.py",
        *Path(__file__).parent.glob("*.py"),
        *house.glob("config/*/*/LC_MESSAGES/*.mo"),
    ]
    content = b"".join(path.read_bytes() for path in sorted(files))
    return hashlib.sha256(content + f"{settings.SITE_URL} {settings.UID_HOST}".encode()).hexdigest()


def calendar_of(feed: Feed, now: datetime, address: str) -> Calendar:
    """The calendar behind a secret address."""
    today = local_day(now)
    if feed.kind in {Feed.Kind.TEACHER, Feed.Kind.SCHOOL}:
        bookings = Window(today).bookings(bookings_of(feed))
        return Calendar(
            name_of(feed), address, feed.level, today, booking_versions(bookings), lambda: visits(bookings, feed.level)
        )
    window = Window(today)
    slots = window.slots(led_by(feed, window.gone_since) if feed.kind == Feed.Kind.TRAINER else slots_of(feed))
    tell = assignments if feed.kind == Feed.Kind.TRAINER else dates
    return Calendar(name_of(feed), address, feed.level, today, slot_versions(slots), lambda: tell(slots, feed.level))


def name_of(feed: Feed) -> str:
    names = {
        Feed.Kind.TRAINER: _("Workshops · %(name)s") % {"name": feed.user},
        Feed.Kind.TEACHER: _("Visits to %(network)s") % {"network": settings.NETWORK_NAME},
        Feed.Kind.SCHOOL: _("%(name)s: visits to %(network)s")
        % {"name": feed.school, "network": settings.NETWORK_NAME},
        Feed.Kind.PARTNER: _("Workshops · %(name)s") % {"name": feed.partner},
    }
    return names[Feed.Kind(feed.kind)]


def bookings_of(feed: Feed) -> QuerySet[Booking]:
    """Without who leads: schools read of the house."""
    told = told_bookings().prefetch_related(None)
    return told.filter(owner=feed.user) if feed.kind == Feed.Kind.TEACHER else told.filter(school=feed.school)


def led_by(feed: Feed, since: datetime) -> QuerySet[Slot]:
    """The dates of a trainer, `is_led` or ended since then: subscribers shall see them go."""
    mine = Assignment.objects.filter(slot=OuterRef("pk"), trainer__user=feed.user)
    led = told_slots().annotate(is_led=Exists(mine.accepted()))
    return led.filter(Q(is_led=True) | Exists(mine.ended(since)))


def slots_of(feed: Feed) -> QuerySet[Slot]:
    if feed.kind == Feed.Kind.PARTNER:
        return told_slots().filter(workshop__partner=feed.partner)
    mine = Assignment.objects.filter(slot=OuterRef("pk"), trainer__user=feed.user)
    called_off = Q(state=Slot.State.CANCELLED) & Exists(mine.filter(state=Assignment.State.WITHDRAWN))
    return told_slots().filter(Exists(mine.accepted()) | called_off)


WITH_A_SLOT = ("workshop__", "workshop__partner__", "venue__")


def newest(*rows: str) -> Greatest:
    """When the last of these rows changed; those that are not there do not count."""
    return Greatest(*(f"{row}updated_at" for row in rows))


def booking_versions(bookings: QuerySet[Booking]) -> QuerySet[Booking, tuple[object, ...]]:
    changed = newest("", "slot__", *(f"slot__{row}" for row in WITH_A_SLOT), "school__")
    return bookings.annotate(changed=changed).values_list(
        "pk", "version", "slot__version", "slot__workshop__version", "slot__workshop__partner__version",
        "slot__venue__version", "school__version", "changed",
    )  # fmt: skip


def slot_versions(slots: QuerySet[Slot]) -> QuerySet[Slot, tuple[object, ...]]:
    """With the groups and the team, for both stand in the events."""
    return slots.annotate(
        visit=FilteredRelation("bookings", condition=Q(bookings__state__in=VISITING)),
        helper=FilteredRelation("assignments", condition=Q(assignments__state=Assignment.State.ACCEPTED)),
        changed=newest("", *WITH_A_SLOT, "visit__", "visit__school__", "helper__trainer__"),
    ).values_list(
        "pk", "version", "workshop__version", "workshop__partner__version", "venue__version",
        "visit__pk", "visit__version", "visit__school__version", "helper__pk", "helper__role",
        "helper__trainer__version", "changed",
    )  # fmt: skip


def public_calendar(slots: QuerySet[Slot], now: datetime, address: str) -> Calendar:
    """Everybody's calendar of `slots`, which the caller has filtered."""
    today = local_day(now)
    shown = Window(today).slots(slots.select_related("workshop__partner", "venue"))
    rows = shown.annotate(changed=newest("", *WITH_A_SLOT)).values_list(
        "pk", "version", "workshop__version", "workshop__partner__version", "venue__version", "changed"
    )
    name = _("Workshops · %(name)s") % {"name": settings.NETWORK_NAME}
    return Calendar(name, address, Level.NO_CONTACT, today, rows, lambda: public_dates(shown, today))


def public_dates(slots: QuerySet[Slot], today: date) -> Iterator[Event]:
    """As they stand since midnight: the day is part of the ETag, the moment is not."""
    midnight = at_local(today, time.min)
    for slot in slots.iterator():
        yield events.of_public_slot(slot, midnight)


def listed_slots() -> SlotQuerySet:
    """What everybody may see, called-off dates included: subscribers shall see them go."""
    return Slot.objects.filter(workshop__state=Workshop.State.PUBLISHED, listed=True)


def visits(bookings: QuerySet[Booking], level: str) -> Iterator[Event]:
    for booking in bookings:
        yield events.of_booking(booking, level)


def assignments(slots: QuerySet[Slot], level: str) -> Iterator[Event]:
    """A trainer's dates with an alarm; set-up and tear-down beside them. Who does not lead one reads when, not who."""
    for slot in slots:
        is_led = slot.is_led  # type: ignore[attr-defined]  # annotated by led_by
        event = events.of_slot(slot, visits_of(slot), team_of(slot), level) if is_led else events.of_end(slot, level)
        yield event
        yield from events.around(slot, event)


def dates(slots: QuerySet[Slot], level: str) -> Iterator[Event]:
    """A partner's dates, for planning: no alarm."""
    for slot in slots:
        event = replace(events.of_slot(slot, visits_of(slot), team_of(slot), level), alarm=False)
        page = settings.SITE_URL + reverse("organise_slot", args=[slot.pk])
        yield event if event.private else replace(event, url=page)
