"""Pages of the house itself: legal texts, languages, errors, the specimen of all parts."""

from importlib.resources import files
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from playwright.sync_api import expect

from config import errors

AXE = files("axe_playwright_python") / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

WIDTHS = (320, 1280)
PARTS = Path(errors.__file__).parent / "templates/parts"


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 429, 500, 503])
def test_an_error_page_leads_on_and_asks_nobody(rf, status):
    """No database fixture: a query would fail this test."""
    text = errors.page(rf.get("/"), status).content.decode()

    assert 'href="/"' in text
    assert "/legal/imprint/" in text


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 429, 500, 503])
def test_an_error_page_says_in_which_language_it_speaks_and_offers_the_others(rf, status):
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            text = errors.page(rf.get("/"), status).content.decode()

        assert f'<html lang="{language}">' in text
        assert text.count('href="/language/') == len(settings.LANGUAGES) - 1


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["imprint", "privacy", "accessibility"])
def test_a_missing_legal_text_is_shown_in_red(client, settings, tmp_path, name):
    settings.LEGAL_DIR = tmp_path

    assert 'class="note bad"' in client.get(f"/legal/{name}/").content.decode()


@pytest.mark.django_db
def test_the_operators_text_is_shown_in_the_language_of_the_reader(client, settings, tmp_path):
    settings.LEGAL_DIR = tmp_path
    (tmp_path / "imprint.de.md").write_text("## Betreiber\n\nVerein Beispiel")
    (tmp_path / "imprint.en.md").write_text("## Operator\n\n<script>alert(1)</script> [us](javascript:alert(1))")

    german = client.get("/legal/imprint/", headers={"Accept-Language": "de"}).content.decode()
    english = client.get("/legal/imprint/", headers={"Accept-Language": "en"}).content.decode()

    assert "<h2>Betreiber</h2>" in german
    assert "<h2>Operator</h2>" in english
    assert '<div class="prose"><h2>' in english
    sorbian = client.get("/legal/imprint/", headers={"Accept-Language": "hsb"}).content.decode()
    assert '<div class="prose" lang="de"><h2>Betreiber</h2>' in sorbian
    assert "<script>alert" not in english
    assert 'href="javascript:' not in english
    assert 'class="note bad"' not in german + english


@pytest.mark.django_db
def test_the_language_stays_chosen_and_one_comes_back_to_the_page(client):
    response = client.get("/language/en/?next=/legal/imprint/")

    assert response["Location"] == "/legal/imprint/"
    assert 'lang="en"' in client.get("/legal/imprint/", headers={"Accept-Language": "de"}).content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_the_language_switch_leads_nowhere_else(client, elsewhere):
    assert client.get("/language/de/", {"next": elsewhere})["Location"] == "/"


@pytest.mark.django_db
def test_an_unknown_language_is_not_found(client):
    assert client.get("/language/xx/").status_code == 404


@pytest.mark.django_db
def test_the_specimen_page_exists_in_the_demo_only(client, settings):
    settings.DEMO = False
    assert client.get("/demo/parts/").status_code == 404

    settings.DEMO = True
    assert client.get("/demo/parts/").status_code == 200


@pytest.mark.django_db
def test_the_specimen_page_shows_every_part(client, settings):
    """What belongs to the frame of a page or appears for a moment only is not drawn there."""
    settings.DEMO = True
    unseen = {"form.html", "messages.html", "offer_picture.html", "tabbar.html", "unfolds.html"}

    drawn = {template.name for template in client.get("/demo/parts/").templates if template.name}

    parts = {path.name for path in PARTS.glob("*.html")} - unseen
    assert parts - {name.removeprefix("parts/") for name in drawn} == set()


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_parts_fit_and_break_no_rule_of_the_browser(page, live_server, settings, width):
    """Nothing sticks out, nothing is refused by the content security policy, the error summary has the focus."""
    settings.DEMO = True
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.set_viewport_size({"width": width, "height": 800})

    page.goto(f"{live_server.url}/demo/parts/")

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert complaints == []


# Rows of dates in which what is left is written over the hours.
COVERED = """() => [...document.querySelectorAll(".slot-row.big")].filter(row => {
    const [hours, left] = [".one-line", ".left"].map(part => row.querySelector(part).getBoundingClientRect())
    return left.left < hours.right && left.top < hours.bottom
}).map(row => row.innerText)"""


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
def test_what_is_left_of_a_date_stands_beside_or_below_its_hours(page, live_server, settings):
    settings.DEMO = True
    page.goto(f"{live_server.url}/demo/parts/")

    for width in (320, 360, 390, 430):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(COVERED) == [], f"at {width} px"


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["pl", "cs"])  # the longest words for signing in
def test_the_way_to_sign_in_keeps_clear_of_the_edge_on_every_phone(page, live_server, language):
    page.goto(f"{live_server.url}/language/{language}/?next=/legal/imprint/")

    for width in (320, 340, 360, 375, 390, 400, 416):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.locator("a.head-link[href='/sign-in/']").bounding_box()["width"] >= 24
        ends = page.evaluate(
            "Math.max(...[...document.querySelectorAll('.push *')].map(e => e.getBoundingClientRect().right))"
        )
        assert ends <= width - 10, f"{language} at {width} px"


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_parts_are_accessible(page, live_server, settings, scheme):
    settings.DEMO = True
    page.emulate_media(color_scheme=scheme)
    page.add_init_script(path=str(AXE))
    page.goto(f"{live_server.url}/demo/parts/")

    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]

    assert {rule["id"]: [node["html"] for node in rule["nodes"]] for rule in found} == {}


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
def test_a_stepper_counts_and_stops_at_nothing(page, live_server, settings):
    settings.DEMO = True
    page.goto(f"{live_server.url}/demo/parts/")
    girls, unknown = page.locator(".stepper").all()

    girls.locator("[data-by='1']").click()

    assert girls.locator("input").input_value() == "12"
    expect(unknown.locator("[data-by='-1']")).to_be_disabled()


# The upper edges of two boxes side by side of which none is wrong, where one has a label of several lines.
SIDE_BY_SIDE = """() => {
    const row = document.querySelector(".field-row")
    row.querySelectorAll(".error").forEach(error => error.remove())
    row.querySelectorAll(".wrong").forEach(field => field.classList.remove("wrong"))
    const boxes = [...row.querySelectorAll("input, select")].slice(0, 2)
    boxes[0].labels[0].textContent = "So viele kommen höchstens ".repeat(3)
    return boxes.map(box => Math.round(box.getBoundingClientRect().top))
}"""


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
def test_boxes_side_by_side_stand_in_one_line_however_long_their_labels_are(page, live_server, settings):
    settings.DEMO = True
    page.goto(f"{live_server.url}/demo/parts/")

    first, second = page.evaluate(SIDE_BY_SIDE)

    assert first == second
