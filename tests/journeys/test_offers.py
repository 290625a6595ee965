"""An organiser with a phone: writes a workshop with a photo, sees it as visitors will, publishes it; keeps a place."""

from __future__ import annotations

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.factories import make_organiser, make_partner, make_slot, make_venue, make_workshop
from workshops.models import Venue, Workshop

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def partner():
    return make_partner("lab")


@pytest.fixture
def olga(partner):
    return make_organiser(partner, "olga")


@pytest.fixture
def photo(tmp_path) -> str:
    path = tmp_path / "Foto aus dem Labor.jpg"
    Image.effect_noise((1200, 700), 60).convert("RGB").save(path)
    return str(path)


def open_all(page) -> None:
    """Unfold what is folded up, as a finger would."""
    for summary in page.query_selector_all("main details:not([open]) > summary"):
        summary.click()


def test_a_workshop_is_written_with_a_photo_and_published(
    page, live_server, sign_in, look, partner, olga, photo, client
):
    make_venue(partner)
    sign_in(olga)
    page.goto(f"{live_server.url}/organise/workshops/")
    look()
    page.click("main a[href='/organise/workshops/new/']")
    look()
    open_all(page)
    look()

    page.fill("input[name=title_de]", "Wärmepumpe")
    page.fill("input[name=title_pl]", "Pompa ciepła")
    page.locator("input[name=grades][value='7']").check(force=True)
    page.fill("input[name=minutes]", "90")
    page.fill("input[name=capacity]", "24")
    page.set_input_files("input[name=photo]", photo)
    page.click("button[name=then]")
    look()
    expect(page.locator(".error-summary")).to_be_visible()
    assert page.input_value("input[name=title_pl]") == "Pompa ciepła"
    expect(page.locator("img.photo-there")).to_be_visible()  # it need not be sent again

    page.fill("input[name=image_alt_de]", "Drei Lernende an der Pumpe")
    page.select_option("select[name=image_licence]", "own")
    page.click("button[name=then]")
    look()
    assert Workshop.objects.get().state == "draft"
    page.locator(".error-summary a", has_text="In short").or_(
        page.locator(".error-summary a[href='#id_summary']")
    ).click()

    page.fill("textarea[name=summary_de]", "Wir bauen eine Pumpe.")
    page.locator("input[name=disciplines][value=physics]").check(force=True)
    page.locator("input[name=languages][value=de]").check(force=True)
    page.select_option("select[name=venue]", str(Venue.objects.get().pk))
    page.locator("main form button.main").click()
    page.wait_for_selector(".messages")
    page.locator("main a[href$='/preview/']").click()
    look()
    assert page.locator("h1").inner_text() == "Wärmepumpe"
    assert client.get("/workshops/waermepumpe/").status_code == 404
    page.go_back()

    page.locator("form[action$='/publish/'] button").click()
    page.wait_for_selector(".messages")
    look()
    page.goto(f"{live_server.url}/workshops/waermepumpe/")
    look()
    assert page.get_by_alt_text("Drei Lernende an der Pumpe").evaluate("photo => photo.naturalWidth") > 0
    page.goto(f"{live_server.url}/")
    look()
    expect(page.get_by_alt_text("Drei Lernende an der Pumpe")).to_have_count(1)


def test_the_archive_leads_to_the_dates_that_are_to_come(page, live_server, sign_in, look, partner, olga):
    workshop = make_workshop(partner, title="Robotik")
    make_slot(workshop)
    sign_in(olga)
    page.goto(f"{live_server.url}/organise/workshops/{workshop.slug}/")
    look()

    page.locator("form[action$='/archive/'] button").click()
    look()
    page.locator("main a.button.main").click()

    page.wait_for_url(f"{live_server.url}/organise/slots/?workshop={workshop.pk}")


def test_a_place_is_written_and_taken_out_of_use(page, live_server, sign_in, look, olga):
    sign_in(olga)
    page.goto(f"{live_server.url}/organise/venues/")
    look()
    page.click("main a[href='/organise/venues/new/']")
    look()
    page.fill("input[name=name]", "Schülerlabor")
    page.fill("input[name=city]", "Zittau")
    page.fill("input[name=lat]", "14,8")
    page.fill("input[name=lon]", "50,9")
    page.locator("main form button.main").click()
    look()
    assert page.input_value("input[name=name]") == "Schülerlabor"

    page.fill("input[name=lat]", "50,9")
    page.fill("input[name=lon]", "14,8")
    page.locator("main form button.main").click()
    page.wait_for_selector(".messages")
    look()
    page.locator("form[action$='/use/'] button").click()
    page.wait_for_selector(".messages")
    look()

    assert not Venue.objects.get().active
