"""What visitors and programs ask of offers and dates, and what they get."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from schools.schooldays import local_day
from tests.factories import in_days, make_booking, make_partner, make_school, make_slot, make_venue, make_workshop
from workshops.filters import SlotFilter, WorkshopFilter
from workshops.models import Slot, Workshop

pytestmark = pytest.mark.django_db


def offers(query: str) -> list[Workshop]:
    asked = WorkshopFilter(QueryDict(query), now=timezone.now())
    assert asked.is_valid(), asked.errors
    return list(asked.qs)


def dates(query: str) -> list[Slot]:
    asked = SlotFilter(QueryDict(query), now=timezone.now())
    assert asked.is_valid(), asked.errors
    return list(asked.qs)


def test_without_a_question_all_published_offers_stand_there():
    published, _draft = make_workshop(), make_workshop(state="draft")

    assert offers("") == [published]


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("grade=5", True),
        ("grade=5&grade=12", True),  # any of them will do
        ("grade=12", False),
        ("school_type=lower_sec", True),
        ("school_type=primary", False),
        ("discipline=physics", True),
        ("discipline=art&discipline=physics", True),
        ("discipline=art", False),
        ("format=visit", True),
        ("format=mobile", False),
        ("language=pl", True),
        ("language=en", False),
        ("partner=lab", True),
        ("partner=other", False),
        ("q=roboter", True),
        ("q=Rob", True),
        ("q=physi", True),  # the name of a subject
        ("q=chemie", False),
        ("q=görlitz", True),  # a coming date there
        ("q=gorl", True),
        ("district=14626", True),
        ("district=14625", False),
    ],
)
def test_each_question_narrows_the_offers(query: str, fits: bool):
    lab = make_partner("lab")
    make_partner("other")
    offer = make_workshop(
        lab,
        title="Roboter bauen",
        grades=[5, 6],
        school_kinds=["lower_sec"],
        disciplines=["physics"],
        languages=["de", "pl"],
    )
    make_slot(offer, venue=make_venue(lab, city="Görlitz"))

    assert offers(query) == ([offer] if fits else [])


def test_month_district_and_bookable_are_asked_of_one_date():
    """A free date in March and a full one in May are no free date in May."""
    offer = make_workshop()
    free, full = make_slot(offer, starts_at=in_days(40)), make_slot(offer, starts_at=in_days(100))
    make_booking(full)
    near, far = (f"{local_day(slot.starts_at):%Y-%m}" for slot in (free, full))

    assert offers(f"bookable=true&month={near}") == [offer]
    assert offers(f"bookable=true&month={far}") == []
    assert offers(f"bookable=false&month={far}") == [offer]
    assert offers(f"month={far}") == [offer]


def test_what_comes_to_the_school_is_in_every_district():
    mobile = make_workshop(format="mobile")
    slot = make_slot(mobile)

    assert offers("district=14625") == [mobile]
    assert dates("district=14625") == [slot]


ZITTAU, LOEBAU, GOERLITZ, DRESDEN = (
    {"lat": 50.897, "lon": 14.807},
    {"lat": 51.099, "lon": 14.668},
    {"lat": 51.153, "lon": 14.987},
    {"lat": 51.05, "lon": 13.74},
)


@pytest.fixture
def around_loebau():
    """Offers in Görlitz (24 km), with dates in Zittau (25 km), in Dresden (66 km), and two driven from there."""
    make_school(city="Löbau", postcode="02708", **LOEBAU)
    lab, far = make_partner("lab"), make_partner("far")
    goerlitz = make_venue(lab, city="Görlitz", **GOERLITZ)
    dresden = make_venue(far, city="Dresden", **DRESDEN)
    offers = {
        "at home": make_workshop(lab, venue=goerlitz),
        "by a date": make_workshop(lab),
        "far": make_workshop(far, venue=dresden),
        "driven": make_workshop(far, format="mobile", radius_km=80),
        "not driven so far": make_workshop(far, format="mobile", radius_km=30),
    }
    make_slot(offers["by a date"], venue=make_venue(lab, **ZITTAU))
    return offers


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("near=Löbau", ["at home", "by a date", "driven"]),
        ("near=lobau&km=40", ["at home", "by a date", "driven"]),
        ("near=Loebau&km=20", ["driven"]),
        ("near=02708&km=100", ["at home", "by a date", "driven", "far"]),
        ("near=Dresden&km=10", ["driven", "far", "not driven so far"]),  # a town of our own rooms
        ("near=&km=10", ["at home", "by a date", "driven", "far", "not driven so far"]),
    ],
)
def test_what_lies_around_a_place_and_what_comes_there(around_loebau, query, found):
    names = {offer.pk: name for name, offer in around_loebau.items()}
    assert sorted(names[offer.pk] for offer in offers(query)) == found


def test_dates_around_a_place(around_loebau):
    (slot,) = dates("near=Löbau")
    assert slot.workshop == around_loebau["by a date"]
    assert dates("near=Löbau&km=20") == []
    assert len(WorkshopFilter(QueryDict("near=Löbau&km=20"), now=timezone.now()).dates()) == 0


@pytest.mark.parametrize("query", ["q=Robotr", "q=Robter bauen", "q=Goerlits", "q=Stiktoff"])
def test_a_typing_error_still_finds(query):
    lab = make_partner("lab")
    offer = make_workshop(lab, title="Roboter bauen in Stickstoff", venue=make_venue(lab, city="Görlitz"))
    make_workshop(title="Wärmepumpe")
    asked = WorkshopFilter(QueryDict(query), now=timezone.now())
    assert list(asked.qs) == [offer]
    assert asked.alike


def test_what_is_found_as_typed_brings_nothing_alike():
    make_workshop(title="Robben")
    offer = make_workshop(title="Roboter")
    asked = WorkshopFilter(QueryDict("q=Roboter"), now=timezone.now())
    assert (list(asked.qs), asked.alike) == ([offer], False)


def test_the_cards_show_the_dates_that_were_asked_for():
    offer = make_workshop()
    free, full = make_slot(offer, starts_at=in_days(40)), make_slot(offer, starts_at=in_days(50))
    make_booking(full)

    assert list(WorkshopFilter(QueryDict("bookable=true"), now=timezone.now()).dates()) == [free]
    assert set(WorkshopFilter(QueryDict(""), now=timezone.now()).dates()) == {free, full}


def test_dates_begin_now_unless_one_says_from():
    past, coming = make_slot(starts_at=in_days(-3)), make_slot(starts_at=in_days(3))

    assert dates("") == [coming]
    assert set(dates(f"from={local_day(in_days(-3))}")) == {past, coming}
    assert dates(f"from={local_day(in_days(-3))}&to={local_day(in_days(-3))}") == [past]  # both days included


@pytest.mark.parametrize("hidden", [{"listed": False}, {"state": "cancelled"}])
def test_lists_leave_out_what_is_unlisted_or_called_off(hidden: dict[str, Any]):
    make_slot(**hidden)
    make_slot(make_workshop(state="draft"))

    assert dates("") == []


def test_a_date_of_the_first_and_of_the_last_minute_is_in_its_month():
    zone = timezone.get_current_timezone()
    first = timezone.datetime(2031, 3, 1, 0, 0, tzinfo=zone)
    last = timezone.datetime(2031, 3, 31, 23, 0, tzinfo=zone)
    inside = {make_slot(starts_at=moment, ends_at=moment.replace(minute=30)) for moment in (first, last)}
    make_slot(starts_at=timezone.datetime(2031, 4, 1, 0, 0, tzinfo=zone))

    assert set(dates("month=2031-03")) == inside


def test_dates_of_an_offer_a_partner_a_grade_and_those_that_take_a_group():
    lab = make_partner("lab")
    free = make_slot(make_workshop(lab, slug="robots", grades=[5]))
    full = make_slot()
    make_booking(full)

    assert dates("workshop=robots") == dates("partner=lab") == dates("grade=5") == dates("bookable=true") == [free]
    assert dates("bookable=false") == [full]


@pytest.mark.parametrize(
    "query",
    [
        "grade=0",
        "grade=14",
        "grade=seven",
        "school_type=castle",
        "discipline=magic",
        "format=letter",
        "language=fr",
        "partner=nobody",
        "bookable=perhaps",
        "month=2027",
        "month=2027-13",
        "month=99999-01",
        "q=%00",
        "q=" + "a" * 201,
        "district=" + "1" * 13,
        "near=Nirgendwo",
        "near=%25",
        "near=99999",
        "near=%00",
        "km=0",
        "km=far",
    ],
)
def test_nonsense_is_an_error_of_the_form(query: str):
    asked = WorkshopFilter(QueryDict(query), now=timezone.now())

    assert not asked.is_valid()
    assert list(asked.form.errors) == [query.partition("=")[0]]


@pytest.mark.parametrize(
    "query", ["from=tomorrow", "from=0001-01-01", "to=9999-12-31", "to=2027-02-30", "workshop=none", "from=1.5.2027"]
)
def test_dates_refuse_nonsense_too(query: str):
    assert not SlotFilter(QueryDict(query), now=timezone.now()).is_valid()
