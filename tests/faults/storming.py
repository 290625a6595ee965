"""A storm of every call that people and programs make about bookings: who calls what, and what they may hear."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

from django.utils import timezone

from accounts.models import Token, User
from booking.models import Booking
from schools.models import Membership, School
from tests.factories import (
    in_days,
    make_assignment,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)
from tests.web import Answer, Web

API = "/api/v1/"
LARGEST = 30
TEACHERS, ORGANISERS, TRAINERS = 12, 3, 1
NAMES = [f"{grade}{letter}" for grade in (7, 8, 9) for letter in "abcde"]

# What may be refused, by kind of call: the codes of the contract, and the fields that a 400 may name.
ROOM, STATE, WHEN, TWICE, SIZE = {"no_room"}, {"not_active"}, {"too_late"}, {"already_booked"}, {"group.pupils"}
REFUSALS: dict[str, set[str]] = {
    "place": {"full", "not_bookable"} | TWICE | SIZE,
    "join the list": {"not_bookable"} | TWICE | SIZE,
    "set the rules aside": TWICE,
    "add later": TWICE,
    "grow or shrink": ROOM | STATE | WHEN | SIZE,
    "rename": STATE | WHEN | TWICE,
    "write a note": STATE | WHEN,
    "change over the rules": STATE | SIZE,
    "cancel": STATE | WHEN,
    "cancel by the house": STATE,
    "move": ROOM | STATE | WHEN | TWICE | SIZE | {"not_bookable"},
    "move over the rules": STATE | TWICE | {"not_bookable"},
    "hand over": STATE | WHEN,
    "confirm": {"already_decided"} | ROOM,
    "confirm elsewhere": {"already_decided", "not_bookable", "slot"} | ROOM | TWICE,
    "decline": {"already_decided"},
    "accept": STATE | WHEN,
    "reject": STATE,
    "count who came": STATE,
    "more or fewer places": ROOM,
    "move the date": set(),
    "read": set(),
}


@dataclass(frozen=True)
class Town:
    """Five dates to come of two workshops, and one that has begun."""

    instant: list[int]
    asked: list[int]
    begun: int
    starts: dict[int, datetime]
    schools: dict[str, int]
    bearers: dict[str, dict[str, str]]
    addresses: dict[str, str]

    def dates_like(self, slot: int) -> list[int]:
        """The dates of the same workshop, without it."""
        return [other for other in (self.asked if slot in self.asked else self.instant) if other != slot]


def build() -> Town:
    partner = make_partner()
    instant = make_workshop(partner, booking_mode="instant", capacity=LARGEST, max_groups=4)
    asked = make_workshop(partner, booking_mode="request", capacity=LARGEST, max_groups=4, skip_ahead=True)
    slots = [make_slot(instant, starts_at=in_days(days)) for days in (40, 42, 44)]
    slots += [make_slot(asked, starts_at=in_days(days)) for days in (50, 52)]
    begun = make_slot(instant, starts_at=timezone.now() - timedelta(hours=1))
    trainer = make_trainer(partner)
    make_assignment(begun, trainer)
    people = {f"organiser {n}": make_organiser(partner) for n in range(ORGANISERS)} | {"trainer 0": trainer.user}
    teachers = {f"teacher {n}": teacher_of(make_school()) for n in range(TEACHERS)}
    people |= {name: user for name, (user, _school) in teachers.items()}
    return Town(
        instant=[slot.pk for slot in slots[:3]],
        asked=[slot.pk for slot in slots[3:]],
        begun=begun.pk,
        starts={slot.pk: slot.starts_at for slot in slots},
        schools={name: school.pk for name, (_user, school) in teachers.items()},
        bearers={name: bearer(user) for name, user in people.items()},
        addresses={name: user.email for name, user in people.items()},
    )


def teacher_of(school: School) -> tuple[User, School]:
    user = make_user()
    Membership.objects.create(user=user, school=school, role="teacher", state="confirmed")
    return user, school


def bearer(user: User) -> dict[str, str]:
    return {"Authorization": f"Bearer {Token.objects.issue(user, scope='organise')}"}


@dataclass
class Storm:
    """What all clients together asked and heard. `board` is the last that anybody heard of each booking."""

    web: Web
    town: Town
    board: dict[int, dict[str, Any]] = field(default_factory=dict)
    heard: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    acknowledged: set[int] = field(default_factory=set)

    def blow(self, seed: int, *, seconds: float, calls: int = 0) -> None:
        """Everybody calls for so long, and until there were so many calls."""
        end = time.monotonic() + seconds
        clients = [client(self, seed, name) for name in self.town.bearers]

        def run(one: Client) -> None:
            while (time.monotonic() < end or self.heard.total() < calls) and not self.wrong:
                one.call()

        with ThreadPoolExecutor(len(clients)) as pool:
            list(pool.map(run, clients))

    def note(self, kind: str, answer: Answer) -> None:
        if answer.status < 300:
            self.heard[kind, str(answer.status)] += 1
            return
        words = words_of(answer)
        self.heard[kind, " ".join([str(answer.status), *sorted(words)])] += 1
        if answer.status not in {400, 409} or not words or not words <= REFUSALS[kind]:
            self.wrong.append(f"{kind}: {answer.status} {answer.body}")

    def succeeded(self) -> set[str]:
        return {kind for (kind, outcome) in self.heard if outcome in {"200", "201"}}

    def report(self) -> str:
        parts = sorted(f"{kind} {outcome}: {count}" for (kind, outcome), count in self.heard.items())
        return f"{self.heard.total()} calls; " + ", ".join(parts)


def words_of(answer: Answer) -> set[str]:
    """The code of a conflict, or the fields that are wrong."""
    if not isinstance(answer.body, dict):
        return set()
    return {answer.body["code"]} if answer.status == 409 else {error["field"] for error in answer.body["errors"]}


@dataclass
class Client(ABC):
    """Somebody with a token, who calls by chance what fits what was heard."""

    storm: Storm
    name: str
    rng: Random

    @property
    def town(self) -> Town:
        return self.storm.town

    def call(self) -> None:
        kinds = self.kinds()
        self.rng.choices(list(kinds), list(kinds.values()))[0]()

    @abstractmethod
    def kinds(self) -> dict[Callable[[], None], int]:
        """What the person calls, and how often beside the rest."""

    def write(self, kind: str, method: str, path: str, body: dict[str, Any]) -> Answer:
        """Some send a key, and then send it all again: what was done is not done twice."""
        key = {"Idempotency-Key": str(uuid4())} if self.rng.random() < 0.15 else {}
        answer = self.send(kind, method, path, body, **key)
        if key and answer.status < 300:
            again = self.send(kind, method, path, body, **key)
            if (again.status, again.body) != (answer.status, answer.body):
                self.storm.wrong.append(f"{kind}: {answer}, and then {again}")
        return answer

    def send(self, kind: str, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        answer = self.storm.web.send(method, API + path, body, **self.town.bearers[self.name], **headers)
        self.storm.note(kind, answer)
        if answer.status < 300 and "bookings/" in path:
            found = answer.body.get("results", [answer.body])
            self.storm.board.update({one["id"]: one for one in found})
        if answer.status == 201:
            self.storm.acknowledged.add(answer.body["id"])
        return answer

    def of_booking(
        self, kind: str, state: str, path: str, body: dict[str, Any] | None = None, method: str = ""
    ) -> None:
        """Do it to a booking that probably is in this state."""
        if one := self.find(state):
            self.write(kind, method or "POST", f"bookings/{one['id']}/{path}", body or {})

    def find(self, *states: str) -> dict[str, Any] | None:
        """One that I know of: mostly in one of these states, now and then whatever it is in; None if there is none."""
        known = self.mine()
        if self.rng.random() < 0.9:
            known = [one for one in known if one["state"] in states]
        return self.rng.choice(known) if known else None

    def mine(self) -> list[dict[str, Any]]:
        return [one for one in list(self.storm.board.values()) if one["slot"]["id"] != self.town.begun]

    def read(self) -> None:
        one = self.find("confirmed")
        slots = [*self.town.instant, *self.town.asked]
        paths = ["slots/?bookable=true", "bookings/?page_size=20", "schools/?q=ober", "workshops/", "me/"]
        paths += [f"slots/{self.rng.choice(slots)}/", *([f"bookings/{one['id']}/"] if one else [])]
        self.send("read", "GET", self.rng.choice(paths))


class Teacher(Client):
    def kinds(self) -> dict[Callable[[], None], int]:
        return {
            self.place: 8,
            self.resize: 4,
            self.rename: 1,
            self.write_a_note: 1,
            self.cancel: 4,
            self.move: 5,
            self.hand_over: 1,
            self.answer: 6,
            self.read: 3,
        }

    def mine(self) -> list[dict[str, Any]]:
        address = self.town.addresses[self.name]
        return [one for one in super().mine() if one["contact"]["email"] == address]

    def place(self) -> None:
        slot, waitlist = self.rng.choice([*self.town.instant, *self.town.asked]), self.rng.random() < 0.6
        wishes = self.town.dates_like(slot) if slot in self.town.asked else []
        self.write("join the list" if waitlist else "place", "POST", "bookings/", self.order(slot, waitlist, wishes))

    def order(self, slot: int, waitlist: bool, wishes: list[int]) -> dict[str, Any]:
        group = {"name": self.rng.choice(NAMES), "grades": [7], "pupils": self.rng.randint(1, 16), "adults": 2}
        school = self.town.schools[self.name]
        return {"slot": slot, "school": school, "group": group, "waitlist": waitlist, "alternatives": wishes}

    def resize(self) -> None:
        body = {"group": {"pupils": self.rng.randint(1, 24)}}
        self.of_booking("grow or shrink", "confirmed", "", body, "PATCH")

    def rename(self) -> None:
        self.of_booking("rename", "confirmed", "", {"group": {"name": self.rng.choice(NAMES)}}, "PATCH")

    def write_a_note(self) -> None:
        self.of_booking("write a note", "confirmed", "", {"note": f"Bus {self.rng.randint(1, 99)}"}, "PATCH")

    def cancel(self) -> None:
        self.of_booking("cancel", self.rng.choice(["confirmed", "waitlisted"]), "cancel/", {"reason": "krank"})

    def move(self) -> None:
        if one := self.find("confirmed", "requested", "waitlisted"):
            target = self.rng.choice(self.town.dates_like(one["slot"]["id"]))
            self.write("move", "POST", f"bookings/{one['id']}/move/", {"slot": target})

    def hand_over(self) -> None:
        self.of_booking(
            "hand over", "confirmed", "hand-over/", {"email": f"kollege{self.rng.randint(1, 5)}@school.example"}
        )

    def answer(self) -> None:
        """Look for a mail with an offer; mostly say yes."""
        self.send("read", "GET", "bookings/?state=offered")
        kind = "accept" if self.rng.random() < 0.7 else "reject"
        self.of_booking(kind, "offered", f"{kind}/")


class Organiser(Client):
    def kinds(self) -> dict[Callable[[], None], int]:
        return {
            self.confirm: 5,
            self.confirm_elsewhere: 4,
            self.decline: 2,
            self.cancel: 1,
            self.set_rules_aside: 1,
            self.add_later: 1,
            self.change_over_rules: 1,
            self.move_over_rules: 1,
            self.change_places: 6,
            self.move_date: 1,
            self.count: 1,
            self.read: 2,
        }

    def confirm(self) -> None:
        self.of_booking("confirm", "requested", "confirm/")

    def confirm_elsewhere(self) -> None:
        if one := self.find("requested"):
            wish = self.rng.choice(one["alternatives"] or self.town.instant)
            self.write("confirm elsewhere", "POST", f"bookings/{one['id']}/confirm/", {"slot": wish})

    def decline(self) -> None:
        self.of_booking("decline", "requested", "decline/", {"reason": "Kein Raum"})

    def cancel(self) -> None:
        self.of_booking("cancel by the house", "confirmed", "cancel/", {"reason": "Sturm"})

    def set_rules_aside(self) -> None:
        slot = self.rng.choice([*self.town.instant, *self.town.asked])
        self.write("set the rules aside", "POST", "bookings/", self.order(slot))

    def add_later(self) -> None:
        self.write("add later", "POST", "bookings/", self.order(self.town.begun))

    def order(self, slot: int) -> dict[str, Any]:
        group = {"name": self.rng.choice(NAMES), "grades": [7], "pupils": self.rng.randint(1, 12)}
        school = self.rng.choice(list(self.town.schools.values()))
        return {"slot": slot, "school": school, "group": group, "override_reason": "versprochen"}

    def change_over_rules(self) -> None:
        body = {"group": {"pupils": self.rng.randint(1, 24)}, "override_reason": "versprochen"}
        self.of_booking("change over the rules", "confirmed", "", body, "PATCH")

    def move_over_rules(self) -> None:
        if one := self.find("confirmed"):
            body = {"slot": self.rng.choice(self.town.dates_like(one["slot"]["id"])), "override_reason": "versprochen"}
            self.write("move over the rules", "POST", f"bookings/{one['id']}/move/", body)

    def change_places(self) -> None:
        slot = self.rng.choice([*self.town.instant, *self.town.asked])
        body = {"capacity": self.rng.randint(20, 60), "max_groups": self.rng.randint(2, 6)}
        self.write("more or fewer places", "PATCH", f"slots/{slot}/", body)

    def move_date(self) -> None:
        slot, days = self.rng.choice(list(self.town.starts)), self.rng.randint(-3, 3)
        starts_at = in_days(40 + days + 2 * list(self.town.starts).index(slot))
        self.write("move the date", "PATCH", f"slots/{slot}/", {"starts_at": starts_at.isoformat()})

    def count(self) -> None:
        self.count_those([one for one in list(self.storm.board.values()) if one["slot"]["id"] == self.town.begun])

    def count_those(self, there: list[dict[str, Any]]) -> None:
        if there:
            came = {"present": {"f": self.rng.randint(1, 9), "m": 4}, "adults": 1, "minutes": 180}
            body = self.rng.choice([came, came, {"no_show": True}])
            self.write("count who came", "PUT", f"bookings/{self.rng.choice(there)['id']}/attendance/", body)


class Leader(Organiser):
    """The trainer of the date that has begun."""

    def kinds(self) -> dict[Callable[[], None], int]:
        return {self.count: 3, self.read: 1}

    def mine(self) -> list[dict[str, Any]]:
        return []


ROLES: dict[str, type[Client]] = {"teacher": Teacher, "organiser": Organiser, "trainer": Leader}


def client(storm: Storm, seed: int, name: str) -> Client:
    return ROLES[name.split(maxsplit=1)[0]](storm, name, Random(f"{seed} {name}"))


def lost(storm: Storm) -> Iterator[int]:
    """Bookings that somebody was told of and that are not there."""
    kept = set(Booking.objects.values_list("pk", flat=True))
    return (pk for pk in storm.acknowledged if pk not in kept)
