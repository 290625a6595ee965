"""Plans change: another date, another contact, is it still on, a place that becomes free, a date that is called off.
Mails are read from a real mail server; everything works with script and without."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.actor import Actor
from booking import rules
from booking.messages.sending import send_due
from booking.models import Booking, Message
from booking.orders import Contact
from tests.factories import in_days, make_booking, make_organiser, make_school, make_slot, make_user, make_workshop
from tests.smtp_sink import Sink
from workshops.models import Slot

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
Look = Callable[[], None]


@pytest.fixture
def workshop() -> Any:
    return make_workshop(title="Roboter: vom Plan zum Greifarm", capacity=24)


@pytest.fixture
def booking(workshop: Any) -> Booking:
    return make_booking(make_slot(workshop, starts_at=in_days(90)), make_user("ada"))


@pytest.fixture
def mailbox(smtp: Sink, live_server: Any, settings: Any) -> Callable[[str, str], str]:
    """Send what is due, and the link in the last mail to an address whose subject holds these words."""
    settings.SITE_URL = live_server.url

    def link_in(address: str, words: str) -> str:
        send_due(timezone.now() + timedelta(minutes=2))
        mail = next(one for one in reversed(smtp.to(address)) if words in one["Subject"])
        text = mail.get_body(("plain",)).get_content()
        found = re.search(rf"{re.escape(live_server.url)}\S+", text)
        assert found, text
        return found[0]

    return link_in


def choose(page: Page, slot: Slot) -> None:
    page.locator(f".wishes label:has(input[value='{slot.pk}'])").click()


def test_a_class_goes_to_another_date(page: Page, live_server: Any, sign_in: Any, booking: Booking, look: Look) -> None:
    there = make_slot(booking.slot.workshop, starts_at=in_days(100))
    sign_in(booking.owner)
    page.goto(f"{live_server.url}/bookings/{booking.reference}/")
    page.click("a.action:has-text('Anderer Termin')")
    look()
    page.click("button:text('Dorthin verlegen')")
    expect(page.locator(".error-summary")).to_be_visible()
    choose(page, there)
    page.click("button:text('Dorthin verlegen')")

    page.wait_for_selector("text=Der neue Termin gehört Ihnen")
    look()
    booking.refresh_from_db()
    assert booking.slot == there


def test_a_colleague_takes_over(
    page: Page, live_server: Any, sign_in: Any, booking: Booking, mailbox: Any, smtp: Sink, look: Look
) -> None:
    old = mailbox("ada@school.example", "Bestätigt")
    sign_in(booking.owner)
    page.goto(f"{live_server.url}/bookings/{booking.reference}/")
    page.click("a.action:has-text('übergeben')")
    look()
    page.fill("#id_email", "cem@school.example")
    page.click("button:text('Per Mail fragen')")
    page.wait_for_selector("text=Angefragt.")
    page.context.clear_cookies()  # from here on it is the colleague's phone

    page.goto(mailbox("cem@school.example", "Übernehmen Sie?"))
    look()
    page.fill("#id_name", "Cem Aydin")
    page.click("button:text('Ja, ich übernehme')")

    page.wait_for_selector("text=Der Besuch liegt jetzt bei Ihnen")
    look()
    assert page.goto(old).status == 404  # type: ignore[union-attr]  # it answers
    assert mailbox("cem@school.example", "Übernommen")
    assert "Übergeben" in smtp.to("ada@school.example")[-1]["Subject"]


@pytest.mark.parametrize(("answer", "pupils"), [("yes", 24), ("fewer", 18)])
def test_it_is_still_on(page: Page, booking: Booking, mailbox: Any, look: Look, answer: str, pupils: int) -> None:
    ask(booking)
    page.goto(mailbox("ada@school.example", "Bleibt es dabei?"))
    look()
    if answer == "fewer":
        page.fill("#id_pupils", str(pupils))
    page.click(f"button[value={answer}]")

    page.wait_for_selector("text=Danke. Es bleibt dabei.")
    booking.refresh_from_db()
    assert (booking.reconfirm_step, booking.pupils) == ("done", pupils)


def ask(booking: Booking) -> None:
    """As if the day had come: the question is owed now."""
    rules.advance_reconfirmation(booking, now=booking.reconfirm_due_at)  # type: ignore[arg-type]  # it is planned
    Message.objects.filter(kind="booking_reconfirm").update(due_at=timezone.now(), next_try_at=timezone.now())


def test_it_is_not_on_any_more(page: Page, booking: Booking, mailbox: Any, look: Look) -> None:
    ask(booking)
    page.goto(mailbox("ada@school.example", "Bleibt es dabei?"))
    page.click("button[value=no]")
    page.wait_for_selector("h1:text('Besuch absagen?')")
    expect(page.locator("text=Heute ohne Folgen")).to_be_visible()
    look()
    page.click("button:text('Besuch absagen')")

    page.wait_for_selector("text=Abgesagt.")
    booking.refresh_from_db()
    assert (booking.state, booking.late) == ("cancelled", False)


def test_from_the_waiting_list_to_the_place(
    page: Page, live_server: Any, sign_in: Any, booking: Booking, mailbox: Any, look: Look
) -> None:
    bea = make_user("bea")
    contact = Contact("Bea", "bea@school.example", "0170 1")
    waiting = make_booking(booking.slot, bea, school=make_school(), group_name="8a", pupils=20, contact=contact)
    sign_in(bea)
    page.goto(f"{live_server.url}/bookings/{waiting.reference}/")
    expect(page.locator("text=Warteliste, Platz 1").first).to_be_visible()
    look()
    page.context.clear_cookies()  # the link in the mail is enough
    rules.cancel(booking, by=Actor.person(booking.owner), now=timezone.now())  # type: ignore[arg-type]  # owned

    page.goto(mailbox("bea@school.example", "Platz frei"))
    page.click("a:text('Jetzt antworten')")
    look()
    page.click("button:text('Wir kommen')")

    page.wait_for_selector("h1:text('Ihr Besuch ist bestätigt.')")
    waiting.refresh_from_db()
    assert waiting.state == "confirmed"


def test_an_organiser_makes_room_with_a_reason(
    page: Page, live_server: Any, sign_in: Any, booking: Booking, look: Look
) -> None:
    sign_in(make_organiser(booking.slot.workshop.partner))
    page.goto(f"{live_server.url}/organise/bookings/{booking.reference}/change/")
    page.fill("#id_pupils", "26")
    page.click("button:text('Änderungen speichern')")
    expect(page.locator(".error-summary")).to_be_visible()
    assert page.input_value("#id_pupils") == "26"
    look()
    page.fill("#id_override_reason", "Der große Raum ist frei")
    page.click("button:text('Änderungen speichern')")

    page.wait_for_selector("text=Geändert.")
    expect(page.locator("text=Der große Raum ist frei").first).to_be_visible()
    booking.refresh_from_db()
    assert (booking.pupils, booking.slot.capacity) == (26, 26)


def test_a_date_is_called_off_and_another_is_booked_at_once(
    page: Page, live_server: Any, sign_in: Any, booking: Booking, mailbox: Any, look: Look
) -> None:
    other = make_slot(booking.slot.workshop, starts_at=in_days(100))
    sign_in(make_organiser(booking.slot.workshop.partner))
    page.goto(f"{live_server.url}/organise/slots/{booking.slot_id}/cancel/")
    page.fill("#id_reason", "Rohrbruch im Labor")
    look()
    page.click("button:text('Termin absagen')")
    page.wait_for_selector("text=Der Termin ist abgesagt")

    sign_in(booking.owner)
    link = mailbox("ada@school.example", "Abgesagt")
    page.goto(link)
    look()
    page.click(f"a[href*='/slots/{other.pk}/book/']")
    assert page.input_value("#id_group_name") == booking.group_name
    page.check("#id_agree")
    page.click("button.main.lab")

    page.wait_for_selector("h1:text('Ihr Besuch ist bestätigt.')")
    assert Booking.objects.get(slot=other).state == "confirmed"
