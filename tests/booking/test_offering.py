"""What a partner offers: rules that hold whoever asks, also two at the same moment."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.actor import Actor
from booking.errors import FieldErrors, NotAllowed, Stale
from booking.houses import offering, places
from tests.factories import make_organiser, make_partner, make_slot, make_venue, make_workshop
from tests.together import kinds, together
from workshops.models import Venue, Workshop
from workshops.texts import Texts

pytestmark = pytest.mark.django_db

READY = {"summary": {"de": "Kurz"}, "disciplines": ["physics"], "format": "online", "state": "draft"}


@pytest.fixture
def partner():
    return make_partner("lab")


@pytest.fixture
def olga(partner):
    return Actor.person(make_organiser(partner, "olga"))


def values(**more):
    return {"title": Texts(de="Robotik"), "grades": [7], "minutes": 90, "capacity": 24} | more


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Wärmepumpe: Öl & Süßes", "waermepumpe-oel-suesses"),
        ("Łódź, Žitava, Wódka", "lodz-zitava-wodka"),
        ("Hornjoserbsce źiwje", "hornjoserbsce-ziwje"),
        ("  --  ", "workshop"),
        ("実験", "workshop"),
        ("new", "new-2"),  # an address of ours
        ("x" * 200, "x" * 76),
    ],
)
def test_an_address_is_made_of_the_title(title, slug):
    assert offering.free_slug(Texts(de=title)) == slug


def test_who_organises_elsewhere_changes_nothing_here(partner):
    stranger = Actor.person(make_organiser(make_partner("museum")))
    workshop, now = make_workshop(partner, **READY), timezone.now()

    for rule in (
        lambda: offering.create(partner, values(), [], by=stranger, now=now),
        lambda: offering.edit(workshop, values(), [], version=1, by=stranger, now=now),
        lambda: offering.publish(workshop, by=stranger, now=now),
        lambda: offering.withdraw(workshop, by=stranger, now=now),
        lambda: offering.archive(workshop, by=stranger, now=now),
        lambda: offering.copy(workshop, by=stranger, now=now),
        lambda: places.create(partner, {"name": "Hier", "city": "Dort"}, by=stranger, now=now),
        lambda: places.use(make_venue(partner), False, by=stranger, now=now),
    ):
        with pytest.raises(NotAllowed):
            rule()
    assert Workshop.objects.get().version == 1


@pytest.mark.parametrize(
    ("lacks", "field"),
    [
        ({"title": {"en": "Robots"}}, "title"),
        ({"summary": {}}, "summary"),
        ({"disciplines": []}, "disciplines"),
        ({"languages": []}, "languages"),
        ({"format": "visit"}, "venue"),
        ({"image": "workshops/x.webp"}, "image_alt"),
    ],
)
def test_what_a_visitor_needs_is_asked_for_before_publishing(lacks, field, partner, olga):
    workshop = make_workshop(partner, **READY)
    Workshop.objects.update(**lacks)

    with pytest.raises(FieldErrors) as refused:
        offering.publish(workshop, by=olga, now=timezone.now())

    assert set(refused.value.errors) == {field}
    assert Workshop.objects.get().state == "draft"


def test_what_comes_to_the_school_needs_no_place(partner, olga):
    workshop = make_workshop(partner, **READY | {"format": "mobile"})

    assert offering.publish(workshop, by=olga, now=timezone.now()).state == "published"


def test_each_turn_is_written_down_once(partner, olga):
    workshop, now = make_workshop(partner, **READY), timezone.now()

    for rule in (offering.publish, offering.publish, offering.withdraw, offering.archive, offering.archive):
        workshop = rule(workshop, by=olga, now=now)

    kinds_of = list(workshop.changes.order_by("pk").values_list("kind", flat=True))
    assert kinds_of == ["published", "withdrawn", "archived"]
    assert workshop.version == 4


@pytest.mark.django_db(transaction=True)
def test_two_publish_at_once_and_it_happens_once(partner, olga):
    workshop, now = make_workshop(partner, **READY), timezone.now()

    answers = together(*[lambda: offering.publish(workshop, by=olga, now=now)] * 2)

    assert kinds(answers) == ["published", "published"]
    assert workshop.changes.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_the_second_is_told(partner, olga):
    workshop, now = make_workshop(partner, title="Robotik"), timezone.now()

    def save(places: int):
        return lambda: offering.edit(workshop, values(capacity=places), [], version=1, by=olga, now=now)

    answers = together(save(10), save(20))

    assert kinds(answers) == ["Stale", "published"]
    stale = next(answer for answer in answers if isinstance(answer, Stale))
    assert stale.texts[0].startswith("Olga hat inzwischen gespeichert.")
    assert Workshop.objects.get().version == 2


@pytest.mark.django_db(transaction=True)
def test_two_drafts_of_one_title_at_once_get_two_addresses(partner, olga):
    answers = together(*[lambda: offering.create(partner, values(), [], by=olga, now=timezone.now())] * 2)

    assert sorted(workshop.slug for workshop in answers) == ["robotik", "robotik-2"]


def test_the_archive_refuses_a_workshop_with_dates_to_come(partner, olga):
    workshop = make_workshop(partner)
    make_slot(workshop)

    with pytest.raises(offering.DatesToCome) as refused:
        offering.archive(workshop, by=olga, now=timezone.now())

    assert refused.value.number == 1


def test_another_address_of_a_place_makes_a_new_version(partner, olga):
    venue, now = make_venue(partner), timezone.now()
    same = {name: getattr(venue, name) for name in places.COLUMNS}

    assert places.edit(venue, same, version=1, by=olga, now=now).version == 1
    assert places.edit(venue, same | {"street": "Neue Straße 1"}, version=1, by=olga, now=now).version == 2
    with pytest.raises(Stale):
        places.edit(venue, same, version=1, by=olga, now=now)
    assert Venue.objects.get().street == "Neue Straße 1"
    assert partner.changes.get().facts["street"] == ["", "Neue Straße 1"]
