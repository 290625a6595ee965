"""What a house says of itself: written by its organisers, read by everybody."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from booking.models import Change
from tests.factories import make_booking, make_organiser, make_partner, make_slot, make_user, make_venue, make_workshop
from workshops.models import Partner, PartnerRole

pytestmark = pytest.mark.django_db

HOUSE = "/organise/partner/"


@pytest.fixture
def lab():
    return make_partner("lab", about={"de": "Ein Labor."})


@pytest.fixture
def olga(client, lab):
    user = make_organiser(lab, "olga")
    client.force_login(user)
    return user


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def said(house: Partner, **typed) -> dict[str, object]:
    house.refresh_from_db()
    return {"version": house.version, "name": house.name, "mailbox": house.mailbox} | typed


def png(colour: str = "red") -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (300, 100), colour).save(out, "PNG")
    return SimpleUploadedFile("logo.png", out.getvalue(), "image/png")


def test_an_organiser_says_everything_about_the_house(client, olga, lab):
    typed = said(
        lab,
        name="Schülerlabor",
        legal_name="Labor gGmbH",
        phone="03583 1",
        about_de="Ein Labor.",
        about_pl="Laboratorium.",
        colour="29406B",
        close_days="7",
        reminder_days="14, 3",
        requests_hold="False",
    )

    assert client.post(HOUSE, typed).status_code == 302

    lab.refresh_from_db()
    assert (lab.name, lab.legal_name, lab.phone) == ("Schülerlabor", "Labor gGmbH", "03583 1")
    assert lab.about == {"de": "Ein Labor.", "pl": "Laboratorium."}
    assert lab.colour == "#29406b"
    assert (lab.close_days, lab.reminder_days, lab.requests_hold, lab.answer_days) == (7, [14, 3], False, None)
    change = Change.objects.get(partner=lab)
    assert (change.kind, change.actor, change.facts["close_days"]) == ("edited", olga, [None, 7])


def test_the_page_marks_the_languages_that_are_missing(client, olga):
    text = client.get(HOUSE).content.decode()

    assert "Sonst gilt" not in text
    assert text.count('class="badge wait"') == 4  # of the one text that exists


@pytest.mark.parametrize(("field", "version"), [("terms_de", 2), ("house_rules_en", 2), ("about_de", 1), ("phone", 1)])
def test_new_terms_and_house_rules_are_a_new_version_of_the_rules(client, olga, lab, field, version):
    client.post(HOUSE, said(lab, **{"about_de": "Ein Labor.", field: "Neu."}))

    lab.refresh_from_db()
    assert lab.rules_version == version


def test_a_pale_colour_is_refused_with_its_ratio_and_a_better_one(client, olga, lab):
    page = client.post(HOUSE, said(lab, colour="#ff0000", name="Anders"))

    text = page.content.decode()
    assert page.context["proposed"] == "#da0201"
    assert "3,4 : 1" in text
    assert 'fill="#da0201"' in text
    assert 'value="Anders"' in text
    lab.refresh_from_db()
    assert (lab.colour, lab.name) == ("", "Lab")


@pytest.mark.parametrize("colour", ["blue", "#12345", "#1234567", "url(x)", "#29406b;}"])
def test_what_is_no_colour_is_refused(client, olga, lab, colour):
    assert client.post(HOUSE, said(lab, colour=colour)).context["form"].has_error("colour")


def test_two_organisers_at_once_lose_nothing(client, olga, lab):
    first, second = said(lab, phone="03583 colleague"), said(lab, phone="03583 mine")
    client.post(HOUSE, first)

    page = client.post(HOUSE, second)

    lab.refresh_from_db()
    assert lab.phone == "03583 colleague"
    text = page.content.decode()
    assert 'value="03583 mine"' in text
    assert "03583 colleague" in text
    assert client.post(HOUSE, said(lab, phone="03583 mine")).status_code == 302


def test_a_logo_is_drawn_anew_shown_and_taken_away(client, olga, lab):
    client.post(HOUSE, said(lab, logo=png()))
    lab.refresh_from_db()
    assert lab.logo.name.endswith(".webp")
    assert client.get(f"/media/{lab.logo.name}")["Content-Type"] == "image/webp"
    assert lab.logo.name in client.get("/partners/lab/").content.decode()

    client.post(HOUSE, said(lab))
    lab.refresh_from_db()
    assert lab.logo  # saying nothing of it keeps it

    client.post(HOUSE, said(lab, no_logo="on"))
    lab.refresh_from_db()
    assert not lab.logo


def test_a_mistake_elsewhere_does_not_cost_the_upload(client, olga, lab):
    page = client.post(HOUSE, said(lab, logo=png(), mailbox="nowhere"))
    kept = page.context["form"]["logo_kept"].value()
    assert kept.startswith("logos/")

    client.post(HOUSE, said(lab, logo_kept=kept))

    lab.refresh_from_db()
    assert lab.logo.name == kept


def test_no_file_of_others_can_be_named_as_the_logo(client, olga, lab):
    client.post(HOUSE, said(lab, logo_kept="../../etc/passwd"))
    lab.refresh_from_db()
    assert not lab.logo


def test_what_is_no_picture_is_refused(client, olga, lab):
    script = SimpleUploadedFile("logo.svg", b"<svg onload='alert(1)'/>", "image/svg+xml")

    assert client.post(HOUSE, said(lab, logo=script)).context["form"].has_error("logo")


def test_an_organiser_of_two_houses_chooses_and_others_are_not_found(client, olga, lab):
    museum = make_partner("museum")
    assert client.get(f"{HOUSE}?partner=museum").status_code == 404
    assert client.post(f"{HOUSE}?partner=museum", said(museum, name="Meins")).status_code == 404

    PartnerRole.objects.create(user=olga, partner=museum)
    assert "?partner=museum" in client.get(HOUSE).content.decode()
    assert client.get(f"{HOUSE}?partner=museum").context["partner"] == museum


# For everybody


def test_everybody_reads_who_a_house_is(client, lab):
    Partner.objects.filter(pk=lab.pk).update(
        terms={"de": "Bitte pünktlich."}, imprint={"de": "Labor gGmbH"}, privacy={"de": "Wenig."}, phone="03583 1"
    )
    make_workshop(lab, title="Robotik")
    make_workshop(lab, title="Entwurf", state="draft")

    text = client.get("/partners/lab/").content.decode()

    for words in ("Ein Labor.", "Bitte pünktlich.", "Labor gGmbH", "Wenig.", "03583 1", "lab@lab.example", "Robotik"):
        assert words in text
    assert text.index('href="/workshops/') < text.index("Bitte pünktlich.")  # the offers before the rules
    assert "Entwurf" not in text
    assert client.get("/partners/nobody/").status_code == 404


def test_everybody_reads_which_houses_there_are(client, lab, django_assert_num_queries):
    make_venue(lab, city="Görlitz")
    for state in ("published", "published", "draft"):
        make_workshop(lab, state=state)
    make_partner("museum", about={"de": "Ein **Museum** & mehr.\n\n" + "Wort " * 50})

    with django_assert_num_queries(2):
        text = client.get("/partners/").content.decode()

    assert 'href="/partners/lab/"' in text
    assert "Ein Museum &amp; mehr." in text
    assert "Wort " * 40 not in text
    assert "Görlitz" in text
    assert ">2 Workshops<" in text
    assert client.get("/partners/?page=99").status_code == 200


def test_the_page_of_a_house_costs_the_same_for_one_workshop_and_for_three(client, lab, django_assert_num_queries):
    make_workshop(lab)
    with django_assert_num_queries(4):
        client.get("/partners/lab/")
    for _more in range(2):
        make_workshop(lab)
    with django_assert_num_queries(4):
        client.get("/partners/lab/")


def test_a_workshop_leads_to_its_house(client, lab):
    Partner.objects.filter(pk=lab.pk).update(imprint={"de": "Labor gGmbH"}, privacy={"de": "Wenig."}, colour="#29406b")
    offer = make_workshop(lab)

    text = client.get(f"/workshops/{offer.slug}/").content.decode()

    assert "Ein Labor." in text
    for address in ("/partners/lab/", "/partners/lab/#imprint", "/partners/lab/#privacy"):
        assert f'href="{address}"' in text
    assert '<link rel="stylesheet" href="/partners/lab/colour.css?v=1">' in text


def test_what_is_agreed_to_can_be_read_on_the_page_of_the_house(client, lab):
    slot = make_slot(make_workshop(lab))
    assert 'href="/partners/lab/#' not in client.get(f"/slots/{slot.pk}/book/").content.decode()
    Partner.objects.filter(pk=lab.pk).update(terms={"de": "Pünktlich sein."})

    form = client.get(f"/slots/{slot.pk}/book/").content.decode()

    assert 'href="/partners/lab/#terms" target="_blank"' in form
    assert 'id="terms"' in client.get("/partners/lab/").content.decode()
    assert "Pünktlich sein." in form


def test_the_sheet_of_a_visit_names_the_page_of_the_house(client, lab, settings):
    booking = make_booking(make_slot(make_workshop(lab)))
    client.force_login(booking.owner)

    assert f"{settings.SITE_URL}/partners/lab/" in client.get(f"/bookings/{booking.reference}/sheet/").content.decode()


def test_the_colour_comes_as_a_sheet_that_browsers_keep(client, lab):
    assert "--house" not in client.get("/partners/lab/colour.css").content.decode()
    Partner.objects.filter(pk=lab.pk).update(colour="#29406b")

    sheet = client.get("/partners/lab/colour.css?v=1")

    assert sheet["Content-Type"] == "text/css; charset=utf-8"
    assert "max-age=31536000" in sheet["Cache-Control"]
    assert "--house: light-dark(#29406b, #" in sheet.content.decode()
    assert "style=" not in client.get("/partners/lab/").content.decode()


def test_only_organisers_write(client, lab):
    assert client.get(HOUSE).status_code == 302
    client.force_login(make_user("tina"))
    assert client.get(HOUSE).status_code == 403
