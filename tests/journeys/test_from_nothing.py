"""The first day of an installation: an empty database and a network admin; in the evening a class is expected."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.utils import timezone

from booking.messages.sending import send_due
from booking.models import Booking
from schools.models import School
from tests.smtp_sink import Sink
from workshops.models import Slot, Workshop

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

REGISTER = Path(__file__).parents[1] / "schools" / "registers" / "sn_api_v1_schools.json"
NINA, OLGA, TOM, PETRA = "nina@netz.example", "olga@lab.example", "tom@lab.example", "p.vogel@schule.example"


@pytest.fixture(scope="module")
def script() -> bool:
    return True


@pytest.fixture
def walk(page: Page, context: BrowserContext, live_server, look, smtp) -> Walk:
    return Walk(page, context, live_server.url, look, smtp)


class Walk:
    """One browser, in which one person after the other signs in."""

    def __init__(self, page: Page, context: BrowserContext, home: str, look: Callable[[], None], smtp: Sink) -> None:
        self.page, self.context, self.home, self.look, self.smtp = page, context, home, look, smtp

    def to(self, path: str) -> None:
        self.page.goto(f"{self.home}{path}")
        self.look()

    def through(self, area: str) -> None:
        """By the rail, as one finds it."""
        self.page.click(f"#rail a:has-text('{area}')")
        self.look()

    def follow(self, path: str) -> None:
        self.page.click(f"main a[href^='{path}']")
        self.look()

    def send(self, done: str = "") -> None:
        """Press the one button; `done` is what then stands on the page."""
        self.page.click("main form button.main")
        self.page.wait_for_selector(done or ".messages")
        self.look()

    def fill(self, **typed: str) -> None:
        for name, value in typed.items():
            self.page.fill(f"main [name={name}]", value)

    def tick(self, name: str, *values: str) -> None:
        for value in values:
            self.page.locator(f"main input[name={name}][value='{value}']").check(force=True)

    def mails(self, address: str) -> list[str]:
        """What came to an address, the newest first."""
        send_due(timezone.now())
        came = reversed(self.smtp.to(address))
        return [f"{mail['Subject']}\n{mail.get_body(('plain',)).get_content()}" for mail in came]

    def sign_in(self, address: str) -> None:
        self.context.clear_cookies()
        self.to("/sign-in/")
        self.fill(email=address)
        self.page.click("main form button.main")
        self.type_code(address)

    def type_code(self, address: str) -> None:
        self.page.wait_for_selector("#id_code")
        codes = (re.search(r"\b\d{6}\b", mail) for mail in self.mails(address))
        self.fill(code=next(found[0] for found in codes if found))
        self.page.click("main form button.main")
        self.page.wait_for_url(lambda url: "/code/" not in url)


def test_from_an_empty_house_to_the_first_class(walk):
    call_command("make_admin", NINA)
    the_admin_founds_a_house(walk)
    the_organiser_prepares(walk)
    the_organiser_opens_dates(walk)
    a_teacher_books(walk)
    the_organiser_confirms(walk)


def the_admin_founds_a_house(walk: Walk) -> None:
    walk.sign_in(NINA)
    walk.to("/organise/")
    walk.through("Netzwerk")
    walk.follow("/organise/network/houses/new/")
    walk.fill(name="Schülerlabor Zittau", mailbox="post@lab.example", person="Olga Sand", email=OLGA)
    walk.send()
    walk.through("Netzwerk")
    walk.follow("/organise/network/schools/")
    walk.page.set_input_files("main [name=file]", str(REGISTER))
    walk.send("#created")
    walk.send()

    assert School.objects.active().count() == 8
    assert "Schülerlabor Zittau" in walk.mails(OLGA)[0]


def the_organiser_prepares(walk: Walk) -> None:
    """A place, a workshop that is published, somebody who leads it."""
    walk.sign_in(OLGA)
    walk.to("/organise/")
    walk.through("Orte")
    walk.follow("/organise/venues/new/")
    walk.fill(name="Haus Z IV", street="Musterweg 1", city="Zittau")
    walk.send()

    walk.through("Workshops")
    walk.follow("/organise/workshops/new/")
    walk.fill(title_de="Wärmepumpe", summary_de="Wir bauen eine Pumpe.", minutes="90", capacity="24")
    walk.tick("grades", "7", "8")
    walk.tick("disciplines", "physics")
    walk.tick("languages", "de")
    walk.page.select_option("main [name=venue]", label="Haus Z IV, Zittau")
    walk.page.click("main button[name=then]")
    walk.page.wait_for_selector(".messages")
    walk.look()
    assert Workshop.objects.get().state == "published"

    walk.through("Menschen")
    walk.follow("/organise/people/new/")
    walk.fill(name="Tom Rad", email=TOM)
    walk.tick("roles", "trainer")
    walk.tick("languages", "de")
    walk.send()
    assert "Schülerlabor Zittau" in walk.mails(TOM)[0]


def the_organiser_opens_dates(walk: Walk) -> None:
    days = [timezone.localdate() + timedelta(days=days) for days in (42, 43, 49)]
    walk.through("Termine")
    walk.follow("/organise/slots/many/")
    walk.page.select_option("main [name=workshop]", label="Wärmepumpe")
    walk.fill(starts_1="08:00", days="\n".join(f"{day:%d.%m.%Y}" for day in days))
    walk.send("main .agenda")
    walk.send()
    assert Slot.objects.count() == 3

    slot = Slot.objects.order_by("starts_at")[0]
    walk.to(f"/organise/slots/{slot.pk}/")
    tom = walk.page.locator("main select[name=trainer_0] option", has_text="Tom Rad").get_attribute("value")
    walk.page.select_option("main select[name=trainer_0]", tom)
    walk.page.click("main form[action$='/assign/'] button.main, main form[action$='/assign/'] button[type=submit]")
    walk.page.wait_for_selector(".messages")
    assert slot.assignments.get().trainer.email == TOM


def a_teacher_books(walk: Walk) -> None:
    page = walk.page
    walk.context.clear_cookies()
    walk.to("/")
    page.click(".workshop h3 a")
    walk.look()
    page.click(".slot-row.big")
    walk.look()
    page.click("main a.button.main")
    walk.look()
    walk.fill(group_name="7b", pupils="22", adults="2")
    page.locator("label:has(input[name=grades][value='7'])").click()
    page.fill("#id_school_q", "gorlitz")
    page.locator("#schools-found label.tick", has_text="mit Abendoberschule").click()
    walk.fill(contact_name="Petra Vogel", contact_email=PETRA, contact_phone="0170 000 00 00")
    page.check("#id_agree")
    walk.look()
    page.click("main form button.main")
    walk.type_code(PETRA)
    walk.look()
    assert Booking.objects.get().state == "requested"


def the_organiser_confirms(walk: Walk) -> None:
    walk.sign_in(OLGA)
    walk.to("/organise/")
    walk.page.click("main a[href='/organise/requests/']")
    walk.look()
    assert "Oberschule Beispielstadt mit" in walk.page.inner_text("main")
    walk.page.click("main button[form^='confirm-']")
    walk.page.wait_for_selector("article.done")
    walk.look()

    booking = Booking.objects.get()
    assert booking.state == "confirmed"
    assert booking.reference in walk.mails(PETRA)[0]
