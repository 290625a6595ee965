"""Certificates: numbered, given once, the same again after whatever happens; and a new one after a correction."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.actor import Actor
from booking import rules
from booking.documents.certificates import PAPERS
from booking.documents.issuing import issue
from booking.documents.pdf import pdf
from booking.errors import NotActive, NotAllowed
from booking.messages import links
from booking.models import Booking, Document
from booking.rules import Counts
from tests.documents.conftest import CAME, record
from tests.documents.test_pdf import text_of
from tests.factories import make_booking, make_partner, make_slot, make_user, make_workshop
from tests.together import together
from workshops.models import Funder, FundingPot, Partner, WorkshopPot

pytestmark = pytest.mark.django_db

KINDS = Document.Kind.values


def ask(booking: Booking, who, kind: str = "service") -> Document:
    fresh = Booking.objects.with_facts().get(pk=booking.pk)
    return issue(fresh, kind, by=Actor.person(who), now=timezone.now())


def make_pot(code: str, day, **dates) -> FundingPot:
    """Valid on the day, unless said otherwise."""
    valid = dates.get("valid", (day, day + timedelta(days=1)))
    funder = Funder.objects.create(name=f"Funder of {code}")
    return FundingPot.objects.create(funder=funder, code=code, name=code.title(), valid=valid)


def test_it_says_what_the_office_needs(visited, ada):
    said = text_of(pdf(PAPERS["service"](ask(visited, ada))))

    for words in (
        "3D-Druck: vom CAD zum Schlüsselanhänger",
        "3,78 Unterrichtseinheiten zu 45 Minuten (170 Minuten)",
        "Klasse 7b (Klassenstufe 7)",
        "22 Lernende, 2 Erwachsene",
        "65 Euro für die Klasse",
        "Verein Schülerlabor e. V.",
        "lab@lab.example",
        "Oberschule Beispielstadt, Löbau",
        f"{timezone.localdate().year}-0001",
    ):
        assert words in said


def test_nobody_is_named(visited, ada):
    for kind in KINDS:
        document = ask(visited, ada, kind)
        assert "Ada" not in text_of(pdf(PAPERS[kind](document)))
        assert "ada@" not in str(document.facts)


def test_it_speaks_the_language_of_who_reads(visited, ada):
    document = ask(visited, ada)

    with translation.override("en"):
        said = text_of(pdf(PAPERS["service"](document)))

    assert "Service confirmation" in said
    assert "65 euros for the class" in said
    assert "3.78 lessons of 45 minutes" in said


def test_numbers_count_within_a_house_and_a_year(visited, ada, organiser):
    other = make_booking(make_slot(make_workshop(), starts_at=visited.slot.starts_at), ada, at=visited.created_at)
    other = rules.attend(
        other, CAME, by=Actor.person(make_user("nora", is_network_admin=True)), now=visited.slot.ends_at
    )

    numbers = [ask(visited, ada, kind).number for kind in KINDS]

    assert numbers == [1, 2]
    assert ask(other, ada).number == 1
    assert ask(visited, ada, KINDS[0]).number == 1  # the same again


def test_after_renaming_and_erasing_the_same_paper_comes(visited, ada):
    before = {kind: pdf(PAPERS[kind](ask(visited, ada, kind))) for kind in KINDS}
    Partner.objects.update(name="Anders", legal_name="Ganz anders", mailbox="neu@lab.example")
    visited.slot.workshop.__class__.objects.update(title={"de": "Neuer Titel"}, cost={"de": "Nichts"})
    visited.school.__class__.objects.update(name="Umbenannt")
    Booking.objects.update(group_name="x", contact_name="", contact_email="")

    assert {kind: pdf(PAPERS[kind](ask(visited, ada, kind))) for kind in KINDS} == before


def test_a_correction_leads_to_a_new_number_that_names_the_former(visited, ada, organiser):
    former = ask(visited, ada)
    record(visited, organiser, Counts(f=12, m=9, adults=2, minutes=180))

    new = ask(visited, ada)

    assert (new.number, new.replaces) == (2, former)
    said = text_of(pdf(PAPERS["service"](new)))
    assert f"ersetzt Nummer {former.name}" in said
    assert "4 Unterrichtseinheiten" in said
    assert Document.objects.get(pk=former.pk).facts["pupils"] == 22


def test_a_visit_that_is_not_recorded_or_was_missed_has_none(booking, ada, organiser):
    with pytest.raises(NotActive):
        ask(booking, ada)
    record(booking, organiser, Counts(no_show=True))
    with pytest.raises(NotActive):
        ask(booking, ada)

    assert not Document.objects.exists()


def test_a_visit_that_turns_out_to_be_missed_has_none_any_more(visited, ada, organiser):
    ask(visited, ada)
    record(visited, organiser, Counts(no_show=True))

    with pytest.raises(NotActive):
        ask(visited, ada)


def test_funders_stand_there_with_the_texts_of_that_day(visited, ada):
    workshop, day = visited.slot.workshop, timezone.localdate(visited.slot.starts_at)
    always, past = (None, None), (None, day)
    for code, shown, valid in (("a", always, always), ("b", past, always), ("c", always, past)):
        WorkshopPot.objects.create(workshop=workshop, pot=make_pot(code, day, valid=valid), valid=shown)
    paying = make_pot("paying", day)
    visited.slot.change(timezone.now(), pot=paying)
    FundingPot.objects.filter(code="a").update(acknowledgement={"de": "Gefördert vom Land."})

    document = ask(visited, ada)

    assert [one["pot"] for one in document.facts["funders"]] == ["A", "Paying"]
    said = text_of(pdf(PAPERS["participation"](ask(visited, ada, "participation"))))
    assert "Gefördert vom Land." in said
    assert "Funder of paying (Paying)" in said


def test_a_name_of_emoji_alone_gets_other_words(visited, ada):
    Booking.objects.update(group_name="🐢🐢")
    visited.school.__class__.objects.update(name="🏫", city="🌳")

    said = text_of(pdf(PAPERS["participation"](ask(visited, ada, "participation"))))

    assert "eine Klasse" in said
    assert "Teilnahmebestätigung" in said


@pytest.mark.parametrize("who", ["trainer", "stranger", "organiser_elsewhere"])
def test_who_is_neither_school_nor_house_gets_none(who, visited, trainer):
    person = trainer.user if who == "trainer" else make_user()
    if who == "organiser_elsewhere":
        make_partner().roles.create(user=person)

    with pytest.raises(NotAllowed):
        ask(visited, person)

    assert not Document.objects.exists()


@pytest.mark.parametrize("kind", ["certificate", "service"])
def test_page_and_file_are_for_the_reader_alone(kind, client, visited, ada):
    client.force_login(ada)
    page = client.get(f"/bookings/{visited.reference}/{kind}/")
    file = client.get(f"/bookings/{visited.reference}/{kind}.pdf")

    assert page.headers["Cache-Control"] == file.headers["Cache-Control"] == "private, no-store"
    assert f"{kind}.pdf" in page.text
    assert file.headers["Content-Type"] == "application/pdf"
    assert Document.objects.get().name in file.headers["Content-Disposition"]
    assert Document.objects.get().name in page.text


def test_the_link_from_the_mail_opens_it_and_leaks_nothing(client, visited):
    page = client.get(f"/b/{links.sign(visited)}/certificate/")

    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "Teilnahmebestätigung" in page.text


def test_until_it_is_recorded_the_page_of_the_booking_says_so(client, booking, ada):
    client.force_login(ada)
    answer = client.get(f"/bookings/{booking.reference}/certificate.pdf", follow=True)

    assert answer.redirect_chain == [(f"/bookings/{booking.reference}/", 302)]
    assert "sobald der Besuch stattgefunden hat" in answer.text


def test_the_pages_of_a_recorded_visit_lead_there(client, visited, ada, organiser, trainer):
    address = f"/bookings/{visited.reference}/certificate/"
    for who, page, leads in (
        (ada, f"/bookings/{visited.reference}/", True),
        (organiser, f"/organise/bookings/{visited.reference}/", True),
        (trainer.user, f"/bookings/{visited.reference}/", False),
    ):
        client.force_login(who)
        assert (address in client.get(page).text) is leads


def test_asking_again_costs_few_queries(visited, ada):
    first = ask(visited, ada)
    fresh = Booking.objects.with_facts().get(pk=visited.pk)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert issue(fresh, "service", by=Actor.person(ada), now=timezone.now()) == first

    assert len(queries) <= 3


@pytest.mark.django_db(transaction=True)
def test_twins_get_one_number(visited, ada):
    answers = together(*[partial(ask, visited, ada)] * 4, partial(ask, visited, ada, "participation"))

    assert len({answer.pk for answer in answers[:4]}) == 1
    assert sorted(Document.objects.values_list("number", flat=True)) == [1, 2]
