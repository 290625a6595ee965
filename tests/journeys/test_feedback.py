"""Feedback from a phone: scan, five faces, send; with script and without."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from booking.feedback import codes
from booking.models import Feedback
from tests.factories import make_booking, make_slot, make_workshop

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_pupil_says_how_it_was(page, context, live_server, look):
    slot = make_slot(make_workshop(title="3D-Druck"), starts_at=timezone.now() - timedelta(hours=4))
    code = codes.code_of(make_booking(slot, at=slot.book_from + timedelta(days=1)))
    page.goto(f"{live_server.url}/f/")
    page.fill("input[name=code]", str(code).lower())
    look()
    page.click("main button")
    look()

    for name in ("interest", "understood", "tried", "welcome"):
        page.check(f"input[name={name}][value='4']")
    page.fill("textarea", "Mehr davon")
    page.click("main button")
    look()
    expect(page.locator("fieldset.wrong")).to_have_count(1)
    page.focus("input[name=again]")
    page.keyboard.press("Space")
    sizes = page.locator(".faces label").evaluate_all("all => all.map(one => one.getBoundingClientRect().toJSON())")
    assert min(min(size["width"], size["height"]) for size in sizes) >= 48
    page.click("main button")
    page.wait_for_url("**/thanks/")
    look()

    said = Feedback.objects.get()
    assert (said.answers, said.text) == ([4, 4, 4, 4, 4], "Mehr davon")
    assert context.cookies() == []
