"""A visit that took place, and its people."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.actor import Actor
from booking import rules
from booking.models import Booking
from booking.rules import Counts
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_trainer,
    make_user,
    make_venue,
    make_workshop,
)

CAME = Counts(f=11, m=9, unknown=2, adults=2, minutes=170)


@pytest.fixture
def partner(db):
    return make_partner("lab", legal_name="Verein Schülerlabor e. V.")


@pytest.fixture
def organiser(partner):
    return make_organiser(partner, "otto")


@pytest.fixture
def slot(partner):
    workshop = make_workshop(
        partner,
        title="3D-Druck: vom CAD zum Schlüsselanhänger",
        cost={"de": "65 Euro für die Klasse", "en": "65 euros for the class"},
        kit={"de": "Sechs Roboter, geladen\n\nKabeltrommel, 50 m"},
        venue=make_venue(partner, street="Hauptstraße 1", directions="Bus B bis Haltestelle Löbauer Platz"),
    )
    return make_slot(workshop, starts_at=in_days(-1), setup_minutes=30, teardown_minutes=20)


@pytest.fixture
def trainer(partner, slot):
    trainer = make_trainer(partner, "tom")
    make_assignment(slot, trainer, role="lead")
    return trainer


@pytest.fixture
def ada():
    return make_user("ada")


@pytest.fixture
def booking(slot, trainer, ada) -> Booking:
    """Confirmed; nobody has recorded it."""
    at = slot.book_from + timedelta(days=1)
    extra = {"needs": "Ein Tisch am Fenster", "needs_list": ("step_free",), "school": make_school()}
    return make_booking(slot, ada, at=at, **extra)


def record(booking, by, counts=CAME):
    return rules.attend(booking, counts, by=Actor.person(by), now=booking.slot.ends_at)


@pytest.fixture
def visited(booking, organiser) -> Booking:
    return record(booking, organiser)
