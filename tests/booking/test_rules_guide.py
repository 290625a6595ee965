"""docs/booking-rules.md: its diagram and its tables are those of the code."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from booking import access, policy, states
from booking.explain import ACCESS
from booking.models import Booking
from workshops.models import Policy

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "booking-rules.md").read_text()
ARROWS = re.findall(r"^    (\S+) --> (\w+): (.+)$", GUIDE, re.MULTILINE)
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in GUIDE.splitlines() if line.startswith("| `")]
ACTIONS = {row[0].strip("`"): row[1:] for row in ROWS if row[0].strip("`") in states.POSSIBLE}
RULES = {row[0].strip("`"): row[1:] for row in ROWS if row[0].strip("`") not in states.POSSIBLE}
SIDES = {"school": set(access.SCHOOL_SIDE), "organiser": {"organiser"}, "trainer": {"trainer"}}


def test_the_diagram_is_the_table_of_transitions():
    drawn = {(before, after): tuple(rules.split(", ")) for before, after, rules in ARROWS if before != "[*]"}

    assert drawn == {(str(before), str(after)): rules for (before, after), rules in states.TRANSITIONS.items()}


def test_a_booking_begins_as_the_diagram_says():
    assert {after for before, after, _rules in ARROWS if before == "[*]"} == {"requested", "waitlisted", "confirmed"}


def test_every_state_is_reached():
    assert {after for _before, after, _rules in ARROWS} == set(Booking.State.values)


def test_each_action_stands_with_its_states_and_those_who_may():
    assert set(ACTIONS) == set(states.POSSIBLE)
    for action, (where, who) in ACTIONS.items():
        assert where.split(", ") == [str(state) for state in states.POSSIBLE[action]], action
        roles = set().union(*(SIDES[side] for side in who.split(", ")))
        assert roles == set(access.ALLOWED[ACCESS.get(action, action)]), action


def test_every_rule_of_a_house_is_explained_with_what_is_usual():
    assert set(RULES) == {column.name for column in fields(Policy)}
    usual = Policy()
    for name, (value, _words) in RULES.items():
        assert value == said(getattr(usual, name)), name


@pytest.mark.parametrize("name", policy.PROMISED)
def test_what_is_promised_stands_in_the_first_table(name: str):
    promised, _of_the_house = GUIDE.split("These hold for the house")

    assert f"| `{name}` |" in promised


def said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return str(value)
