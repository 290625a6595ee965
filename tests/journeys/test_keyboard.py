"""Without a mouse: the journeys of a teacher, a trainer and an organiser, by keys alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from booking.models import Attendance, Booking
from tests.factories import (
    in_days,
    make_assignment,
    make_booking,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_trainer,
    make_user,
    make_workshop,
)
from tests.journeys.keyboard import Keys
from workshops.models import Slot

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def script() -> bool:
    return True


@pytest.fixture
def keys(page: Any) -> Keys:
    return Keys(page)


def type_day(page: Any, day: datetime) -> None:
    """Day first, or month first where the browser has come from there."""
    for order in ("%d%m%Y", "%m%d%Y"):
        page.keyboard.type(day.strftime(order))
        if page.input_value("input:focus") == day.date().isoformat():
            return
        for _ in range(2):
            page.keyboard.press("ArrowLeft")
    raise AssertionError("no order of day and month was right")


def test_a_teacher_books_and_cancels(page, live_server, sign_in, keys):
    slot = make_slot(make_workshop(make_partner("lab"), title="3D-Druck"))
    teacher = make_user("petra", phone="0170 000 00 00")
    teacher.memberships.create(school=make_school("Gymnasium Beispiel"), role="teacher")
    sign_in(teacher)
    page.goto(f"{live_server.url}/slots/{slot.pk}/")
    keys.skip()
    keys.follow("main a.button.main")
    keys.skip()
    keys.type("#id_group_name", "7b")
    keys.type("#id_pupils", "22")
    keys.type("#id_adults", "2")
    keys.go("input[name=grades][value='7']")
    keys.press("Space")
    keys.go("#id_agree")
    keys.press("Space")
    keys.follow("main form button.main")

    booking = Booking.objects.get()
    assert (booking.state, booking.pupils, booking.grades) == ("confirmed", 22, [7])

    keys.skip()
    keys.follow("a.action[href$='/cancel/']")
    keys.skip()
    keys.follow("main form button.warn")

    booking.refresh_from_db()
    assert booking.state == "cancelled"


def test_what_is_wrong_has_the_focus_and_leads_to_its_field(page, live_server, sign_in, keys):
    slot = make_slot(make_workshop(make_partner("lab"), title="3D-Druck"))
    sign_in(make_user("petra"))
    page.goto(f"{live_server.url}/slots/{slot.pk}/book/")
    keys.type("#id_group_name", "7b")
    with page.expect_navigation():
        keys.press("Enter")  # sent from the first field, with nothing else filled in

    assert page.evaluate("document.activeElement.className") == "error-summary"
    keys.go(".error-summary a[href='#id_pupils']")
    keys.press("Enter")

    page.keyboard.type("22")
    assert page.input_value("#id_pupils") == "22"
    assert page.input_value("#id_group_name") == "7b"


def test_a_trainer_records_who_came(page, live_server, sign_in, keys):
    trainer = make_trainer(make_partner("lab"), "jana")
    slot = make_slot(make_workshop(trainer.partners.get()), starts_at=timezone.now() - timedelta(minutes=179))
    make_booking(slot, at=slot.book_from + timedelta(days=1))
    make_assignment(slot, trainer)
    sign_in(trainer.user)
    page.goto(f"{live_server.url}/trainer/")
    keys.skip()
    keys.follow(f"main a[href='/trainer/slots/{slot.pk}/']")
    keys.skip()
    keys.type("input[name=f]", "11")
    keys.type("input[name=m]", "9")
    keys.type("input[name=unknown]", "0")
    keys.go("button[value=counts]")
    keys.press("Enter")
    page.wait_for_selector(".messages")

    assert Attendance.objects.get().present == 20


def test_an_organiser_answers_a_request_and_opens_a_date(page, live_server, sign_in, keys):
    partner = make_partner("lab")
    workshop = make_workshop(partner, title="3D-Druck", booking_mode="request")
    asked = make_booking(make_slot(workshop), school=make_school("Oberschule Musterdorf"))
    sign_in(make_organiser(partner, "olga"))
    page.goto(f"{live_server.url}/organise/requests/")
    keys.skip()
    keys.go(f"button[form='confirm-{asked.reference}']")
    keys.press("Enter")
    page.wait_for_selector(f"#request-{asked.reference}.done")

    asked.refresh_from_db()
    assert asked.state == "confirmed"

    page.goto(f"{live_server.url}/organise/slots/new/?workshop={workshop.slug}")
    keys.skip()
    keys.go("input[name=day]")
    type_day(page, in_days(40))
    keys.go("input[name=starts]")
    page.keyboard.type("0800A")  # a clock with two halves asks which; one of 24 hours does not hear the letter
    keys.follow("main form button.main")

    opened = Slot.objects.exclude(pk=asked.slot_id).get()
    assert timezone.localtime(opened.starts_at).strftime("%d.%m. %H:%M") == f"{in_days(40):%d.%m.} 08:00"
