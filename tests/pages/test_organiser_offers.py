"""Workshops of organisers: written, looked at, published, changed by two at once, put away."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from tests.factories import (
    in_days,
    make_booking,
    make_organiser,
    make_partner,
    make_slot,
    make_user,
    make_venue,
    make_workshop,
)
from workshops.models import Funder, FundingPot, Workshop

pytestmark = pytest.mark.django_db

NEW = "/organise/workshops/new/"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def typed(**more) -> dict[str, object]:
    """What a complete form sends."""
    return {
        "key": "k1",
        "title_de": "Wärmepumpe übermorgen",
        "summary_de": "Wir bauen eine Pumpe.",
        "grades": ["7", "8"],
        "disciplines": ["physics"],
        "languages": ["de"],
        "minutes": "90",
        "capacity": "24",
        "max_groups": "1",
        "booking_mode": "request",
        "format": "online",
    } | more


def changed(workshop: Workshop, **more) -> dict[str, object]:
    """What the form of a workshop sends, one thing changed."""
    return typed(title_de=workshop.title["de"], slug=workshop.slug, version=workshop.version, **more)


def photo(size=(1200, 700), kind="JPEG", name="photo.jpg") -> SimpleUploadedFile:
    file = BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(file, kind)
    return SimpleUploadedFile(name, file.getvalue())


def words(answer) -> str:
    return answer.content.decode()


def test_a_draft_gets_its_address_from_the_title(client, olga):
    answered = client.post(NEW, typed())

    workshop = Workshop.objects.get()
    assert answered["Location"] == "/organise/workshops/waermepumpe-uebermorgen/"
    assert (workshop.state, workshop.title["de"], workshop.grades) == ("draft", "Wärmepumpe übermorgen", [7, 8])
    assert Client().get("/workshops/waermepumpe-uebermorgen/").status_code == 404


def test_a_double_click_makes_one_draft_and_a_second_title_another_address(client, olga):
    assert client.post(NEW, typed())["Location"] == client.post(NEW, typed())["Location"]
    assert Workshop.objects.count() == 1

    assert client.post(NEW, typed(key="k2"))["Location"].endswith("/waermepumpe-uebermorgen-2/")


def test_texts_in_five_languages_and_what_is_missing_is_marked(client, olga):
    client.post(NEW, typed(title_pl="Pompa ciepła", title_cs="Tepelné čerpadlo", title_en="Heat pump", summary_pl="…"))

    workshop = Workshop.objects.get()
    assert dict(workshop.title) == {
        "de": "Wärmepumpe übermorgen",
        "en": "Heat pump",
        "pl": "Pompa ciepła",
        "cs": "Tepelné čerpadlo",
    }
    (row,) = client.get("/organise/workshops/").context["page"]
    assert row.lacking == ["en", "cs", "hsb"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title_de": ""}, "title"),
        ({"title_de": "x" * 121}, "title"),
        ({"title_de": "a\x00b"}, "title"),
        ({"grades": []}, "grades"),
        ({"grades": ["14"]}, "grades"),
        ({"minutes": "5"}, "minutes"),
        ({"minutes": "lang"}, "minutes"),
        ({"capacity": "0"}, "capacity"),
        ({"booking_mode": "wish"}, "booking_mode"),  # nobody draws yet
        ({"disciplines": ["alchemy"]}, "disciplines"),
        ({"slug": "new"}, "slug"),
        ({"slug": "../etc"}, "slug"),
        ({"slug": "größe"}, "slug"),
        ({"venue": "0"}, "venue"),
        ({"free_cancel_days": "999"}, "free_cancel_days"),
        ({"reminder_days": "10, soon"}, "reminder_days"),
        ({"reminder_days": "1 2 3 4 5 6"}, "reminder_days"),
        ({"min_pupils": "25"}, "min_pupils"),
        ({"first_0": "1.1.", "pot_0": ""}, "first_0"),
    ],
)
def test_what_cannot_be_is_named_and_all_else_kept(wrong, field, client, olga):
    answered = client.post(NEW, typed(bring_hsb="Jědź a piće", image_credit="Anna Foto") | wrong)

    assert answered.status_code == 200
    assert field in answered.context["form"].errors
    assert "Jědź a piće" in words(answered)
    assert 'value="Anna Foto"' in words(answered)
    assert not Workshop.objects.exists()


def test_a_taken_address_is_refused_at_its_field(client, olga):
    make_workshop(slug="robotik")

    answered = client.post(NEW, typed(slug="robotik"))

    assert "slug" in answered.context["form"].errors


def test_publishing_says_at_the_fields_what_a_visitor_still_needs(client, olga, partner):
    bare = typed(summary_de="", languages=[], disciplines=[], format="visit", then="publish")

    answered = client.post(NEW, bare, follow=True)

    assert set(answered.context["form"].errors) == {"summary", "languages", "disciplines", "venue"}
    assert Workshop.objects.get().state == "draft"
    assert 'href="#id_languages"' in words(answered)


def test_an_offer_without_dates_is_published_and_found(client, olga, partner):
    venue = make_venue(partner)
    client.post(NEW, typed(format="visit", venue=venue.pk, then="publish"))

    client.logout()
    assert "Wärmepumpe übermorgen" in words(client.get("/"))
    assert client.get("/workshops/waermepumpe-uebermorgen/").status_code == 200


def test_publishing_twice_is_publishing_once(client, olga, partner):
    client.post(NEW, typed())
    for _click in range(2):
        client.post("/organise/workshops/waermepumpe-uebermorgen/publish/")

    workshop = Workshop.objects.get()
    assert workshop.state == "published"
    assert workshop.changes.filter(kind="published").count() == 1


def test_the_preview_shows_a_draft_to_its_house_alone(client, olga, partner):
    draft = make_workshop(partner, title="Nur im Haus", state="draft")
    address = f"/organise/workshops/{draft.slug}/preview/"

    seen = words(client.get(address))
    assert "Nur im Haus" in seen
    assert 'name="robots" content="noindex"' in seen
    client.force_login(make_organiser(make_partner("museum")))
    assert client.get(address).status_code == 404
    client.force_login(make_user())
    assert client.get(address).status_code == 403


def test_back_to_a_draft_hides_it_and_keeps_bookings(client, olga, partner):
    workshop = make_workshop(partner)
    booking = make_booking(make_slot(workshop))

    client.post(f"/organise/workshops/{workshop.slug}/withdraw/")

    assert Client().get(f"/workshops/{workshop.slug}/").status_code == 404
    booking.refresh_from_db()
    assert booking.state == "confirmed"


def test_the_archive_waits_for_dates_to_come_and_leads_to_them(client, olga, partner):
    workshop = make_workshop(partner)
    slot = make_slot(workshop)
    make_slot(workshop, starts_at=in_days(50), state="cancelled")
    make_slot(workshop, starts_at=in_days(-5))
    address = f"/organise/workshops/{workshop.slug}/archive/"

    refused = client.post(address)
    assert (refused.status_code, refused.context["number"]) == (409, 1)
    assert f'href="/organise/slots/?workshop={workshop.pk}"' in words(refused)
    slot.delete()
    client.post(address)

    workshop.refresh_from_db()
    assert workshop.state == "archived"
    assert workshop.pk in [row.pk for row in client.get("/organise/workshops/?state=archived").context["page"]]
    assert not list(client.get("/organise/workshops/").context["page"])


def test_a_copy_says_the_same_and_has_no_dates(client, olga, partner):
    pot = make_pot()
    workshop = make_workshop(partner, title="Robotik", cost={"de": "frei"}, free_cancel_days=3, state="archived")
    workshop.pots.create(pot=pot, valid=pot.valid)
    make_slot(workshop)

    answered = client.post(f"/organise/workshops/{workshop.slug}/copy/")

    copy = Workshop.objects.exclude(pk=workshop.pk).get()
    assert answered["Location"] == "/organise/workshops/robotik/"
    assert (copy.state, copy.cost, copy.free_cancel_days, copy.version) == ("draft", {"de": "frei"}, 3, 1)
    assert copy.title["de"] != workshop.title["de"]
    assert copy.pots.get().pot == pot
    assert not copy.slots.exists()


def make_pot(code: str = "mint", first: int = 2026, last: int = 2029) -> FundingPot:
    funder = Funder.objects.create(name=f"Stiftung {code}")
    valid = (date(first, 1, 1), date(last + 1, 1, 1))
    pot = FundingPot.objects.create(funder=funder, code=code, name=f"Topf {code}", valid=valid)
    pot.refresh_from_db()
    return pot


def test_pots_are_added_changed_and_taken_out_in_the_form(client, olga, partner):
    mint, eu = make_pot("mint"), make_pot("eu")
    client.post(NEW, typed(pot_0=mint.pk, pot_1=eu.pk, first_1="2027-01-01", last_1="2027-12-31"))
    workshop = Workshop.objects.get()
    said = {row.pot.code: (row.valid.lower, row.last_day) for row in workshop.pots.select_related("pot")}
    assert said == {
        "mint": (date(2026, 1, 1), date(2029, 12, 31)),  # without days: as long as the pot lasts
        "eu": (date(2027, 1, 1), date(2027, 12, 31)),
    }

    client.post(f"/organise/workshops/{workshop.slug}/", changed(workshop, pot_0="", pot_1=eu.pk, last_1="2028-06-30"))

    (row,) = workshop.pots.select_related("pot")
    assert (row.pot.code, row.last_day) == ("eu", date(2028, 6, 30))


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"pot_1": "same"}, "pot_1"),
        ({"last_0": "2026-01-01", "first_0": "2027-01-01"}, "last_0"),
        ({"first_0": "2035-01-01", "last_0": "2036-01-01"}, "first_0"),
        ({"pot_0": "999999"}, "pot_0"),
    ],
)
def test_a_row_that_cannot_be_says_so(row, field, client, olga):
    pot = make_pot()
    row = {name: pot.pk if value == "same" else value for name, value in row.items()}

    answered = client.post(NEW, typed(pot_0=pot.pk) | row)

    assert field in answered.context["form"].errors


def test_rules_that_are_empty_are_those_of_the_house_and_the_form_says_which(client, olga, partner):
    partner.free_cancel_days = 8
    partner.save()
    client.post(NEW, typed(answer_days="7", reminder_days="2, 21", requests_hold="False"))

    workshop = Workshop.objects.get()
    policy = workshop.policy
    assert (policy.free_cancel_days, policy.answer_days, policy.reminder_days) == (8, 7, (21, 2))
    assert (workshop.free_cancel_days, workshop.requests_hold) == (None, False)
    form = client.get(f"/organise/workshops/{workshop.slug}/").context["form"]
    assert "8" in form.fields["free_cancel_days"].help_text
    assert form["reminder_days"].value() == "21, 2"


def test_editing_touches_no_date_and_no_terms(client, olga, partner):
    workshop = make_workshop(partner, booking_mode="request", venue=make_venue(partner))
    slot = make_slot(workshop)
    booking = make_booking(slot)
    before = (type(slot).objects.filter(pk=slot.pk).values().get(), dict(booking.terms))

    sent = changed(
        workshop, minutes="45", capacity="12", free_cancel_days="30", languages=["pl"], booking_mode="instant"
    )
    assert client.post(f"/organise/workshops/{workshop.slug}/", sent).status_code == 302

    booking.refresh_from_db()
    assert (type(slot).objects.filter(pk=slot.pk).values().get(), dict(booking.terms)) == before
    workshop.refresh_from_db()
    assert (workshop.minutes, workshop.capacity, workshop.version) == (45, 12, 2)


def test_a_published_offer_keeps_its_address(client, olga, partner):
    workshop = make_workshop(partner, slug="robotik")

    client.post("/organise/workshops/robotik/", changed(workshop) | {"slug": "anders"})

    assert Workshop.objects.get().slug == "robotik"


def test_a_draft_may_get_another_address(client, olga, partner):
    workshop = make_workshop(partner, slug="robotik", state="draft")

    answered = client.post("/organise/workshops/robotik/", changed(workshop) | {"slug": "Roboter"})

    assert answered["Location"] == "/organise/workshops/roboter/"


def test_who_saves_second_learns_what_changed_and_loses_nothing(client, olga, partner):
    workshop = make_workshop(partner, title="Robotik")
    address = f"/organise/workshops/{workshop.slug}/"
    stale = changed(workshop, capacity="18", bring_de="Mein Satz")
    client.force_login(make_organiser(partner, "konrad"))
    client.post(address, changed(workshop, capacity="30"))
    client.force_login(olga)

    told = client.post(address, stale)
    assert "Konrad" in str(told.context["form"].non_field_errors())
    assert "30" in told.context["form"]["capacity"].help_text
    assert "30" in client.post(address, stale | {"minutes": "many"}).context["form"]["capacity"].help_text
    assert "Mein Satz" in words(told)
    assert Workshop.objects.get().capacity == 30
    again = stale | {"version": told.context["form"].data["version"]}
    assert client.post(address, again).status_code == 302

    workshop.refresh_from_db()
    assert (workshop.capacity, workshop.bring["de"]) == (18, "Mein Satz")


def test_the_history_says_who_and_never_names_a_photographer(client, olga, partner):
    workshop = make_workshop(partner)

    client.post(f"/organise/workshops/{workshop.slug}/", changed(workshop, capacity="20", image_credit="Anna Foto"))

    change = workshop.changes.get(kind="edited")
    assert change.facts["capacity"] == [24, 20]
    assert "image_credit" in change.facts["changed"]
    assert "Anna" not in str(change.facts)
    assert "Olga" in words(client.get(f"/organise/workshops/{workshop.slug}/"))


SAID = {"image_alt_de": "Drei Lernende am Roboter", "image_licence": "cc_by", "image_credit": "Schülerlabor"}


def test_a_photo_is_shown_everywhere_with_its_words(client, olga, partner):
    client.post(NEW, typed(photo=photo(), then="publish", **SAID))

    workshop = Workshop.objects.get()
    assert default_storage.exists(workshop.image.name)
    page = words(client.get(workshop.get_absolute_url()))
    assert 'alt="Drei Lernende am Roboter"' in page
    assert "Schülerlabor" in page
    assert "CC BY 4.0" in page
    assert f'property="og:image" content="http://testserver{workshop.image.url}"' in page
    assert 'width="1200" height="700"' in words(client.get("/"))
    assert client.get(workshop.image.url).status_code == 200


@pytest.mark.parametrize(
    ("lacks", "field"),
    [
        ({"image_alt_de": ""}, "image_alt"),
        ({"image_licence": ""}, "image_licence"),
        ({"image_credit": ""}, "image_credit"),
    ],
)
def test_a_photo_without_its_words_waits_and_need_not_be_sent_again(lacks, field, client, olga):
    told = client.post(NEW, typed(photo=photo(), **SAID) | lacks)
    assert set(told.context["form"].errors) == {field}
    kept = told.context["form"]["kept_photo"].value()
    assert kept

    client.post(NEW, typed(kept_photo=kept, **SAID))

    assert default_storage.exists(Workshop.objects.get().image.name)


@pytest.mark.parametrize("name", ["workshops/x.webp", "../../etc/passwd", "logos/a.webp:1:2"])
def test_nobody_makes_up_a_kept_photo(name, client, olga):
    client.post(NEW, typed(kept_photo=name, **SAID))

    assert not Workshop.objects.get().image


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("photo.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "image/jpeg"),
        SimpleUploadedFile("photo.png", b"MZ" + bytes(500), "image/png"),
        SimpleUploadedFile("photo.jpg", b"\xff\xd8\xff" + bytes(11 * 1024 * 1024), "image/jpeg"),
        SimpleUploadedFile("photo.jpg", b"", "image/jpeg"),
    ],
    ids=["drawing", "program", "eleven megabytes", "empty"],
)
def test_what_is_no_photo_is_told_at_the_field_and_all_else_kept(file, client, olga):
    file.seek(0)
    told = client.post(NEW, typed(photo=file, **SAID))

    assert set(told.context["form"].errors) == {"photo"}
    assert "Wärmepumpe übermorgen" in words(told)
    assert not Workshop.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_another_photo_takes_the_place_of_the_first_and_none_is_left_behind(client, olga, media):
    client.post(NEW, typed(photo=photo(), **SAID))
    workshop = Workshop.objects.get()
    first = workshop.image.name
    address = f"/organise/workshops/{workshop.slug}/"

    client.post(address, changed(workshop, photo=photo((1000, 900)), **SAID))
    workshop.refresh_from_db()
    assert not default_storage.exists(first)
    assert default_storage.exists(workshop.image.name)
    client.post(address, changed(workshop, no_photo="on", **SAID))

    assert not Workshop.objects.get().image
    assert list(media.rglob("*.webp")) == []


@pytest.mark.parametrize("action", ["", "preview/", "publish/", "withdraw/", "archive/", "copy/"])
def test_workshops_of_others_are_not_found(action, client, olga):
    other = make_workshop(make_partner("museum"))
    ask = client.get if action == "preview/" else client.post

    assert ask(f"/organise/workshops/{other.slug}/{action}", changed(other)).status_code == 404
    other.refresh_from_db()
    assert (other.state, other.version) == ("published", 1)


def test_who_works_for_two_houses_says_first_for_which(client, olga, partner):
    museum = make_partner("museum")
    museum.roles.create(user=olga)

    assert list(client.get(NEW).context["houses"]) == [partner, museum]
    client.post(f"{NEW}?partner=museum", typed())

    assert Workshop.objects.get().partner == museum
    assert client.get(f"{NEW}?partner=elsewhere").status_code == 404


def test_a_place_out_of_use_is_not_offered_but_stays_where_it_stands(client, olga, partner):
    old, venue = make_venue(partner, active=False), make_venue(partner)
    workshop = make_workshop(partner, venue=old)

    offered = client.get(NEW).context["form"].fields["venue"].queryset
    assert list(offered) == [venue]
    kept = client.get(f"/organise/workshops/{workshop.slug}/").context["form"].fields["venue"].queryset
    assert set(kept) == {old, venue}


def test_funders_stand_on_the_page_while_they_are_valid(client, olga, partner):
    today = timezone.localdate()
    now, over = make_pot("mint", today.year, today.year + 1), make_pot("alt", today.year - 5, today.year - 3)
    FundingPot.objects.filter(pk=now.pk).update(acknowledgement={"de": "Gefördert von der Stiftung mint."})
    client.post(NEW, typed(pot_0=now.pk, pot_1=over.pk, then="publish"))

    page = words(client.get("/workshops/waermepumpe-uebermorgen/"))

    assert "Gefördert von der Stiftung mint." in page
    assert f"Dezember {today.year + 1}" in page
    assert "Topf alt" not in page


def queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_a_page_asks_the_same_number_of_questions_for_one_pot_and_three(client, olga, partner):
    workshop = make_workshop(partner, venue=make_venue(partner))
    addresses = (f"/organise/workshops/{workshop.slug}/", f"/organise/workshops/{workshop.slug}/preview/")
    client.get(addresses[0])
    asked = []
    for code in ("a", "b", "c"):
        pot = make_pot(code)
        workshop.pots.create(pot=pot, valid=pot.valid)
        make_slot(workshop)
        make_venue(partner)
        asked.append([queries(client, address) for address in addresses])

    assert asked[0] == asked[2]


def test_the_list_asks_the_same_number_of_questions_for_one_and_three(client, olga, partner):
    client.get("/organise/workshops/")
    make_slot(make_workshop(partner, venue=make_venue(partner)))
    one = queries(client, "/organise/workshops/")
    for _more in range(2):
        make_slot(make_workshop(partner, venue=make_venue(partner)))

    assert queries(client, "/organise/workshops/") == one
    assert len(client.get("/organise/workshops/").context["page"]) == 3
