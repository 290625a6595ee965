"""A trainer after the visit, phone in hand: two taps if it went as planned, the numbers if not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from booking.models import Attendance
from tests.factories import in_days, make_assignment, make_booking, make_partner, make_slot, make_trainer, make_workshop
from workshops.models import Slot

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def trainer():
    return make_trainer(make_partner("lab"), "jana")


@pytest.fixture
def visit(trainer) -> Slot:
    """A visit that ends about now."""
    workshop = make_workshop(trainer.partners.get(), title="3D-Druck")
    slot = make_slot(workshop, starts_at=timezone.now() - timedelta(minutes=179))
    make_booking(slot, at=slot.book_from + timedelta(days=1), needs_list=("step_free",))
    make_assignment(slot, trainer)
    later = make_slot(workshop, starts_at=in_days(3))
    make_booking(later, at=later.book_from + timedelta(days=1))
    make_assignment(later, trainer)
    return slot


class Finger:
    """Taps, and counts how often."""

    def __init__(self, page) -> None:
        self.page, self.taps = page, 0

    def tap(self, what: str) -> None:
        self.taps += 1
        self.page.click(what)


def test_as_planned_takes_two_taps(page, live_server, sign_in, look, trainer, visit):
    sign_in(trainer.user)
    finger = Finger(page)
    page.goto(f"{live_server.url}/trainer/")
    look()

    finger.tap(f"main a[href='/trainer/slots/{visit.pk}/']")
    look()
    finger.tap("button[value=planned]")
    page.wait_for_selector(".messages")

    assert Attendance.objects.get().unknown == 24
    assert finger.taps == 2
    look()


def test_other_numbers_are_typed_or_stepped(page, live_server, sign_in, look, script, trainer, visit):
    sign_in(trainer.user)
    page.goto(f"{live_server.url}/trainer/slots/{visit.pk}/")
    page.fill("input[name=f]", "11")
    page.fill("input[name=m]", "9")
    assert page.input_value("input[name=unknown]") == ("4" if script else "24")  # of 24, who is counted is not unknown
    page.fill("input[name=unknown]", "3")
    if script:
        page.locator(".stepper", has=page.locator("input[name=unknown]")).locator("button[data-by='-1']").click()
        assert page.locator("[data-total]").inner_text() == "22"
        assert "22" in page.locator("button[value=counts]").inner_text()
        assert "2" in page.locator("[data-difference]").inner_text()

    page.click("button[value=counts]")
    page.wait_for_selector(".messages")

    assert Attendance.objects.get().present == (22 if script else 23)
    look()


def test_numbers_that_cannot_be_come_back_with_what_was_typed(page, live_server, sign_in, look, trainer, visit):
    sign_in(trainer.user)
    page.goto(f"{live_server.url}/trainer/slots/{visit.pk}/")
    page.fill("input[name=f]", "40")
    page.fill("input[name=unknown]", "24")
    page.click("button[value=counts]")
    page.wait_for_selector(".error-summary")
    look()
    assert page.input_value("input[name=f]") == "40"

    page.check("input[name=sure]")
    page.click("button[value=counts]")
    page.wait_for_selector(".messages")

    assert Attendance.objects.get().present == 64


def test_that_nobody_came_says_first_what_follows(page, live_server, sign_in, look, trainer, visit):
    sign_in(trainer.user)
    page.goto(f"{live_server.url}/trainer/slots/{visit.pk}/")
    page.click("summary.action")
    look()
    assert not Attendance.objects.exists()

    page.click("button[value=nobody]")
    page.wait_for_selector(".messages")

    assert Attendance.objects.get().no_show
    look()
