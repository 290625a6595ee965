"""The mail that brings somebody into a team."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking.houses import staffing
from booking.houses.networking import invite_reader
from booking.messages import delivery
from booking.messages.about import load_subjects
from booking.models import Message
from tests.factories import make_organiser, make_partner, make_user
from workshops.models import Funder, FundingPot

pytestmark = pytest.mark.django_db


def letter() -> str:
    message = Message.objects.get()
    load_subjects([message])
    mail = delivery.compose(message).email
    return f"{mail.subject}\n{mail.body}"


def invite(language: str, *roles: str) -> str:
    lab = make_partner("lab", phone="03583 1")
    facts = staffing.Facts(name="Nele", email="nele@lab.example")
    by = Actor.person(make_organiser(lab, "olga"))
    staffing.invite(lab, facts, roles, by=by, now=timezone.now(), language=language)
    return letter()


def test_an_organiser_reads_who_invites_to_what_and_how_to_sign_in():
    text = invite("de", "organiser")

    for words in ("Willkommen im Team: Lab", "Guten Tag, Nele.", "Olga hat Sie eingeladen", "Sie organisieren"):
        assert words in text
    assert "Telefon 03583 1" in text
    assert "nele@lab.example" in text
    assert "http://testserver/sign-in/" in text
    assert "Sie leiten Workshops" not in text


def test_who_does_both_reads_both_in_the_language_chosen():
    text = invite("en", "organiser", "trainer")

    assert "You organise" in text
    assert "You lead workshops" in text


def test_a_reader_of_reports_reads_of_which_pot():
    pot = FundingPot.objects.create(
        funder=Funder.objects.create(name="Land"), code="p", name="MINT", valid="[2026-01-01,)"
    )
    ada = make_user("ada", is_network_admin=True)

    invite_reader(pot, email="rita@land.example", name="Rita", language="de", by=Actor.person(ada), now=timezone.now())

    text = letter()
    assert "Sie lesen Berichte: MINT" in text
