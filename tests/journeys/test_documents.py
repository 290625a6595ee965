"""After the visit: the teacher opens the link from the mail and takes the certificate home. With script and without."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pypdf import PdfReader

from accounts.actor import Actor
from booking import rules
from booking.messages.links import sign
from booking.models import Booking, Document
from tests.factories import (
    make_assignment,
    make_booking,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_trainer,
    make_workshop,
)

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def partner():
    return make_partner("lab")


@pytest.fixture
def visited(partner) -> Booking:
    slot = make_slot(make_workshop(partner, title="3D-Druck"), starts_at=timezone.now() - timedelta(hours=4))
    school = make_school("Rindfleischetikettierungsüberwachungsaufgabenübertragungsschule")
    booking = make_booking(slot, at=slot.book_from + timedelta(days=1), school=school)
    organiser = Actor.person(make_organiser(partner))
    return rules.attend(booking, rules.Counts(f=12, m=10, adults=2, minutes=180), by=organiser, now=timezone.now())


def test_the_certificate_of_a_visit_that_took_place(page, live_server, look, visited):
    page.goto(f"{live_server.url}/b/{sign(visited)}/")
    look()
    page.click("main a[href$='/certificate/']")
    page.wait_for_selector(".award")
    look()
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("(paper => paper.scrollWidth - paper.clientWidth)(document.querySelector('.paper'))") == 0

    number = Document.objects.get().name
    assert number in page.inner_text("article")
    assert "22 Lernende" in page.inner_text("article")

    file = page.request.get(live_server.url + page.get_attribute("a[href$='.pdf']", "href"))
    assert number in PdfReader(BytesIO(file.body())).pages[0].extract_text()

    page.click("main a[href$='/service/']")
    page.wait_for_selector("article.sheet")
    look()
    assert "4 Unterrichtseinheiten" in page.inner_text("article")
    assert Document.objects.count() == 2


def test_the_sheets_of_a_trainer(page, live_server, sign_in, look, partner):
    trainer = make_trainer(partner, "jana")
    slot = make_slot(make_workshop(partner, title="3D-Druck"), starts_at=timezone.now() + timedelta(hours=2))
    make_booking(slot, at=slot.book_from + timedelta(days=1))
    make_assignment(slot, trainer)
    sign_in(trainer.user)

    page.goto(f"{live_server.url}/trainer/slots/{slot.pk}/")
    page.click("main a[href$='/sheet/']")
    page.wait_for_selector(".to-fill")
    look()
    page.emulate_media(media="print")
    expect(page.locator(".on-screen")).to_be_hidden()
    page.emulate_media(media="screen")
    page.click("main a.crumb")
    page.goto(f"{live_server.url}/trainer/days/{timezone.localdate(slot.starts_at)}/")
    look()
    assert "0170 0000000" in page.inner_text("article")
