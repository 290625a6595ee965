"""What trainers take along: a sheet to count on without names of pupils, and a sheet of their day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from booking import rules
from booking.documents.days import dates_of, day_of
from booking.documents.pdf import pdf
from booking.documents.sheets import sheet_of
from booking.feedback.codes import address_of, codes_of
from booking.models import Booking, FeedbackCode
from booking.qr import code_of as qr_of
from booking.told import told_slots, visits_of
from tests.documents.conftest import CAME, record
from tests.documents.test_pdf import text_of
from tests.factories import make_assignment, make_booking, make_partner, make_slot, make_workshop
from workshops.models import Slot

pytestmark = pytest.mark.django_db


def day_of_slot(slot: Slot):
    return timezone.localdate(slot.starts_at)


def sheet(slot: Slot) -> str:
    return text_of(pdf(sheet_of(told_slots().get(pk=slot.pk), {})))


def day(slot: Slot) -> str:
    the_day = day_of_slot(slot)
    return text_of(pdf(day_of(the_day, dates_of(Slot.objects.all(), the_day), trainer="Tom")))


def test_the_sheet_has_room_for_numbers_and_names_no_contact(booking, slot):
    said = sheet(slot)

    for words in ("Anwesenheitsblatt", "Klasse 7b, Oberschule Beispielstadt", "gebucht: 24 Lernende, 2", "Mädchen"):
        assert words in said
    assert "Unterschrift der Kursleitung" in said
    assert "Ada" not in said
    assert "0170" not in said


def test_the_code_leads_to_the_page_where_it_is_recorded(booking, slot, client, trainer):
    client.force_login(trainer.user)
    page = client.get(f"/trainer/slots/{slot.pk}/sheet/")

    assert f"/trainer/slots/{slot.pk}/" in next(part.alt for part in page.context["paper"].parts if part.kind == "code")
    assert 'class="qr"' in page.text


def test_the_sheet_shows_each_class_the_code_of_its_feedback(booking, slot, client, trainer):
    client.force_login(trainer.user)

    page, file = client.get(f"/trainer/slots/{slot.pk}/sheet/"), client.get(f"/trainer/slots/{slot.pk}/sheet.pdf")

    code = FeedbackCode.objects.get()
    assert code.booking == booking
    assert str(code) in page.text
    assert str(code) in text_of(file.content)
    assert page.context["paper"].parts[-1].path == qr_of(address_of(code)).path


@pytest.mark.parametrize("why", ["missed", "full", "over"])
def test_a_class_that_cannot_answer_is_shown_no_code(why, booking, slot, organiser):
    record(booking, organiser, rules.Counts(no_show=True) if why == "missed" else CAME)
    if why == "full":
        FeedbackCode.objects.create(booking=booking, is_full=True)
    told = told_slots().get(pk=slot.pk)
    now = told.ends_at + timedelta(days=3 if why == "over" else 1)

    assert codes_of(told, visits_of(told), now) == {}


def test_the_day_has_all_that_was_agreed(booking, slot):
    said = day(slot)

    for words in (
        "7:30 Uhr Aufbau",
        "11:20 Uhr Abbau fertig",
        "Schülerlabor, Hauptstraße 1",
        "Bus B bis Haltestelle Löbauer Platz",
        "Sechs Roboter, geladen",
        "Kabeltrommel, 50 m",
        "Ada, 0170 0000000",
        "stufenloser Zugang",
        "Ein Tisch am Fenster",
        "Tom (leitet)",
    ):
        assert words in said


def test_what_is_in_another_language_says_so_on_the_sheet_of_the_day(slot):
    the_day = day_of_slot(slot)
    with translation.override("pl"):
        paper = day_of(the_day, dates_of(Slot.objects.all(), the_day), trainer="Tom")
        title, facts = (render_to_string(part.template, {"part": part}) for part in paper.parts[:2])

    assert title.strip().startswith('<h2 lang="de">')
    assert slot.workshop.title.read_in("de") in text_of(pdf(paper))
    assert '<dd lang="de">Bus B bis Haltestelle Löbauer Platz</dd>' in facts
    assert '<dd lang="de">Sechs Roboter, geladen<br>' in facts
    assert facts.count("lang=") == 2


def test_a_day_without_dates_says_so(slot):
    the_day = day_of_slot(slot) + timedelta(days=3)

    said = text_of(pdf(day_of(the_day, dates_of(Slot.objects.all(), the_day), trainer="🐢")))

    assert "An diesem Tag ist nichts geplant." in said


def test_trainers_see_their_own_dates_and_organisers_those_of_their_house(client, booking, slot, trainer, organiser):
    elsewhere = make_slot(make_workshop(make_partner(), title="Woanders"), starts_at=slot.starts_at)
    elsewhere_too = make_slot(make_workshop(title="Fremd"), starts_at=slot.starts_at)
    make_assignment(elsewhere, trainer, override_reason="Beides im selben Haus")
    the_day = day_of_slot(slot)

    client.force_login(trainer.user)
    own = client.get(f"/trainer/days/{the_day}/").text
    client.force_login(organiser)
    of_house = client.get(f"/organise/trainers/{trainer.pk}/days/{the_day}/").text

    assert "Woanders" in own
    assert "Woanders" not in of_house
    assert str(slot.workshop.title) in of_house
    assert str(elsewhere_too.workshop.title) not in own


def test_what_is_called_off_stands_on_no_day(booking, slot):
    Slot.objects.filter(pk=slot.pk).update(state="cancelled")

    assert "3D-Druck" not in day(slot)


def test_the_files_have_names_and_stay_with_the_reader(client, booking, slot, trainer):
    client.force_login(trainer.user)
    for path, name in (
        (f"/trainer/slots/{slot.pk}/sheet.pdf", f"anwesenheit-{slot.pk}.pdf"),
        (f"/trainer/days/{day_of_slot(slot)}.pdf", f"tagesblatt-{day_of_slot(slot)}.pdf"),
    ):
        file = client.get(path)
        assert file.headers["Content-Disposition"] == f'inline; filename="{name}"'
        assert file.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/trainer/slots/{slot}/sheet/", "/trainer/days/{day}/"])
def test_more_groups_cost_no_more_queries(path, client, booking, slot, trainer):
    client.force_login(trainer.user)
    address = path.format(slot=slot.pk, day=day_of_slot(slot))
    counts = []
    for number in range(2):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
        Slot.objects.filter(pk=slot.pk).update(capacity=90, max_groups=9)
        for group in ("a", "b"):
            fresh = Slot.objects.get(pk=slot.pk)
            make_booking(fresh, group_name=f"{number}{group}", at=fresh.book_from + timedelta(days=2))

    assert Booking.objects.filter(slot=slot).count() > 3
    assert counts[0] == counts[1]
