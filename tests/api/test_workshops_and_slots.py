"""GET workshops/ and slots/: what is offered, for everybody."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.api.conftest import Api, refusal, wrong_fields
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

pytestmark = pytest.mark.django_db
WORKSHOPS, SLOTS = "/api/v1/workshops/", "/api/v1/slots/"


def results(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.content
    rows: list[dict[str, Any]] = answer.json()["results"]
    return rows


def test_an_offer_as_programs_read_it(api: Api):
    offer = make_workshop(
        make_partner("lab"),
        slug="robots",
        title="Roboter",
        summary={"de": "Wir bauen.", "en": "We build."},
        disciplines=["computing"],
        school_kinds=["lower_sec"],
    )

    shown = api().get(f"{WORKSHOPS}{offer.slug}/").json()

    assert shown == {
        "slug": "robots",
        "title": "Roboter",
        "summary": "Wir bauen.",
        "partner": {"slug": "lab", "name": "Lab"},
        "disciplines": ["computing"],
        "format": "visit",
        "grades": [7, 8, 9, 10],
        "school_types": ["lower_sec"],
        "languages": ["de"],
        "minutes": 180,
        "capacity": 24,
        "max_groups": 1,
        "booking_mode": "instant",
    }
    assert results(api().get(WORKSHOPS)) == [shown]


def test_texts_come_in_the_language_that_is_asked_for(api: Api):
    make_workshop(summary={"de": "Wir bauen.", "en": "We build."})
    english = make_user(language="en")

    def summary(client: Any, **headers: str) -> str:
        return str(results(client.get(WORKSHOPS, **headers))[0]["summary"])

    assert summary(api(), HTTP_ACCEPT_LANGUAGE="en") == "We build."
    assert summary(api(english)) == "We build."  # nobody asked: the person's own
    assert summary(api(english), HTTP_ACCEPT_LANGUAGE="de") == "Wir bauen."
    assert summary(api()) == "Wir bauen."


def test_drafts_and_archived_offers_are_not_there(api: Api):
    for state in ("draft", "archived"):
        offer = make_workshop(state=state)
        assert refusal(api().get(f"{WORKSHOPS}{offer.slug}/")) == (404, "not_found")

    assert results(api().get(WORKSHOPS)) == []


def test_a_date_as_programs_read_it(api: Api):
    partner = make_partner()
    slot = make_slot(make_workshop(partner), venue=make_venue(partner, lat=50.9, lon=14.8))

    shown = api().get(f"{SLOTS}{slot.pk}/").json()

    assert shown == {
        "id": slot.pk,
        "workshop": {"slug": slot.workshop.slug, "title": str(slot.workshop.title)},
        "starts_at": timezone.localtime(slot.starts_at).isoformat(),
        "ends_at": timezone.localtime(slot.ends_at).isoformat(),
        "venue": {"id": slot.venue_id, "name": "Schülerlabor", "city": "Zittau", "lat": 50.9, "lon": 14.8},
        "format": "visit",
        "capacity": 24,
        "max_groups": 1,
        "places_left": 24,
        "groups_left": 1,
        "booking_mode": "instant",
        "state": "open",
        "book_until": timezone.localtime(slot.book_until).isoformat(),
        "languages": ["de"],
        "listed": True,
        "version": 1,
    }
    assert results(api().get(SLOTS)) == [shown]


def test_what_comes_to_the_school_has_no_place_of_its_own(api: Api):
    slot = make_slot(make_workshop(format="mobile"))

    assert api().get(f"{SLOTS}{slot.pk}/").json()["venue"] is None


def test_dates_come_by_time_and_tell_what_is_left(api: Api):
    late, soon = make_slot(starts_at=in_days(60)), make_slot(starts_at=in_days(30))
    make_booking(late, pupils=20)

    rows = results(api().get(SLOTS))

    assert [row["id"] for row in rows] == [soon.pk, late.pk]
    assert [(row["places_left"], row["groups_left"]) for row in rows] == [(24, 1), (4, 0)]


def test_lists_hold_neither_unlisted_nor_cancelled_nor_past_dates(api: Api):
    make_slot(listed=False)
    make_slot(state="cancelled")
    make_slot(starts_at=in_days(-1))

    assert results(api().get(SLOTS)) == []


def test_who_opens_an_unlisted_date(api: Api):
    slot = make_slot(listed=False)
    url = f"{SLOTS}{slot.pk}/"

    assert refusal(api().get(url)) == (404, "not_found")
    assert refusal(api().get(f"{url}?key=guess")) == (404, "not_found")
    assert refusal(api(make_organiser(make_partner())).get(url)) == (404, "not_found")
    assert api().get(f"{url}?key={slot.link_key}").status_code == 200
    assert api(make_organiser(slot.workshop.partner)).get(url).status_code == 200


def test_a_cancelled_date_stays_readable_by_its_number(api: Api):
    slot = make_slot(state="cancelled")

    assert api().get(f"{SLOTS}{slot.pk}/").json()["state"] == "cancelled"


@pytest.mark.parametrize("url", [WORKSHOPS, SLOTS, "{workshop}", "{slot}"])
def test_who_has_the_newest_gets_304_until_something_changes(api: Api, url: str):
    slot = make_slot()
    url = url.format(workshop=f"{WORKSHOPS}{slot.workshop.slug}/", slot=f"{SLOTS}{slot.pk}/")
    first = api().get(url)

    again = api().get(url, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")

    make_booking(slot)
    slot.workshop.summary = {"de": "neu"}
    slot.workshop.save()
    changed = api().get(url, HTTP_IF_NONE_MATCH=first["ETag"])
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


@pytest.mark.parametrize("url", [WORKSHOPS, SLOTS])
def test_lists_take_as_many_queries_for_three_as_for_one(api: Api, url: str):
    numbers = []
    for _ in range(3):
        partner = make_partner()
        make_slot(make_workshop(partner), venue=make_venue(partner))
        with CaptureQueriesContext(connection) as queries:
            results(api().get(f"{url}?bookable=true"))
        numbers.append(len(queries))

    assert set(numbers) == {2}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        (f"{WORKSHOPS}?grade=99", "grade"),
        (f"{WORKSHOPS}?bookable=perhaps", "bookable"),
        (f"{WORKSHOPS}?month=May", "month"),
        (f"{SLOTS}?from=tomorrow", "from"),
        (f"{SLOTS}?workshop=nothing", "workshop"),
        (f"{SLOTS}?partner=nobody", "partner"),
    ],
)
def test_questions_that_make_no_sense_are_named(api: Api, query: str, field: str):
    assert list(wrong_fields(api().get(query))) == [field]


def test_the_word_format_is_a_question_about_offers(api: Api):
    make_workshop()
    mobile = make_workshop(format="mobile")

    assert [row["slug"] for row in results(api().get(f"{WORKSHOPS}?format=mobile"))] == [mobile.slug]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_offers_are_only_read_here(api: Api, method: str):
    assert refusal(getattr(api(make_user()), method)(WORKSHOPS, {})) == (405, "method_not_allowed")
