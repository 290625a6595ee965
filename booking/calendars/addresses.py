"""The secret addresses of a person's calendars: made when somebody asks for them, gone with the role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from booking.access import roles_of
from booking.models import Feed
from booking.models.feed import make_feed_token

Kind, Level = Feed.Kind, Feed.Level
KINDS, LEVELS = list(Kind.values), list(Level.values)
Scope = tuple[str, int | None, int | None]  # kind, id of the school, id of the partner


def addresses_of(user: User) -> list[Feed]:
    """Every address that the roles of `user` give, one a level, with school and partner. Three queries, more once."""
    scopes = set(scopes_of(user))
    feeds = list(user.feeds.select_related("school", "partner"))
    missing = {(*scope, level) for scope in scopes for level in LEVELS} - {
        (*scope_of(feed), feed.level) for feed in feeds
    }
    if missing:
        make(user, missing)
        feeds = list(user.feeds.select_related("school", "partner"))
    return sorted((feed for feed in feeds if scope_of(feed) in scopes), key=as_listed)


def reset(user: User, kind: str | None = None) -> list[Feed]:
    """New addresses for all feeds of `kind`, without it for all; the old ones are dead at once."""
    for feed in user.feeds.filter(**{"kind": kind} if kind else {}):
        feed.token = make_feed_token()
        feed.save(update_fields=["token"])
    return addresses_of(user)


def url_of(feed: Feed) -> str:
    path = reverse("feed", kwargs={"kind": feed.kind, "token": feed.token})
    return f"{settings.SITE_URL}{path}"


def scopes_of(user: User) -> Iterator[Scope]:
    """What the person's roles open: own assignments, own bookings, schools of the office, partners."""
    roles = roles_of(user)
    if roles.trainer is not None:
        yield Kind.TRAINER, None, None
    if roles.schools or user.bookings.exists():
        yield Kind.TEACHER, None, None
    yield from ((Kind.SCHOOL, school, None) for school in roles.offices)
    yield from ((Kind.PARTNER, None, partner) for partner in roles.partners)


def scope_of(feed: Feed) -> Scope:
    return feed.kind, feed.school_id, feed.partner_id


def make(user: User, keys: Iterable[tuple[str, int | None, int | None, str]]) -> None:
    """Twins may make the same: the constraint keeps one."""
    rows = [
        Feed(user=user, kind=kind, school_id=school, partner_id=partner, level=level)
        for kind, school, partner, level in keys
    ]
    Feed.objects.bulk_create(rows, ignore_conflicts=True)


def as_listed(feed: Feed) -> tuple[int, int, int, int]:
    return KINDS.index(feed.kind), feed.school_id or 0, feed.partner_id or 0, LEVELS.index(feed.level)
