"""No date fits: a stranger leaves a wish with a code, the house answers from its inbox, with script and without."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from booking.messages.sending import send_due
from booking.models import Inquiry, Watch
from tests.factories import make_organiser, make_partner, make_school, make_slot, make_workshop

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
TEACHER = "p.vogel@schule.example"


def code_in(smtp) -> str:
    send_due(timezone.now())
    mail = smtp.to(TEACHER)[-1]
    return re.search(r"\b\d{6}\b", mail["Subject"] + mail.get_body(("plain",)).get_content())[0]


def test_from_a_wish_to_its_answer_and_from_waiting_to_stopping(page, live_server, look, sign_in, script, smtp):
    workshop = make_workshop(make_partner("lab"), slug="robots", title="Roboter")
    make_school(), make_slot(workshop, listed=False)
    page.goto(f"{live_server.url}/?q=gibtesnicht")
    page.click("a[href^='/wish/']")
    look()
    page.click("a[href*='/ask/']")
    look()
    page.fill("#id_period", "dienstags im Mai")
    page.fill("#id_pupils", "24")
    page.locator("label:has(input[name=grades][value='7'])").click()
    page.fill("#id_school_q", "Lobau")
    if not script:
        page.click("button[value=find_school]")
    page.locator("#schools-found label.tick").first.click()
    page.fill("#id_contact_name", "Petra Vogel")
    page.fill("#id_contact_email", TEACHER)
    page.click(".form-step button.main")
    page.fill("#id_code", code_in(smtp))
    look()
    page.click(".form-step button.main")
    page.wait_for_selector("article[id^=inquiry]")
    look()

    page.goto(f"{live_server.url}/workshops/robots/watch/")
    look()
    page.select_option("#id_grade", "7")
    page.click(".form-step button.main")
    page.wait_for_selector("form[action^='/watches/']")
    look()
    page.click("form[action^='/watches/'] button")
    page.wait_for_selector("#watches + p")
    assert not Watch.objects.exists()

    page.context.clear_cookies()
    sign_in(make_organiser(workshop.partner, "olga"))
    page.goto(f"{live_server.url}/organise/requests/")
    page.click("article.request summary")
    look()
    if script:  # without an answer it comes back, and the hand is where it is missing
        page.click("article.request details button.main")
        page.wait_for_selector("article.request textarea[aria-invalid]:focus")
    page.fill("article.request textarea", "Das passt uns gut.")
    page.locator("article.request input[name=dates]").first.check()
    page.click("article.request details button.main")
    page.wait_for_selector(".request.done, [role=status] *")
    look()
    assert Inquiry.objects.get().state == "answered"
    send_due(timezone.now())
    assert "?key=" in smtp.to(TEACHER)[-1].get_body(("plain",)).get_content()
