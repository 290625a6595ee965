"""Five languages: which one a page speaks, and how each writes days and numbers."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from html import unescape

import pytest
from django import forms
from django.conf import settings
from django.utils import dates, formats, translation

from booking.messages import delivery
from booking.messages.about import load_subjects
from booking.messages.recipients import office_address
from booking.models import Message
from tests.factories import make_school, make_user
from tests.town import build

LANGUAGES = [code for code, _ in settings.LANGUAGES]
DAY = date(2026, 11, 18)
IMPRINT = "/legal/imprint/"


def test_five_languages_by_their_own_names():
    assert dict(settings.LANGUAGES) == {
        "de": "Deutsch",
        "en": "English",
        "pl": "Polski",
        "cs": "Čeština",
        "hsb": "Hornjoserbšćina",
    }


@pytest.mark.parametrize(
    ("language", "long", "short", "month_day"),
    [
        ("de", "18. November 2026", "18.11.2026", "18. November"),
        ("en", "18 November 2026", "18 Nov 2026", "18 November"),
        ("pl", "18 listopada 2026", "18.11.2026", "18 listopada"),
        ("cs", "18. listopadu 2026", "18.11.2026", "18. listopadu"),
        ("hsb", "18. nowembra 2026", "18.11.2026", "18. nowembra"),
    ],
)
def test_dates_as_each_language_writes_them(language, long, short, month_day):
    with translation.override(language):
        written = [formats.date_format(DAY, f"{name}DATE_FORMAT") for name in ("", "SHORT_")]

        assert [*written, formats.date_format(DAY, "MONTH_DAY_FORMAT")] == [long, short, month_day]


@pytest.mark.parametrize("language", LANGUAGES)
def test_weeks_begin_on_monday_and_days_have_24_hours(language):
    with translation.override(language):
        assert formats.get_format("FIRST_DAY_OF_WEEK") == 1
        assert re.fullmatch("0?8:05", formats.time_format(time(8, 5)))
        assert formats.date_format(datetime(2026, 11, 18, 14, 4, tzinfo=UTC), "SHORT_DATETIME_FORMAT").endswith("14:04")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("typed", ["05.11.2026", "2026-11-05"])
def test_what_is_typed_has_the_day_first(language, typed):
    with translation.override(language):
        assert forms.DateField().clean(typed) == date(2026, 11, 5)


@pytest.mark.parametrize(
    ("language", "number"),
    [("de", "1.234,5"), ("en", "1,234.5"), ("pl", "1 234,5"), ("cs", "1 234,5"), ("hsb", "1.234,5")],
)
def test_numbers_as_each_language_writes_them(language, number):
    with translation.override(language):
        assert re.sub(r"\s", " ", formats.number_format(1234.5, 1, force_grouping=True)) == number


def american(text: str) -> list[str]:
    """What of a page or mail looks like 11/18/2026, November 18 or 3 p.m., in whatever language."""
    months = set()
    for code in LANGUAGES:
        with translation.override(code):
            named = [*dates.MONTHS.values(), *dates.MONTHS_ALT.values(), *dates.MONTHS_AP.values()]
            months |= {write(str(name)) for name in named for write in (str, str.capitalize)}
    names = "|".join(map(re.escape, sorted(months - {"may"})))  # an English verb, too
    return re.findall(
        rf"\b\d{{1,2}}/\d{{1,2}}/\d{{2,4}}\b|\d ?[ap]\.m\.|\d ?[AP]M\b|\b(?:{names}) \d{{1,2}}(?![\d:])", text
    )


@pytest.mark.parametrize("date", ["11/18/2026", "Nov. 18, 2026", "Now. 18, 2026", "November 18", "3 p.m.", "3:05 PM"])
def test_an_american_date_would_be_seen(date):
    assert american(f"on {date} in Zittau")


SEEN = {
    "anonymous": ["/", "/workshops/{workshop}/", "/slots/{slot}/"],
    "owner": ["/bookings/{reference}/", "/slots/{slot}/book/"],
    "organiser": ["/organise/slots/{slot}/", "/organise/bookings/{reference}/"],
    "trainer": ["/trainer/"],
    "admin": ["/organise/network/funding/"],
}


@pytest.mark.django_db
def test_no_page_or_mail_writes_dates_as_in_america():
    town = build()
    readers = [(town.client(who), town.named(path)) for who, paths in SEEN.items() for path in paths]
    messages = list({message.kind: message for message in Message.objects.all()}.values())
    load_subjects(messages)
    for language in LANGUAGES:
        for client, path in readers:
            client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
            page = client.get(path)
            assert (page.status_code, page.headers["Content-Language"]) == (200, language), path
            assert american(page.content.decode()) == [], (language, path)
        for message in messages:
            message.language = language
            mail = delivery.compose(message).email
            assert american(f"{mail.subject} {mail.body}") == [], (language, message.kind)


@pytest.mark.django_db
@pytest.mark.parametrize(("country", "language"), [("DE", "de"), ("PL", "pl"), ("CZ", "cs")])
def test_the_office_of_a_school_gets_its_mails_in_the_language_of_the_country(country, language):
    assert office_address(make_school(country=country, office_mail="office@school.example"))["language"] == language


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_person_chooses_any_of_the_languages_for_pages_and_mails(client, language):
    ada = make_user("ada")
    client.force_login(ada)

    page = client.post("/profile/", {"name": "Ada", "phone": "", "language": language}, follow=True)

    ada.refresh_from_db()
    assert (ada.language, page.headers["Content-Language"]) == (language, language)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("pl", "pl"),
        ("cs-CZ,cs;q=0.9,en;q=0.5", "cs"),
        ("hsb,de;q=0.7", "hsb"),
        ("fr,en;q=0.8,de;q=0.2", "en"),
        ("en-US", "en"),
        ("fr", "de"),
        ("", "de"),
    ],
)
def test_without_a_cookie_the_browser_says_which_language(client, header, language):
    assert client.get(IMPRINT, headers={"Accept-Language": header}).headers["Content-Language"] == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_chosen_counts_more_than_what_the_browser_says(client, language):
    client.get(f"/language/{language}/")

    page = client.get(IMPRINT, headers={"Accept-Language": "fr,en"})

    assert f'<html lang="{language}">' in page.content.decode()


def test_the_switch_keeps_the_page_and_what_was_asked_there(client):
    page = client.get(IMPRINT, {"a": "1", "b": "ä b"}, headers={"Accept-Language": "pl"}).content.decode()
    switch = dict(re.findall(r'<a href="([^"]+)" lang="(\w+)"', page))

    assert set(switch.values()) == {"de", "en", "cs", "hsb"}
    for link in switch:
        assert client.get(unescape(link)).headers["Location"] == f"{IMPRINT}?a=1&b=%C3%A4+b"
