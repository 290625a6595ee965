"""A frozen report stays what it was, byte for byte; what became different is named; corrections in it say why."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from accounts.actor import Actor
from booking import audit, planning, rules
from booking.clock.retention import erase_expired
from booking.errors import FieldErrors, NotAllowed
from booking.models import FrozenReport
from booking.reports import facts, grouped_files
from booking.reports.comparing import differences
from booking.reports.freezing import broken, digest_of, figures_of, freeze, frozen_over, question_of
from booking.reports.participation import report
from booking.rules import Counts
from tests.factories import make_organiser, make_user
from tests.reports.conftest import LATER, YEAR, Houses
from tests.together import together
from workshops.models import WorkshopPot


@pytest.fixture
def lab(houses: Houses) -> Houses:
    houses.visit(date(2025, 10, 7), pot=1)
    houses.visit(date(2025, 11, 7), school=1, workshop=1, counts=(1, 2, 3, 4), minutes=100)
    houses.count()
    return houses


def frozen_by(town: Houses, question: Any = YEAR, **more: Any) -> FrozenReport:
    by = more.pop("by", None) or Actor.person(town.organiser())
    return freeze(question, frozenset({town.lab.pk}), by=by, now=more.pop("now", LATER), **more)


def test_figures_and_rows_are_kept_under_their_digest(lab: Houses):
    kept = frozen_by(lab, note="For the fund")
    assert (kept.partner, kept.visits, kept.note, kept.is_whole) == (lab.lab, 2, "For the fund", True)
    assert (
        sha256(f"{kept.result}\n{kept.rows}".encode()).hexdigest() == kept.sha256 == digest_of(kept.result, kept.rows)
    )
    rows = json.loads(kept.rows)
    assert len(rows["rows"]) == 2
    assert rows["rows"][0][rows["columns"].index("f")] == 11
    found = figures_of(kept)
    assert (found["total"]["contact_hours"], found["house"]) == (82.67, {"slug": "lab", "name": "Lab"})
    assert found["rows"][0]["label"] == "Oktober 2025"


def test_the_words_are_german_whoever_freezes(lab: Houses):
    with translation.override("en"):
        assert figures_of(frozen_by(lab))["rows"][0]["label"] == "Oktober 2025"


def test_the_same_figures_are_frozen_once(lab: Houses):
    by = Actor.person(lab.organiser())
    first = frozen_by(lab, by=by)
    assert frozen_by(lab, by=by, now=LATER.replace(hour=13)) == first
    lab.visit(date(2026, 1, 9))
    lab.count()
    second = frozen_by(lab, by=by, now=LATER.replace(hour=14))
    assert second != first
    assert frozen_by(lab, replace(YEAR, group_by="workshop"), by=by) not in {first, second}


def test_what_came_back_to_old_figures_is_frozen_anew(lab: Houses):
    """The newest report says how it is."""
    by = Actor.person(lab.organiser())
    booking = lab.visit(date(2026, 1, 9))
    lab.count()
    kept = []
    for hour, girls in ((13, 11), (14, 12), (15, 11)):
        counts = Counts(f=girls, m=9, unknown=2, adults=2, minutes=180)
        rules.attend(booking, counts, by=by, now=LATER, reason="counted again")
        kept.append(frozen_by(lab, by=by, now=LATER.replace(hour=hour)))
    assert kept[0].sha256 == kept[2].sha256 != kept[1].sha256
    assert len({one.pk for one in kept}) == 3


@pytest.mark.django_db(transaction=True)
def test_two_who_freeze_at_once_get_one_report(lab: Houses):
    by = Actor.person(lab.organiser())
    both = together(*[lambda: frozen_by(lab, by=by).pk] * 2)
    assert both[0] == both[1]
    assert FrozenReport.objects.count() == 1


def test_who_may_freeze(lab: Houses):
    with pytest.raises(NotAllowed):
        frozen_by(lab, by=Actor.person(lab.organiser("maker")))
    organiser = Actor.person(lab.organiser())
    with pytest.raises(NotAllowed):
        freeze(YEAR, None, by=organiser, now=LATER)
    with pytest.raises(FieldErrors):
        freeze(YEAR, frozenset({lab.lab.pk, lab.maker.pk}), by=organiser, now=LATER)
    admin = make_user("nora", is_network_admin=True)
    assert freeze(YEAR, None, by=Actor.person(admin), now=LATER).partner is None


def test_nothing_that_happens_later_changes_it(lab: Houses):
    kept = frozen_by(lab)
    before, by = (kept.result, kept.rows, kept.sha256), kept_by(kept)
    booking = lab.workshops[0].slots.get().bookings.get()
    rules.attend(booking, Counts(f=30, minutes=90), by=by, now=LATER, reason="two lists")
    rules.attend(booking, Counts(no_show=True), by=by, now=LATER, reason="the other class")
    for thing, name in ((lab.lab, "name"), (lab.schools[0], "name"), (lab.schools[0], "district_code")):
        setattr(thing, name, "anders")  # renamed, and imported anew
        thing.save()
    lab.workshops[0].title = {"de": "Anders"}
    lab.workshops[0].save()
    facts.keep_all()
    erase_expired(LATER + timedelta(days=3650))
    booking.delete()
    assert by.user
    by.user.delete()

    kept = FrozenReport.objects.get()
    assert (kept.result, kept.rows, kept.sha256, kept.by) == (*before, None)
    assert kept.is_whole
    assert not list(broken())


def kept_by(kept: FrozenReport) -> Actor:
    assert kept.by
    return Actor.person(kept.by)


def test_it_cannot_be_saved_again_and_audit_sees_harm(lab: Houses):
    kept = frozen_by(lab)
    with pytest.raises(ValueError, match="never changed"):
        kept.save()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE booking_frozenreport SET rows = replace(rows, '11', '12')")
    assert not kept.is_whole
    assert [breach.kind for breach in audit.breaches(LATER) if breach.kind == "frozen"] == ["frozen"]


def test_what_would_be_different_today_is_named(lab: Houses):
    kept = frozen_by(lab)
    booking = lab.workshops[0].slots.get().bookings.get()
    assert differences(figures_of(kept), report(*question_of(kept), LATER)) == []
    corrected = Counts(f=13, m=9, unknown=2, adults=2, minutes=180)
    rules.attend(booking, corrected, by=kept_by(kept), now=LATER, reason="two came late")
    lab.visit(date(2026, 3, 3), counts=(1, 0, 0, 0), adults=0, minutes=60, school=1)
    lab.count()

    with translation.override("de"):
        found = differences(figures_of(kept), report(*question_of(kept), LATER))
        told = {(one.label, str(one.figure)): (one.frozen, one.by) for one in found}
    assert told["Summe", "Teilnahmen"] == (32, 3)
    assert told["Oktober 2025", "Mädchen"] == (11, 2)
    assert told["Oktober 2025", "Kontaktstunden zu 60 Minuten"] == (66.0, 6.0)
    assert told["März 2026", "Besuche"] == (0, 1)
    assert ("November 2025", "Teilnahmen") not in told
    assert ("Summe", "Schulen waren da") not in told


def test_that_nobody_came_after_all_is_a_difference_where_no_places_are_counted(lab: Houses):
    late = lab.visit(date(2025, 10, 9), state="confirmed")
    kept = frozen_by(lab, replace(YEAR, country="DE"))
    rules.attend(late, Counts(no_show=True), by=kept_by(kept), now=LATER)

    with translation.override("de"):
        found = differences(figures_of(kept), report(*question_of(kept), LATER))
        told = {(one.label, str(one.figure)): (one.frozen, one.today) for one in found}
    assert told == {("Summe", "Nicht erschienen"): (0, 1), ("Oktober 2025", "Nicht erschienen"): (0, 1)}


def test_a_correction_of_a_joint_visit_is_a_difference_for_the_house_that_helped(lab: Houses):
    by = Actor.person(lab.organiser("maker"))
    kept = freeze(YEAR, frozenset({lab.maker.pk}), by=by, now=LATER)
    booking = lab.workshops[0].slots.get().bookings.get()
    corrected = Counts(f=13, m=9, unknown=2, adults=2, minutes=180)
    rules.attend(booking, corrected, by=Actor.person(lab.organiser()), now=LATER, reason="two came late")

    with translation.override("de"):
        found = differences(figures_of(kept), report(*question_of(kept), LATER))
        told = {(one.label, str(one.figure)): (one.frozen, one.today) for one in found}
    assert told["Gemeinsame Besuche: Summe", "Mädchen"] == (11, 13)
    assert told["Gemeinsame Besuche: Lab", "Mädchen"] == (11, 13)
    assert ("Summe", "Mädchen") not in told


def test_a_correction_of_what_a_frozen_report_counts_says_why(lab: Houses):
    kept = frozen_by(lab)
    by = kept_by(kept)
    booking = lab.workshops[0].slots.get().bookings.get()
    with pytest.raises(FieldErrors) as refusal:
        rules.attend(booking, Counts(f=1, minutes=60), by=by, now=LATER, reason=" ")
    assert set(refusal.value.errors) == {"reason"}
    same = Counts(f=11, m=9, unknown=2, adults=2, minutes=180)
    rules.attend(booking, same, by=by, now=LATER)  # nothing changes
    rules.attend(booking, Counts(f=1, minutes=60), by=by, now=LATER, reason="Two lists were mixed up")
    assert booking.changes.latest("pk").reason == "Two lists were mixed up"


def test_what_is_recorded_for_the_first_time_needs_no_reason(lab: Houses):
    late = lab.visit(date(2025, 12, 1), state="confirmed")
    kept = frozen_by(lab)
    rules.attend(late, Counts(f=1, minutes=60), by=kept_by(kept), now=LATER)
    assert late.changes.latest("pk").reason == ""


@pytest.mark.parametrize(
    ("narrowed", "counts"),
    [
        ({}, True),
        ({"first": date(2025, 10, 8)}, False),
        ({"last": date(2025, 10, 6)}, False),
        ({"workshop": "heat"}, True),
        ({"workshop": "cold"}, False),
        ({"funding_pot": "region"}, True),
        ({"funding_pot": "esf"}, False),
    ],
)
def test_which_frozen_reports_count_a_visit(lab: Houses, narrowed: dict[str, Any], counts: bool):
    frozen_by(lab, replace(YEAR, **narrowed))
    assert frozen_over(lab.workshops[0].slots.get()) is counts


def test_a_house_that_helped_counts_the_visit_too(lab: Houses):
    freeze(YEAR, frozenset({lab.maker.pk}), by=Actor.person(lab.organiser("maker")), now=LATER)
    assert frozen_over(lab.workshops[0].slots.get())
    assert not frozen_over(lab.workshops[1].slots.get())


def test_who_charges_a_frozen_visit_to_another_pot_says_why(lab: Houses):
    slot, olga = lab.workshops[0].slots.get(), Actor.person(make_organiser(lab.lab, "otto"))
    WorkshopPot.objects.create(workshop=slot.workshop, pot=lab.pots[2], valid=lab.pots[2].valid)
    frozen_by(lab)

    with pytest.raises(FieldErrors) as refusal:
        planning.change_slot(slot, {"pot": lab.pots[2]}, by=olga, now=LATER)
    assert refusal.value.errors.keys() == {"reason"}
    planning.change_slot(slot, {"pot": lab.pots[2]}, by=olga, now=LATER, reason="falsch gebucht")
    assert slot.facts.get().pot == lab.pots[2]


def test_who_changes_how_many_places_a_frozen_date_offered_says_why(lab: Houses):
    slot, olga = lab.workshops[0].slots.get(), Actor.person(make_organiser(lab.lab, "otto"))
    more = {"capacity": slot.capacity + 10}
    frozen_by(lab)

    planning.change_slot(slot, {"max_groups": slot.max_groups + 1}, by=olga, now=LATER)  # no report counts these
    with pytest.raises(FieldErrors) as refusal:
        planning.change_slot(slot, more, by=olga, now=LATER)
    assert refusal.value.errors.keys() == {"reason"}
    planning.change_slot(slot, more, by=olga, now=slot.starts_at - timedelta(hours=1))  # it was still to come
    planning.change_slot(slot, {"capacity": slot.capacity}, by=olga, now=LATER, reason="verzählt")
    assert slot.changes.first().reason == "verzählt"


def test_what_was_frozen_before_places_were_counted_differs_in_nothing(lab: Houses):
    kept = figures_of(frozen_by(lab))
    early = {name: value for name, value in kept.items() if name not in {"places", "open_dates"}}
    assert differences(early, kept) == []
    fewer = kept | {"places": kept["places"] | {"percent": 1.0}}
    assert [(one.label, one.today) for one in differences(kept, fewer)] == [("Summe", 1.0)]


def test_a_file_of_what_was_frozen_early_names_open_dates_by_their_links(lab: Houses):
    kept = figures_of(frozen_by(lab))
    early = {name: value for name, value in kept.items() if name not in {"places", "open_dates"}} | {"open": [77]}
    assert b"/organise/slots/77/" in grouped_files.blocks_csv(early).read()
