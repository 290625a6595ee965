"""An organiser plans a month: opens many dates, moves one, closes one, repeats one, and prints the week."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from booking.models import Booking, Message
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_trainer,
    make_venue,
    make_workshop,
)
from workshops.models import Slot

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def partner():
    return make_partner("lab")


@pytest.fixture
def workshop(partner):
    return make_workshop(partner, title="3D-Druck", venue=make_venue(partner), capacity=30)


@pytest.fixture(autouse=True)
def _olga(page, partner, sign_in):  # a fresh page forgets who signed in
    sign_in(make_organiser(partner, "olga"))


@pytest.fixture
def booked(workshop, partner) -> Booking:
    slot = make_slot(workshop)
    make_assignment(slot, make_trainer(partner, "jana"))
    return make_booking(slot, school=make_school("Oberschule Musterdorf"))


def local(moment) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def test_many_dates_are_typed_looked_at_and_opened(page, live_server, look, workshop):
    days = [(timezone.localdate() + timedelta(days=n)) for n in (40, 41, 47)]
    page.goto(f"{live_server.url}/organise/slots/")
    look()
    page.click("text=Viele Termine anlegen")
    look()
    page.select_option("select[name=workshop]", str(workshop.pk))
    page.fill("input[name=starts_1]", "08:00")
    page.fill("input[name=starts_2]", "13:00")
    page.fill("textarea[name=days]", "\n".join([*(f"{day:%d.%m.%Y}" for day in days), "31.31."]))
    page.click("button:has-text('Termine ansehen')")
    look()
    assert "Zeile 4" in page.inner_text(".error-summary")

    page.fill("textarea[name=days]", "\n".join(f"{day:%d.%m.%Y}" for day in days))
    page.click("button:has-text('Termine ansehen')")
    look()
    assert not Slot.objects.exists()
    page.click("button:has-text('Liste ändern')")
    assert f"{days[2]:%d.%m.%Y}" in page.input_value("textarea[name=days]")
    page.click("button:has-text('Termine ansehen')")
    page.click("button:has-text('6 Termine anlegen')")

    look()
    assert "6 Termine" in page.inner_text("main")
    assert Slot.objects.count() == 6


def test_a_date_moves_and_everybody_hears(page, live_server, look, booked):
    slot = booked.slot
    page.goto(f"{live_server.url}/organise/slots/{slot.pk}/")
    look()
    page.click("a:has-text('Termin ändern')")
    look()
    assert "1 Gruppe und 1" in page.inner_text(".note")
    page.fill("input[name=day]", f"{timezone.localtime(in_days(47)):%Y-%m-%d}")
    page.fill("input[name=starts]", "09:00")
    page.fill("input[name=ends]", "08:00")
    page.click("button:has-text('Änderungen speichern')")
    look()
    assert "Das Ende" in page.inner_text(".error-summary")
    page.fill("input[name=ends]", "12:00")
    page.fill("input[name=reason]", "Der Raum wird saniert.")
    page.click("button:has-text('Änderungen speichern')")

    look()
    assert local(Slot.objects.get(pk=slot.pk).starts_at) == local(in_days(47, 9))
    assert "Der Raum wird saniert." in page.inner_text("main")
    assert Message.objects.filter(kind__in=["slot_moved", "slot_moved_team"]).count() == 2


def test_a_date_is_closed_opened_again_and_repeated(page, live_server, look, booked):
    slot = booked.slot
    page.goto(f"{live_server.url}/organise/slots/{slot.pk}/")
    page.click("button:has-text('Für Buchungen schließen')")
    look()
    assert Slot.objects.get(pk=slot.pk).state == "closed"
    page.click("button:has-text('Wieder für Buchungen öffnen')")
    assert Slot.objects.get(pk=slot.pk).state == "open"

    page.click("a:has-text('Ein Termin wie dieser')")
    look()
    page.click("main button.main")
    look()
    twin = Slot.objects.exclude(pk=slot.pk).get()
    assert local(twin.starts_at) == local(in_days(47))


def test_the_week_is_printed_on_a4(page, live_server, look, booked, script):
    day = timezone.localtime(booked.slot.starts_at).date()
    page.goto(f"{live_server.url}/organise/slots/week/?from={day}")
    look()
    assert "Oberschule Musterdorf" in page.inner_text("main")
    with page.expect_download() as download:
        page.click("text=Als Tabelle")
    assert download.value.suggested_filename == f"{day - timedelta(days=day.weekday())}.csv"

    page.emulate_media(media="print")
    expect(page.locator("text=0170 0000000").first).to_be_visible()
    for screen_only in (".rail", ".site-header", "text=Als Tabelle", "text=Woche danach"):
        expect(page.locator(screen_only)).to_be_hidden()
    page.emulate_media(media="screen")
