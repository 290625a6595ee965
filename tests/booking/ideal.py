"""The rules of booking once more, in memory: no database, no clock, no messages, short enough to be read as their
specification. tests/booking/test_any_order.py holds the program against it.

A rule changes the house, or raises Refused with every reason that holds; the program may name any of those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

LIVE = ("requested", "waitlisted", "offered", "confirmed")
SECOND_THOUGHTS = timedelta(seconds=60)


class Refused(Exception):
    def __init__(self, *reasons: str) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = set(reasons)


def refuse(**reasons: bool) -> None:
    if any(reasons.values()):
        raise Refused(*(reason for reason, holds in reasons.items() if holds))


@dataclass(eq=False)
class Date:
    name: str
    starts_at: datetime
    book_until: datetime
    places: int
    groups: int
    state: str = "open"
    moved_at: datetime | None = None

    def __repr__(self) -> str:
        return self.name


@dataclass(eq=False)
class Group:
    """A class on a date. `held` are the places that it takes there, `since` its place in the queue, `until` the end of
    its offer, `former` what it was before it was ended, by whom and when."""

    date: Date
    name: str
    pupils: int
    owner: str
    state: str
    held: int = 0
    since: datetime | None = None
    until: datetime | None = None
    wishes: tuple[Date, ...] = ()
    asked: datetime | None = None
    former: Group | None = None
    ended_by: str = ""
    ended_at: datetime | None = None

    @property
    def is_live(self) -> bool:
        return self.state in LIVE


@dataclass
class House:
    """A workshop and its dates. `deadline(now, starts_at)` says until when an offer stands, `closing(starts_at)` when
    booking ends; both are arithmetic that tests of their own mind."""

    now: datetime
    at_once: bool
    requests_hold: bool
    skip_ahead: bool
    largest: int
    deadline: Callable[[datetime, datetime], datetime]
    closing: Callable[[datetime], datetime]
    organiser: str = "olga"
    groups: list[Group] = field(default_factory=list)

    # What is taken is never counted along: it is what the groups hold.

    def of(self, date: Date) -> Iterator[Group]:
        return (group for group in self.groups if group.date is date)

    def places_taken(self, date: Date) -> int:
        return sum(group.held for group in self.of(date))

    def groups_taken(self, date: Date) -> int:
        return sum(group.held > 0 for group in self.of(date))

    def queue(self, date: Date) -> list[Group]:
        waiting = [group for group in self.of(date) if group.state == "waitlisted"]
        return sorted(waiting, key=lambda group: group.since or self.now)

    def has_room(self, date: Date, pupils: int) -> bool:
        """A class comes as a whole or not at all."""
        return self.places_taken(date) + pupils <= date.places and self.groups_taken(date) < date.groups

    def takes_newcomer(self, date: Date, pupils: int) -> bool:
        """Nobody passes those who wait."""
        return self.has_room(date, pupils) and not self.queue(date)

    def is_open(self, date: Date) -> bool:
        return date.state == "open" and self.now < date.book_until

    def has_begun(self, date: Date) -> bool:
        return self.now >= date.starts_at

    def comes_already(self, name: str, date: Date, but: Group | None = None) -> bool:
        return any(group.is_live and group.name == name and group is not but for group in self.of(date))

    # Who may, and what can never be.

    def only_the_school(self, group: Group, by: str) -> None:
        refuse(not_allowed=by != group.owner)

    def only_the_house(self, by: str) -> None:
        refuse(not_allowed=by != self.organiser)

    def only_school_or_house(self, group: Group, by: str) -> None:
        refuse(not_allowed=by not in {group.owner, self.organiser})

    def must_be_possible(self, date: Date, pupils: int) -> None:
        refuse(invalid=pupils > min(self.largest, date.places))

    # The rules.

    def place(
        self, date: Date, name: str, pupils: int, *, by: str, owner: str, waitlist: bool, override: bool, wishes: Wishes
    ) -> Group:
        """Confirmed, requested or waiting. Whom the house books is confirmed; with a reason there is no limit."""
        group = Group(date, name, pupils, owner, "confirmed", held=pupils, wishes=wishes, asked=self.now)
        if override:
            refuse(not_bookable=date.state == "cancelled", already_booked=self.comes_already(name, date))
            self.make_room(date, pupils)
            self.groups.append(group)
            return group
        self.must_be_possible(date, pupils)
        fits = self.takes_newcomer(date, pupils)
        refuse(
            not_bookable=not self.is_open(date),
            already_booked=self.comes_already(name, date),
            full=not fits and not waitlist,
        )
        if not self.at_once and by != self.organiser:
            group.state, group.held = "requested", pupils if self.requests_hold else 0
        if not fits:
            group.state, group.held, group.since = "waitlisted", 0, self.now
        self.groups.append(group)
        self.offer_freed(date)
        return group

    def make_room(self, date: Date, pupils: int) -> None:
        """What an organiser adds with a reason: just what is missing, so that nobody who waits gains by it."""
        date.places = max(date.places, self.places_taken(date) + pupils)
        date.groups = max(date.groups, self.groups_taken(date) + 1)

    def offer_freed(self, date: Date) -> None:
        """To those who wait, in their order. The first who does not fit stops it, unless the next may pass."""
        if date.state == "cancelled" or self.has_begun(date):
            return
        for group in self.queue(date):
            if self.has_room(date, group.pupils):
                group.state, group.held = "offered", group.pupils
                group.until = self.deadline(self.now, date.starts_at)
            elif not self.skip_ahead:
                return

    def accept(self, group: Group, *, by: str) -> None:
        self.only_the_school(group, by)
        refuse(not_active=group.state != "offered", too_late=group.until is not None and self.now >= group.until)
        group.state, group.until = "confirmed", None

    def reject(self, group: Group, *, by: str) -> None:
        self.only_the_school(group, by)
        refuse(not_active=group.state != "offered")
        self.end(group, "cancelled", by)

    def cancel(self, group: Group, *, by: str) -> None:
        self.only_school_or_house(group, by)
        refuse(not_active=not group.is_live, too_late=by == group.owner and self.has_begun(group.date))
        self.end(group, "cancelled", by)

    def decline(self, group: Group, *, by: str) -> None:
        self.only_the_house(by)
        refuse(already_decided=group.state != "requested")
        self.end(group, "declined", by)

    def end(self, group: Group, state: str, by: str = "") -> None:
        group.former = replace(group)
        group.state, group.held, group.until = state, 0, None
        group.ended_by, group.ended_at = by, self.now
        self.offer_freed(group.date)

    def undo(self, group: Group, *, by: str) -> None:
        """For a minute, by whoever ended it, as long as the date stands as it stood; others keep what they got."""
        self.only_school_or_house(group, by)
        former, date = group.former, group.date
        refuse(not_allowed=former is not None and group.ended_by != by)
        if former is None or not group.ended_by:
            raise Refused("not_active")
        assert group.ended_at
        refuse(
            not_active=self.now - group.ended_at >= SECOND_THOUGHTS
            or date.state == "cancelled"
            or (date.moved_at is not None and date.moved_at >= group.ended_at),
            no_room=former.held > 0 and not self.has_room(date, former.held),
            already_booked=self.comes_already(group.name, date),
        )
        group.state, group.held, group.until, group.former = former.state, former.held, former.until, None
        self.offer_freed(date)

    def confirm(self, group: Group, *, by: str, wish: Date | None = None) -> None:
        """In its date or in a further wish: there it needs room, and a date that is still to come."""
        self.only_the_house(by)
        here, there = group.date, wish or group.date
        refuse(invalid=there is not here and there not in group.wishes)
        elsewhere = there is not here
        refuse(
            already_decided=group.state != "requested",
            not_bookable=elsewhere and (there.state == "cancelled" or self.has_begun(there)),
            already_booked=elsewhere and self.comes_already(group.name, there),
            no_room=(elsewhere or not group.held) and not self.has_room(there, group.pupils),
        )
        group.date, group.state, group.held = there, "confirmed", group.pupils
        if elsewhere:
            self.offer_freed(here)

    def move(self, group: Group, there: Date, *, by: str) -> None:
        """The old place goes only when the new one is sure. Who waits becomes what a newcomer would be there."""
        self.only_school_or_house(group, by)
        self.must_be_possible(there, group.pupils)
        here, waits = group.date, group.state == "waitlisted"
        refuse(
            not_active=group.state not in {"requested", "waitlisted", "confirmed"},
            too_late=by == group.owner and self.has_begun(here),
        )
        if there is here:
            return
        fits = self.takes_newcomer(there, group.pupils)
        refuse(
            not_bookable=not self.is_open(there),
            no_room=not fits and not waits,
            already_booked=self.comes_already(group.name, there),
        )
        if waits:
            group.state = ("confirmed" if self.at_once else "requested") if fits else "waitlisted"
            group.since = group.since if fits else self.now
        holds = {"confirmed": True, "requested": self.requests_hold, "waitlisted": False}[group.state]
        group.date, group.held = there, group.pupils if holds else 0
        group.wishes = tuple(wish for wish in group.wishes if wish is not there)
        self.offer_freed(here)
        self.offer_freed(there)

    def wait(self, group: Group, *, by: str) -> None:
        """A request goes to the list of its date, and stands there since it was made."""
        self.only_the_house(by)
        refuse(
            already_decided=group.state != "requested",
            not_bookable=group.date.state == "cancelled" or self.now >= group.date.book_until,
        )
        group.state, group.held, group.since = "waitlisted", 0, group.asked
        self.offer_freed(group.date)

    def resize(self, group: Group, pupils: int, *, by: str) -> None:
        """A rise must fit as a whole, and may, although others wait."""
        self.only_school_or_house(group, by)
        if pupils != group.pupils:
            self.must_be_possible(group.date, pupils)
        more = pupils - group.pupils if group.held else 0
        refuse(
            not_active=not group.is_live,
            too_late=by == group.owner and self.has_begun(group.date),
            no_room=more > 0 and self.places_taken(group.date) + more > group.date.places,
        )
        group.pupils, group.held = pupils, group.held + more
        self.offer_freed(group.date)

    def attend(self, group: Group, state: str, *, by: str) -> None:
        self.only_the_house(by)
        came = group.state in {"confirmed", "attended", "no_show"}
        refuse(not_active=not came or not self.has_begun(group.date))
        group.state = state

    # What happens to dates, and what time decides.

    def change_date(self, date: Date, *, places: int, groups: int, state: str) -> None:
        refuse(
            not_active=date.state == "cancelled",
            no_room=places < self.places_taken(date) or groups < self.groups_taken(date),
        )
        date.places, date.groups, date.state = places, groups, state
        self.offer_freed(date)

    def move_date(self, date: Date, starts_at: datetime) -> None:
        """Its groups come along. Booking closes by the new date, and no offer stands longer than until it begins."""
        refuse(invalid=starts_at <= self.now < date.starts_at)
        refuse(not_active=date.state == "cancelled" or self.has_begun(date))
        date.starts_at, date.book_until, date.moved_at = starts_at, self.closing(starts_at), self.now
        for group in self.of(date):
            if group.until:
                group.until = min(group.until, starts_at)

    def cancel_date(self, date: Date, ends_at: datetime) -> None:
        recorded = any(group.state in {"attended", "no_show"} for group in self.of(date))
        refuse(not_active=date.state == "cancelled" or ends_at <= self.now or recorded)
        date.state = "cancelled"
        for group in self.of(date):
            if group.is_live:
                self.end(group, "cancelled", self.organiser)

    def tick(self) -> None:
        """Nobody decided in time: requests and who waits end with the booking time, offers with their deadline. What
        becomes free by that is offered, too."""
        requests = [group for group in self.groups if group.state == "requested"]
        queues = [group for group in self.groups if group.state == "waitlisted"]
        for group in [*requests, *sorted(queues, key=lambda group: group.since or self.now)]:
            if group.state in {"requested", "waitlisted"} and self.is_over(group.date.book_until):
                self.expire(group)
        for group in [group for group in self.groups if group.state == "offered" and self.is_over(group.until)]:
            self.expire(group)

    def expire(self, group: Group) -> None:
        group.state, group.held, group.until = "expired", 0, None
        self.offer_freed(group.date)

    def is_over(self, deadline: datetime | None) -> bool:
        return deadline is not None and self.now >= deadline


Wishes = tuple[Date, ...]
