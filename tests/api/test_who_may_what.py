"""Who may do what to a booking: every role × every action × every state, as the contract's table says.

Holders of a link have no API: they are asked on the pages of their link, where a refusal leads back to the booking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import User
from booking.messages import links
from booking.models import Booking
from schools.models import Membership, School
from tests.api.conftest import BOOKINGS, body, refusal, wrong_fields
from tests.asking import undone
from tests.factories import (
    in_days,
    make_assignment,
    make_cooperation,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)
from tests.nine_states import OVER, booking_in, slot_for
from tests.town import Town, build
from workshops.models import Partner, Slot, Trainer, Workshop

YES = 200
STATES = tuple(Booking.State.values)
LIVE = ("requested", "waitlisted", "offered", "confirmed")
VISITING = ("confirmed", "attended", "no_show")


@dataclass(frozen=True)
class Line:
    """A line of the contract: what each column answers, and the states in which a yes is done (elsewhere it is 409)."""

    school: int  # link, owner, office of the school
    trainer: int  # of the slot
    organiser: int  # of the responsible partner; the network's admin of every one
    cooperating: int  # organiser of a house that helps with the workshop
    elsewhere: int  # everyone else
    states: tuple[str, ...]


TABLE = {
    "see": Line(YES, YES, YES, YES, 404, STATES),
    "change": Line(YES, 403, YES, 403, 404, LIVE),
    "move": Line(YES, 403, YES, 403, 404, ("requested", "waitlisted", "confirmed")),
    "cancel": Line(YES, 403, YES, 403, 404, LIVE),
    "hand_over": Line(YES, 403, 403, 403, 404, LIVE),
    "accept": Line(YES, 403, 403, 403, 404, ("offered",)),
    "reject": Line(YES, 403, 403, 403, 404, ("offered",)),
    "confirm": Line(403, 403, YES, 403, 404, ("requested",)),
    "decline": Line(403, 403, YES, 403, 404, ("requested",)),
    "attendance": Line(403, YES, YES, 403, 404, VISITING),  # from the slot's start
    # what the contract does not name
    "wait": Line(403, 403, YES, 403, 404, ("requested",)),
    "reconfirm": Line(YES, 403, YES, 403, 404, ()),  # in `confirmed`, once the question was asked: nobody was
}
COLUMNS = {
    "owner": "school",
    "office": "school",
    "trainer": "trainer",
    "organiser": "organiser",
    "admin": "organiser",
    "cooperating": "cooperating",
    "colleague": "elsewhere",  # a teacher of the same school
    "office_declared": "elsewhere",  # says to be the office; nobody has confirmed it
    "no_longer_cooperating": "elsewhere",  # until yesterday
    "not_yet_cooperating": "elsewhere",  # later
    "trainer_declined": "elsewhere",  # was asked to lead, and will not
    "teacher": "elsewhere",
    "office_elsewhere": "elsewhere",
    "trainer_elsewhere": "elsewhere",
    "organiser_elsewhere": "elsewhere",
    "funder": "elsewhere",
}
ALREADY_DECIDED = {"confirm", "decline", "wait"}

CAME = {"present": {"unknown": 20}, "minutes": 180}
CALLS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "see": ("get", "", {}),
    "change": ("patch", "", {"note": "hello"}),
    "move": ("post", "move/", {"slot": "{there}"}),
    "cancel": ("post", "cancel/", {"reason": "ill"}),
    "hand_over": ("post", "hand-over/", {"email": "colleague@school.example"}),
    "accept": ("post", "accept/", {}),
    "reject": ("post", "reject/", {}),
    "confirm": ("post", "confirm/", {}),
    "decline": ("post", "decline/", {"reason": "no"}),
    "attendance": ("put", "attendance/", CAME),
    "wait": ("post", "wait/", {}),
    "reconfirm": ("post", "reconfirm/", {}),
}
WRITES = [action for action in CALLS if action != "see"]


@dataclass(frozen=True)
class House:
    """The town of the matrix with a booking in each state, every one in a date of its own that the trainer leads."""

    clients: dict[str, Client]
    bookings: dict[str, Booking]
    there: Slot  # where they may move to
    closed: Slot
    past: Slot


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    """Built once, in a transaction that never ends well."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield furnished(build())
        transaction.set_rollback(True)


def furnished(town: Town) -> House:
    partner, school = Partner.objects.get(slug="zuklos"), School.objects.get(pk=town.things["school"])
    Membership.objects.filter(user=town.people["owner"]).update(state="confirmed")  # so that she may book nine times
    owner, by = User.objects.get(pk=town.people["owner"].pk), Actor.person(town.people["organiser"])
    tom, reluctant = Trainer.objects.get(pk=town.things["trainer"]), make_trainer(partner)
    workshop, bookings = make_workshop(partner), {}
    make_cooperation(workshop, Partner.objects.get(slug="helper"))
    for day, state in enumerate(STATES, start=10):
        slot = slot_for(state, workshop, starts_at=in_days(day))
        make_assignment(slot, tom)
        make_assignment(slot, reluctant, state="declined")
        bookings[state] = booking_in(state, slot, owner, by=by, school=school)
    neighbours = {
        "trainer_declined": reluctant.user,
        "colleague": member(school, "teacher", "confirmed"),
        "office_declared": member(school, "office", "declared"),
        "no_longer_cooperating": helper(workshop, None, timezone.localdate()),
        "not_yet_cooperating": helper(workshop, timezone.localdate() + timedelta(days=90), None),
    }
    everybody = Town(town.people | neighbours, town.things)
    clients = {who: everybody.client(who) for who in (*COLUMNS, "anonymous")}
    there = make_slot(workshop, starts_at=in_days(30))
    closed = make_slot(workshop, starts_at=in_days(31), state="closed")
    return House(clients, bookings, there, closed, past=make_slot(workshop, starts_at=in_days(-2)))


def helper(workshop: Workshop, first: date | None, after: date | None) -> User:
    house = make_partner()
    make_cooperation(workshop, house, valid=(first, after), sees_contacts=True)
    return make_organiser(house)


def member(school: School, role: str, state: str) -> User:
    user = make_user()
    Membership.objects.create(user=user, school=school, role=role, state=state)
    return user


def moment_for(action: str, booking: Booking) -> datetime:
    """Now, before all visits; who came is counted, and counted anew, once the visit has begun."""
    is_begun = action == "attendance" or booking.state in OVER
    return booking.slot.starts_at + timedelta(minutes=30) if is_begun else timezone.now()


def filled_in(sent: dict[str, Any], house: House) -> dict[str, Any]:
    return sent | {"slot": house.there.pk} if "slot" in sent else sent


def ask(house: House, who: str, action: str, booking: Booking, sent: dict[str, Any] | None = None) -> Any:
    (method, path, usual), client = CALLS[action], house.clients[who]
    as_json = {} if method == "get" else {"content_type": "application/json"}
    with time_machine.travel(moment_for(action, booking), tick=False):
        return getattr(client, method)(
            f"{BOOKINGS}{booking.pk}/{path}", filled_in(usual, house) if sent is None else sent, **as_json
        )


def facts(booking: Booking) -> tuple[Any, ...]:
    """All that a call might change: the booking, its slot, the line of its history."""
    now = Booking.objects.get(pk=booking.pk)
    slot = Slot.objects.get(pk=now.slot_id)
    return now.state, now.version, now.places_held, slot.pk, slot.places_taken, slot.groups_waiting, now.changes.count()


def expected(who: str, action: str, state: str) -> tuple[int, str]:
    """Status and code: 401, 404 and 403 come before what the state allows."""
    if who == "anonymous":
        return 401, "not_authenticated"
    line = TABLE[action]
    status = getattr(line, COLUMNS[who])
    if status != YES:
        return status, {403: "permission_denied", 404: "not_found"}[status]
    if state in line.states:
        return YES, ""
    return 409, "already_decided" if action in ALREADY_DECIDED else "not_active"


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("action", CALLS)
def test_every_cell_of_the_table(action: str, state: str, house: House):
    booking, answers = house.bookings[state], {}
    before = facts(booking)
    for who in house.clients:
        with undone():
            answer = ask(house, who, action, booking)
            answers[who] = (YES, "") if answer.status_code == YES else refusal(answer)
            assert (facts(booking) != before) is (answer.status_code == YES and action != "see"), who

    wanted = {who: expected(who, action, state) for who in house.clients}
    assert {who: (answer, "not", wanted[who]) for who, answer in answers.items() if answer != wanted[who]} == {}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("action", WRITES)
def test_a_wrong_body_is_told_to_those_alone_who_may_whatever_the_state_is(action: str, state: str, house: House):
    """401, 404, 403, 400, 409."""
    booking = house.bookings[state]
    for who in ("anonymous", "teacher", "trainer", "owner", "organiser", "cooperating"):  # one of each column
        with undone():
            answer = ask(house, who, action, booking, {"nonsense": 1})
        status, _code = expected(who, action, state)
        if status in {401, 403, 404}:
            assert answer.status_code == status, who
        else:
            assert wrong_fields(answer)["nonsense"] == "unknown", who


@pytest.mark.parametrize("state", STATES)
def test_the_actions_that_are_named_are_those_that_are_done(state: str, house: House):
    booking = house.bookings[state]
    for who in COLUMNS:
        answer = ask(house, who, "see", booking)
        if answer.status_code == YES:
            has_begun = state in OVER
            wanted = {
                action
                for action in WRITES
                if expected(who, action, state)[0] == YES and (action != "attendance" or has_begun)
            }
            assert set(answer.json()["actions"]) == wanted, who


def new_class(slot: Slot, pupils: int) -> dict[str, Any]:
    return body(slot, school=make_school().pk, group={"name": "9x", "grades": [9], "pupils": pupils})


# An organiser sets a rule aside: the call, and the status without a reason.
OVERRIDES: dict[str, tuple[Callable[[House], tuple[str, str, dict[str, Any]]], int]] = {
    "add above the maximum": (lambda house: ("post", BOOKINGS, new_class(house.there, 30)), 400),
    "add in the past": (lambda house: ("post", BOOKINGS, new_class(house.past, 20)), 409),
    "raise above the maximum": (lambda house: ("patch", one_of(house), {"group": {"pupils": 30}}), 400),
    "move to a closed date": (lambda house: ("post", f"{one_of(house)}move/", {"slot": house.closed.pk}), 409),
}


def one_of(house: House) -> str:
    return f"{BOOKINGS}{house.bookings['confirmed'].pk}/"


@pytest.mark.parametrize("override", OVERRIDES)
def test_rules_are_set_aside_by_organisers_alone_and_with_a_reason(override: str, house: House):
    """Everybody sees the dates, so that who adds to one is told 403; a booking is not there for everyone else."""
    arrange, without_reason = OVERRIDES[override]
    for who, client in house.clients.items():
        with undone():
            (method, path, sent), before = arrange(house), Booking.objects.count()
            calls = partial(getattr(client, method), path, content_type="application/json")
            answer = calls(sent | {"override_reason": "am Telefon zugesagt"})
            column, is_new = COLUMNS.get(who, who), path == BOOKINGS
            if column == "organiser":
                assert answer.status_code == (201 if is_new else 200), answer.content
                assert "am Telefon zugesagt" in {line["reason"] for line in answer.json()["history"]}
            else:
                wanted = {"anonymous": 401, "elsewhere": 403 if is_new else 404}.get(column, 403)
                assert (answer.status_code, Booking.objects.count()) == (wanted, before), who
    with undone():
        method, path, sent = arrange(house)
        answer = getattr(house.clients["organiser"], method)(path, sent, content_type="application/json")
        assert answer.status_code == without_reason


def changed_form(booking: Booking) -> dict[str, Any]:
    """The page's form with another note."""
    return {
        "group_name": booking.group_name,
        "grades": booking.grades,
        "pupils": booking.pupils,
        "adults": booking.adults,
        "photos": booking.photos,
        "contact_name": booking.contact_name,
        "contact_email": booking.contact_email,
        "contact_phone": booking.contact_phone,
        "note": "hello",
    }


PAGES: dict[str, tuple[str, Any]] = {
    "see": ("", {}),
    "change": ("change/", changed_form),
    "move": ("move/", {"slot": "{there}"}),
    "cancel": ("cancel/", {"reason": "ill"}),
    "hand_over": ("hand-over/", {"email": "colleague@school.example"}),
    "accept": ("answer/", {"answer": "accept"}),
    "reject": ("answer/", {"answer": "reject"}),
    "confirm": ("confirm/", {}),
    "decline": ("decline/", {"reason": "no"}),
    "attendance": ("attendance/", CAME),
    "wait": ("wait/", {}),
    "reconfirm": ("reconfirm/", {"answer": "yes"}),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("action", PAGES)
def test_who_holds_the_link_does_on_pages_what_the_school_may(action: str, state: str, house: House):
    """What is not for schools has no page there; what the state does not allow leads back and changes nothing."""
    booking, line = house.bookings[state], TABLE[action]
    path, form = PAGES[action]
    home = f"/b/{links.sign(booking)}/"
    before = facts(booking)

    with undone(), time_machine.travel(moment_for(action, booking), tick=False):
        client, sent = Client(), form(booking) if callable(form) else filled_in(form, house)
        answer = client.get(home) if action == "see" else client.post(f"{home}{path}", sent)
        is_done = facts(booking) != before
        seen = client.get(home)

    assert seen.status_code == 200
    if line.school != YES:
        assert (answer.status_code, is_done) == (404, False)
    elif action == "see":
        assert (answer.status_code, is_done) == (200, False)
    else:
        assert (answer.status_code, answer["Location"], is_done) == (302, home, state in line.states)
