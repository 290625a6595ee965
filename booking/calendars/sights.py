"""Which calendars a person may look at, and whose holidays each marks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.urls import reverse

from accounts.models import User
from booking.access import roles_of
from booking.calendars.addresses import Scope, scopes_of
from booking.models import Feed
from schools.models import School
from schools.sorting import sort_key
from workshops.models import Partner, Venue


class Sight(NamedTuple):
    """A calendar of the reader: its kind, the key of its school or house (None for own dates), and its name."""

    kind: str
    pk: int | None
    title: str

    @property
    def path(self) -> str:
        return reverse("own_calendar", args=[self.kind] if self.pk is None else [self.kind, self.pk])

    def feed(self, user: User) -> Feed:
        """What the calendar shows; not stored."""
        school = self.pk if self.kind == Feed.Kind.SCHOOL else None
        partner = self.pk if self.kind == Feed.Kind.PARTNER else None
        return Feed(kind=self.kind, user=user, school_id=school, partner_id=partner)


def sights_of(user: User) -> list[Sight]:
    """The calendars that the roles of `user` open, those of schools and houses by name."""
    scopes = list(scopes_open_to(user))
    schools = School.objects.in_bulk({school for _kind, school, _partner in scopes if school})
    partners = Partner.objects.in_bulk({partner for _kind, _school, partner in scopes if partner})
    sights = []
    for kind, school, partner in scopes:
        whose = schools[school] if school else partners[partner] if partner else Feed.Kind(kind).label
        title = str(whose)
        sights.append(Sight(kind, school or partner, title[:1].upper() + title[1:]))
    return sorted(sights, key=lambda sight: (Feed.Kind.values.index(sight.kind), sort_key(sight.title), sight.pk or 0))


def scopes_open_to(user: User) -> Iterator[Scope]:
    """As for the feeds; the network's admin looks into every house."""
    yield from scopes_of(user)
    roles = roles_of(user)
    if roles.is_admin:
        others = Partner.objects.exclude(pk__in=roles.partners).values_list("pk", flat=True)
        yield from ((Feed.Kind.PARTNER, None, partner) for partner in others)


def region_of(feed: Feed) -> School | None:
    """Whose holidays are marked: those of the school, of the teacher's school, or of the country where the house has
    its rooms; None stands for Saxony."""
    if feed.kind == Feed.Kind.SCHOOL:
        return feed.school
    if feed.kind == Feed.Kind.TEACHER:
        return School.objects.filter(pk__in=roles_of(feed.user).schools).order_by("pk").first()
    rooms = Venue.objects.in_use()
    if feed.kind == Feed.Kind.PARTNER:
        rooms = rooms.filter(partner=feed.partner_id)
    else:
        rooms = rooms.filter(partner__engagements__trainer__user=feed.user)
    room = rooms.order_by("pk").first()
    return School(pk=0, country=room.country, district_code=room.district_code) if room else None
