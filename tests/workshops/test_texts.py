"""Texts of offers in the language of the reader, and what is marked where they are not."""

import pytest
from django.utils import translation

from tests.factories import make_slot, make_workshop
from workshops.models import Venue
from workshops.templatetags.prose import directions, lang, marked
from workshops.texts import Texts

ROBOTS = Texts({"de": "Roboter & Co", "pl": "Roboty"})


@pytest.mark.parametrize(
    ("language", "attribute", "words"),
    [
        ("de", "", "Roboter &amp; Co"),
        ("pl", "", "Roboty"),
        ("hsb", ' lang="de"', '<span lang="de">Roboter &amp; Co</span>'),
        ("cs", ' lang="de"', '<span lang="de">Roboter &amp; Co</span>'),
    ],
)
def test_a_text_in_another_language_says_so(language, attribute, words):
    with translation.override(language):
        assert (lang(ROBOTS), marked(ROBOTS)) == (attribute, words)


def test_where_there_is_no_german_any_language_is_better_than_none():
    with translation.override("hsb"):
        assert marked(Texts({"cs": "Roboti"})) == '<span lang="cs">Roboti</span>'


def test_what_says_nothing_is_in_no_language():
    with translation.override("hsb"):
        assert (lang(Texts()), marked(Texts()), lang("plain"), marked("<b>")) == ("", "", "", "&lt;b&gt;")


@pytest.mark.django_db
def test_the_pages_of_an_offer_mark_what_is_not_in_the_language_of_the_reader(client):
    workshop = make_workshop(description={"de": "Wir bauen."}, course={"de": "8:00 · Ankommen"})
    workshop.title = {"de": "Roboter", "pl": "Roboty"}
    workshop.save()
    make_slot(workshop)

    polish = client.get(workshop.get_absolute_url(), headers={"accept-language": "pl"}).content.decode()
    sorbian = client.get("/", headers={"accept-language": "hsb"}).content.decode()

    assert "<h1>Roboty</h1>" in polish
    assert '<div class="prose" lang="de"><p>Wir bauen.</p>' in polish
    assert '<div lang="de">\n<ol class="steps"><li><span><b>8:00 · Ankommen<' in polish
    assert ' lang="de">Roboter</a>' in sorbian


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "told"), [("en", True), ("de", False)])
def test_the_page_tells_in_which_language_the_text_is(client, language, told):
    workshop = make_workshop(description={"de": "Wir bauen."})

    page = client.get(workshop.get_absolute_url(), headers={"accept-language": language}).content.decode()

    assert ("Language of the text: German" in page) is told


@pytest.mark.parametrize(
    ("country", "page", "marked"),
    [
        ("DE", "de", ""),
        ("DE", "en", ' lang="de"'),
        ("PL", "cs", ' lang="pl"'),
        ("PL", "pl", ""),
        ("PL", "de", ""),  # a German house may have a place there
    ],
)
def test_the_way_is_marked_where_its_language_is_certainly_not_that_of_the_page(country, page, marked):
    venue = Venue(country=country, directions="Bus & Bahn")

    with translation.override(page):
        assert directions(venue) == (f"<span{marked}>Bus &amp; Bahn</span>" if marked else "Bus &amp; Bahn")
