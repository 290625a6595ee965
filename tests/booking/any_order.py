"""Whatever people do, in whatever order: a machine that calls the rules at random and compares with the ideal house."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from accounts.actor import Actor
from accounts.models import User
from booking import planning, policy, rules
from booking.audit import breaches
from booking.clock.due import decide_due
from booking.errors import BookingError, FieldErrors, NotAllowed
from booking.models import Booking
from booking.orders import Contact
from schools.models import School
from schools.schooldays import at_local, closed_by_law, local_day
from tests.booking.ideal import Date, Group, House, Refused
from tests.factories import make_order, make_organiser, make_partner, make_school, make_slot, make_user, make_workshop
from workshops.models import Partner, Policy, Slot

BEGINNING = at_local(date(2027, 3, 1), time(8))
LARGEST, CLOSE_DAYS = 30, 5
LESSON = timedelta(minutes=180)
SECOND = timedelta(seconds=1)
NAMES = ("7a", "7b", "8a", "8b", "9a")

pupils = st.integers(1, LARGEST + 2)
teachers = st.sampled_from(["ada", "ben"])
anybody = st.sampled_from(["owner", "olga", "owner", "olga", "owner", "olga", "stranger"])
mostly_the_owner = st.sampled_from(["owner"] * 6 + ["olga", "stranger"])
mostly_olga = st.sampled_from(["olga"] * 6 + ["owner", "stranger"])


@dataclass
class Cast:
    """Who is there in every example."""

    partner: Partner
    school: School
    users: dict[str, User]

    @classmethod
    def arrive(cls) -> Cast:
        partner, school = make_partner("lab"), make_school()
        users = {name: make_user(name) for name in ("ada", "ben")} | {"olga": make_organiser(partner, "olga")}
        for name in ("ada", "ben"):
            users[name].memberships.create(school=school, role="teacher", state="confirmed")
        return cls(partner, school, users)


class AnyOrder(RuleBasedStateMachine):
    """`cast` is set before it runs. Each example is one transaction that is rolled back."""

    cast: Cast
    dates = Bundle("dates")
    groups = Bundle("groups")

    def __init__(self) -> None:
        super().__init__()
        self.house: House | None = None
        self.is_new = False  # since the promises were asked for
        self.pks: dict[Date | Group, int] = {}
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize(target=dates, at_once=st.booleans(), requests_hold=st.booleans(), skip_ahead=st.booleans())
    def open_dates(self, *, at_once: bool, requests_hold: bool, skip_ahead: bool) -> Any:
        customs = {"requests_hold": requests_hold, "skip_ahead": skip_ahead, "close_days": CLOSE_DAYS}
        mode = "instant" if at_once else "request"
        workshop = make_workshop(self.cast.partner, booking_mode=mode, capacity=LARGEST, **customs)
        self.house = House(BEGINNING, at_once, requests_hold, skip_ahead, LARGEST, deadline, closing)
        self.workshop = workshop
        return multiple(
            *(self.open_date(*facts) for facts in [("near", 12, 20, 1), ("wide", 40, 45, 4), ("far", 60, 24, 2)])
        )

    def open_date(self, name: str, days: int, places: int, groups: int) -> Date:
        starts_at = in_days(BEGINNING, days)
        facts = {"book_until": closing(starts_at), "capacity": places, "max_groups": groups}
        slot = make_slot(self.workshop, starts_at=starts_at, **facts)
        opened = Date(name, starts_at, closing(starts_at), places, groups)
        self.pks[opened] = slot.pk
        return opened

    # What people do.

    @rule(
        target=groups,
        date=dates,
        name=st.sampled_from(NAMES),
        pupils=pupils,
        owner=teachers,
        waitlist=st.sampled_from([True, True, False]),
        by_house=st.sampled_from([False, False, False, True]),
        override=st.sampled_from([False, False, True]),
        wishes=st.lists(dates, max_size=2, unique=True),
    )
    def place(
        self,
        date: Date,
        name: str,
        pupils: int,
        owner: str,
        *,
        waitlist: bool,
        by_house: bool,
        override: bool,
        wishes: list[Date],
    ) -> Any:
        by = "olga" if by_house else owner
        wanted = tuple(wish for wish in wishes if wish is not date)
        order = make_order(
            self.cast.school,
            group_name=name,
            pupils=pupils,
            waitlist=waitlist,
            override_reason="seit Jahren dabei" if override and by_house else "",
            alternatives=tuple(self.slot(wish) for wish in wanted),
            contact=contact_of(self.cast.users[owner]),
        )
        placed, group = self.both(
            lambda: rules.place(self.slot(date), order, by=self.person(by, owner), now=self.now),
            lambda house: house.place(
                date,
                name,
                pupils,
                by=by,
                owner=owner,
                waitlist=waitlist,
                override=override and by_house,
                wishes=wanted,
            ),
        )
        if group is None:
            return multiple()
        self.pks[group] = placed.pk
        return group

    @rule(group=groups, who=anybody)
    def cancel(self, group: Group, who: str) -> None:
        self.do(rules.cancel, House.cancel, group, who, reason="krank", told=("reason",))

    @rule(group=groups, who=anybody, pupils=pupils)
    def resize(self, group: Group, who: str, pupils: int) -> None:
        self.do(rules.resize, House.resize, group, who, pupils=pupils)

    @rule(group=groups, who=mostly_the_owner)
    def accept(self, group: Group, who: str) -> None:
        self.do(rules.accept, House.accept, group, who)

    @rule(group=groups, who=mostly_the_owner)
    def reject(self, group: Group, who: str) -> None:
        self.do(rules.reject, House.reject, group, who)

    @rule(group=groups, who=anybody)
    def undo(self, group: Group, who: str) -> None:
        self.do(rules.undo, House.undo, group, who)

    @rule(group=groups, who=mostly_olga)
    def decline(self, group: Group, who: str) -> None:
        self.do(rules.decline, House.decline, group, who, reason="Kein Raum", told=("reason",))

    @rule(group=groups, who=mostly_olga)
    def confirm(self, group: Group, who: str) -> None:
        self.do(rules.confirm, House.confirm, group, who)

    @rule(group=groups, who=mostly_olga, other=dates, wished=st.sampled_from([True, True, False]))
    def confirm_elsewhere(self, group: Group, who: str, other: Date, *, wished: bool) -> None:
        by, wish = self.name_of(who, group), group.wishes[0] if wished and group.wishes else other
        self.both(
            lambda: rules.confirm(self.booking(group), by=self.person(by), now=self.now, slot=self.slot(wish)),
            lambda house: house.confirm(group, by=by, wish=wish),
        )

    @rule(group=groups, who=anybody, other=dates)
    def move(self, group: Group, who: str, other: Date) -> None:
        by = self.name_of(who, group)
        self.both(
            lambda: rules.move(self.booking(group), self.slot(other), by=self.person(by), now=self.now),
            lambda house: house.move(group, other, by=by),
        )

    @rule(group=groups, who=mostly_olga)
    def put_on_the_list(self, group: Group, who: str) -> None:
        self.do(rules.wait, House.wait, group, who)

    @rule(group=groups, who=mostly_olga, came=st.booleans())
    def attend(self, group: Group, who: str, came: bool) -> None:
        by, counts = self.name_of(who, group), rules.Counts(unknown=20) if came else rules.Counts(no_show=True)
        self.both(
            lambda: rules.attend(self.booking(group), counts, by=self.person(by), now=self.now),
            lambda house: house.attend(group, "attended" if came else "no_show", by=by),
        )

    # What the house does with its dates.

    @rule(date=dates, places=st.integers(1, 60), groups=st.integers(1, 5), state=st.sampled_from(["open", "closed"]))
    def change_date(self, date: Date, places: int, groups: int, state: str) -> None:
        facts = {"capacity": places, "max_groups": groups, "state": state}
        self.both(
            lambda: planning.change_slot(self.slot(date), facts, by=self.person("olga"), now=self.now),
            lambda house: house.change_date(date, places=places, groups=groups, state=state),
        )

    @rule(date=dates, days=st.integers(-20, 20).filter(bool))
    def move_date(self, date: Date, days: int) -> None:
        starts_at = in_days(date.starts_at, days)
        times = {"starts_at": starts_at, "ends_at": starts_at + LESSON}
        self.both(
            lambda: planning.change_slot(self.slot(date), times, by=self.person("olga"), now=self.now),
            lambda house: house.move_date(date, starts_at),
        )

    @rule(date=dates)
    def cancel_date(self, date: Date) -> None:
        self.both(
            lambda: planning.cancel_slot(self.slot(date), by=self.person("olga"), now=self.now, reason="Sturm"),
            lambda house: house.cancel_date(date, date.starts_at + LESSON),
        )

    # Time passes; whenever it is more than a few minutes, the clock has been minded.

    @rule(seconds=st.integers(1, 70))
    def wait(self, seconds: int) -> None:
        assert self.house
        self.house.now += seconds * SECOND

    @rule(hours=st.one_of(st.integers(1, 48), st.integers(48, 400)))
    def let_time_decide(self, hours: int) -> None:
        assert self.house
        self.house.now += timedelta(hours=hours)
        decide_due(self.now)
        self.house.tick()
        self.is_new = True

    # After every step.

    @invariant()
    def every_group_is_as_it_should_be(self) -> None:
        rows = {row.pk: row for row in Booking.objects.all()}
        assert len(rows) == len(self.known(Group))
        for group, pk in self.known(Group).items():
            row = rows[pk]
            found = (row.state, row.pupils, row.places_held, row.slot_id, row.owner_id, row.offer_expires_at)
            owner = self.cast.users[group.owner].pk
            assert found == (group.state, group.pupils, group.held, self.pks[group.date], owner, group.until)

    @invariant()
    def every_date_counts_right(self) -> None:
        rows = Slot.objects.in_bulk(self.known(Date).values())
        for opened, pk in self.known(Date).items():
            row, house = rows[pk], self.house
            assert house
            taken = (house.places_taken(opened), house.groups_taken(opened), len(house.queue(opened)))
            assert (row.places_taken, row.groups_taken, row.groups_waiting) == taken
            assert (row.capacity, row.max_groups, row.state) == (opened.places, opened.groups, opened.state)
            assert (row.starts_at, row.book_until) == (opened.starts_at, opened.book_until)
            assert taken[0] <= opened.places
            assert taken[1] <= opened.groups

    @invariant()
    def no_promise_is_broken(self) -> None:
        if self.is_new:
            assert [str(breach) for breach in breaches(self.now)] == []
            self.is_new = False

    # Both worlds at once.

    def do(
        self,
        real: Callable[..., Any],
        ideal: Callable[..., Any],
        group: Group,
        who: str,
        *,
        told: tuple[str, ...] = (),
        **more: Any,
    ) -> None:
        """The same rule here and there; words in `told` are only for people."""
        by = self.name_of(who, group)
        fewer = {name: value for name, value in more.items() if name not in told}
        self.both(
            lambda: real(self.booking(group), by=self.person(by), now=self.now, **more),
            lambda house: ideal(house, group, by=by, **fewer),
        )

    def both(self, real: Callable[[], Any], ideal: Callable[[House], Any]) -> tuple[Any, Any]:
        """What both return; where they refuse, the program names one of the reasons that hold."""
        assert self.house
        self.house.now += SECOND  # no two things happen at one moment
        found, answer = outcome_of(real)
        try:
            group, reasons = ideal(self.house), {""}
        except Refused as refusal:
            group, reasons = None, refusal.reasons
        assert answer in reasons, f"{answer or 'done'}, not {reasons}"
        self.is_new |= not answer
        return found, group

    @property
    def now(self) -> datetime:
        assert self.house
        return self.house.now

    def name_of(self, who: str, group: Group) -> str:
        other = "ben" if group.owner == "ada" else "ada"
        return {"owner": group.owner, "stranger": other}.get(who, who)

    def person(self, name: str, instead_of: str = "") -> Actor:
        """Whoever organises books for somebody else."""
        on_behalf_of = instead_of if name == "olga" else ""
        return Actor("person", user=self.cast.users[name], on_behalf_of=on_behalf_of)

    def slot(self, opened: Date) -> Slot:
        return Slot.objects.select_related("workshop__partner", "venue").get(pk=self.pks[opened])

    def booking(self, group: Group) -> Booking:
        return Booking.objects.with_facts().get(pk=self.pks[group])

    def known(self, kind: type) -> dict[Any, int]:
        return {thing: pk for thing, pk in self.pks.items() if isinstance(thing, kind)}


def outcome_of(real: Callable[[], Any]) -> tuple[Any, str]:
    """What a rule returned, and the code of its refusal; a refused rule leaves nothing behind."""
    try:
        with transaction.atomic():
            return real(), ""
    except BookingError as error:
        return None, error.code
    except NotAllowed:
        return None, "not_allowed"
    except FieldErrors:
        return None, "invalid"


def contact_of(user: User) -> Contact:
    return Contact(user.name, user.email)


def in_days(moment: datetime, days: int) -> datetime:
    """At the same time of the clock."""
    return at_local(local_day(moment) + timedelta(days=days), time(8))


def closing(starts_at: datetime) -> datetime:
    return policy.book_until(starts_at, Policy(close_days=CLOSE_DAYS))


def deadline(now: datetime, starts_at: datetime) -> datetime:
    years = range(now.year, starts_at.year + 1)
    closed = frozenset().union(*(closed_by_law("DE", "SN", year) for year in years))
    return policy.offer_until(now, Policy(), closed, starts_at)
