"""Two classes by one form, of a teacher whom the mailbox of the school then confirms; one sheet of paper."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone

from booking.messages.sending import send_due
from booking.models import Booking
from schools.models import Membership
from tests.factories import (
    in_days,
    make_booking,
    make_partner,
    make_school,
    make_slot,
    make_user,
    make_venue,
    make_workshop,
)
from tests.smtp_sink import Sink
from workshops.models import Slot

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

TEACHER, OFFICE = "p.vogel@schule.example", "sekretariat@schule.example"
LONG = "Feste Schuhe, lange Hosen, eine Flasche Wasser und ein Pausenbrot. "


@pytest.fixture
def slot() -> Slot:
    house = {"house_rules": {"de": "Lange Haare zusammen."}, "terms": {"de": "Wer nicht kommt, sagt ab."}}
    partner = make_partner("makerspace", phone="03583 000 000", **house)
    venue = make_venue(partner, street="Musterstraße 1", directions="Bushaltestelle 4 min, stufenlos. " * 4)
    texts = {"bring": {"de": LONG * 5}, "cost": {"de": LONG * 2}, "summary": {"de": LONG * 3}}
    workshop = make_workshop(partner, title="3D-Druck", venue=venue, head_approval=True, **texts)
    make_slot(workshop, starts_at=in_days(50))
    return make_slot(workshop)


def code_in(smtp: Sink) -> str:
    send_due(timezone.now())
    mail = smtp.to(TEACHER)[-1]
    return re.search(r"\b\d{6}\b", mail["Subject"] + mail.get_body(("plain",)).get_content())[0]


def fill_in(page: Any, script: bool) -> None:
    page.fill("#id_group_name", "7a")
    page.fill("#id_pupils", "24")
    page.fill("#id_adults", "2")
    page.locator("label:has(input[name=grades][value='7'])").click()
    page.fill("#id_school_q", "Lobau")
    if not script:
        page.click("button[value=find_school]")
    page.locator("#schools-found label.tick").first.click()
    page.fill("#id_contact_name", "Petra Vogel")
    page.fill("#id_contact_email", TEACHER)
    page.fill("#id_contact_phone", "0170 000 00 00")


def test_two_classes_by_one_form_and_the_mailbox_says_yes(page, live_server, look, smtp, slot, script):
    make_school("Oberschule Beispielstadt", "Löbau", office_mail=OFFICE)
    page.goto(f"{live_server.url}/slots/{slot.pk}/book/")
    fill_in(page, script)
    page.click("button[value=second_class]")
    page.wait_for_selector("#id_second_name")
    assert page.input_value("#id_contact_name") == "Petra Vogel"
    page.fill("#id_second_name", "7b")
    page.fill("#id_second_pupils", "25")
    page.fill("#id_second_adults", "2")
    page.check("#id_agree")
    page.check("#id_head")
    look()
    page.click("main form button.main")
    page.wait_for_selector("#id_second_pupils_error")  # one too many
    look()
    page.fill("#id_second_pupils", "22")
    page.click("main form button.main")
    page.wait_for_url("**/book/code/")
    page.fill("#id_code", code_in(smtp))
    page.click("main form button.main")
    page.wait_for_url("**/bookings/*/")
    look()
    assert sorted(Booking.objects.values_list("group_name", "state")) == [("7a", "confirmed"), ("7b", "confirmed")]

    page.goto(f"{live_server.url}/profile/")
    look()
    page.context.clear_cookies()
    send_due(timezone.now())
    address = re.search(r"/m/\S+", smtp.to(OFFICE)[-1].get_body(("plain",)).get_content())[0]
    page.goto(live_server.url + address)
    look()
    page.click("button[value=yes]")
    page.wait_for_selector(".badge.good")
    look()

    assert Membership.objects.get().state == "confirmed"
    send_due(timezone.now())
    assert "Oberschule" in smtp.to(TEACHER)[-1]["Subject"]


def test_the_sheet_is_one_page_of_paper(page, live_server, look, sign_in, slot, script):
    teacher = make_user("petra")
    booking = make_booking(
        slot, owner=teacher, arrival="public", photos="no_faces", consents=("terms", "head_informed")
    )
    sign_in(teacher)
    page.goto(f"{live_server.url}/bookings/{booking.reference}/")
    page.click("a[href$='/sheet/']")
    page.wait_for_selector(".paper")
    look()
    assert "0170 0000000" not in page.inner_text(".paper")
    page.click("a[href$='?phone=1']")
    page.wait_for_url("**phone=1")
    assert "0170 0000000" in page.inner_text(".paper")

    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
