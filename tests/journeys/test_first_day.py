"""The first day of a network: its admin founds a house, whose first organiser signs in and brings in the others."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from accounts.models import User
from booking.messages.sending import send_due
from booking.models import Message
from tests.factories import make_assignment, make_organiser, make_partner, make_slot, make_trainer, make_workshop
from workshops.models import Partner, Trainer

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_an_empty_installation_gets_its_first_house_and_people(page, live_server, sign_in, look, smtp):
    sign_in(User.objects.create_user("admin@network.example", name="Andrea", is_network_admin=True))
    page.goto(f"{live_server.url}/organise/")
    look()
    page.get_by_role("link", name=re.compile("Das erste Haus anlegen")).click()
    look()
    page.get_by_label("Name des Hauses").fill("Schülerlabor Görlitz")
    page.get_by_label("Postfach").fill("lab@lab")
    page.get_by_label("Name der Person").fill("Olga Otto")
    page.get_by_label("E-Mail").fill("olga@lab.example")
    page.get_by_role("button", name="Speichern").click()
    look()
    assert page.get_by_label("Name der Person").input_value() == "Olga Otto"
    page.get_by_label("Postfach").fill("lab@lab.example")
    page.get_by_role("button", name="Speichern").click()
    page.get_by_role("heading", name="Unser Haus").wait_for()

    send_due(timezone.now())
    assert Message.objects.get().state == "sent"

    page.context.clear_cookies()
    sign_in(User.objects.get(email="olga@lab.example"))
    page.goto(f"{live_server.url}/organise/partner/")
    look()
    page.get_by_label("Farbe", exact=True).fill("#ff8800")
    page.get_by_role("button", name="Speichern").click()
    look()
    better = page.locator("svg.swatch + span b").inner_text()
    page.get_by_label("Farbe", exact=True).fill(better)
    page.get_by_label("Deutsch").first.fill("Ein Labor **für alle**.")
    page.get_by_role("button", name="Speichern").click()
    page.get_by_text("Gespeichert").first.wait_for()
    page.get_by_role("link", name="Öffentliche Seite ansehen").click()
    page.get_by_text("Ein Labor").wait_for()
    look()
    assert Partner.objects.get().colour == better

    page.goto(f"{live_server.url}/organise/people/")
    look()
    page.get_by_role("link", name="Jemanden einladen").click()
    page.get_by_label("Name", exact=True).fill("Tom Tal")
    page.get_by_label("E-Mail").fill("tom@lab.example")
    page.get_by_text("leitet Workshops").first.click()
    look()
    page.get_by_role("button", name="Einladen").click()
    page.get_by_role("link", name=re.compile("Tom Tal")).click()
    look()
    page.get_by_role("textbox", name="Telefon").fill("0171 1")
    page.get_by_role("button", name="Speichern").click()
    page.get_by_text("Gespeichert").first.wait_for()
    assert Trainer.objects.get().phone == "0171 1"


def test_a_trainer_who_is_still_to_lead_goes_after_the_date_was_given_away(page, live_server, sign_in, look):
    lab = make_partner("lab")
    tom, slot = make_trainer(lab, "tom"), make_slot(make_workshop(lab, title="Robotik"))
    assignment = make_assignment(slot, tom)
    sign_in(make_organiser(lab, "olga"))
    page.goto(f"{live_server.url}/organise/people/lab/t{tom.pk}/")
    page.get_by_role("link", name=re.compile("Aus dem Pool nehmen")).click()
    page.get_by_text("Robotik").wait_for()
    look()

    assignment.delete()
    page.reload()
    look()
    page.get_by_role("button", name="Aus dem Pool nehmen").click()
    page.get_by_text("hat eine Aufgabe weniger").wait_for()
    assert not tom.engagements.exists()


def test_money_and_who_reads_what_became_of_it(page, live_server, sign_in, look):
    sign_in(User.objects.create_user("admin@network.example", name="Andrea", is_network_admin=True))
    page.goto(f"{live_server.url}/organise/network/funding/")
    look()
    page.get_by_role("link", name="Neuer Fördermittelgeber").click()
    page.get_by_label("Name", exact=True).fill("Land Sachsen")
    page.get_by_role("button", name="Speichern").click()
    page.get_by_role("link", name=re.compile("Neuer Topf")).click()
    look()
    page.get_by_label("Name", exact=True).fill("MINT 2027")
    page.get_by_label("Kürzel").fill("mint-2027")
    page.get_by_label("Läuft von").fill("2027-01-01")
    page.get_by_role("button", name="Speichern").click()
    page.get_by_role("heading", name="MINT 2027").wait_for()
    look()
    page.get_by_label("E-Mail").fill("rita@land.example")
    page.get_by_label("Name der Person").fill("Rita")
    page.get_by_role("button", name="Einladen").click()
    page.get_by_text("rita@land.example").first.wait_for()
    look()
