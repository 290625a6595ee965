from __future__ import annotations

import pytest

from schools.models import School
from tests.factories import make_partner, make_school, make_slot, make_user, make_venue, make_workshop
from workshops.models import Workshop

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["Löbau", "Loebau", "Lobau", "lob", "BEISPIEL lobau", "oberschule, löbau"])
def test_a_school_is_found_however_its_town_is_spelled(typed):
    school = make_school("Oberschule Beispielstadt", "Löbau")
    make_school("Gymnasium", "Görlitz")

    assert list(School.objects.matching(typed)) == [school]


@pytest.mark.parametrize("typed", ["Lodz", "łódź", "ŁÓDŹ"])
def test_polish_and_czech_letters_fold_too(typed):
    assert School.objects.filter(pk=make_school("Szkoła", "Łódź").pk).matching(typed).exists()


@pytest.mark.parametrize("typed", ["'", "\\", "a & b | !c", ":*", "<->", "%_", "ʼn", "😀", "  "])
def test_no_typed_text_breaks_the_search(typed):
    list(School.objects.matching(typed))


def test_schools_sort_as_people_expect():
    for name in ("Zittau-Schule", "Öhringen-Schule", "Oehringer Schule", "Anton-Schule"):
        make_school(name)

    assert [school.name for school in School.objects.by_name()] == [
        "Anton-Schule",
        "Öhringen-Schule",
        "Oehringer Schule",
        "Zittau-Schule",
    ]


def test_a_missing_school_can_be_booked_for_by_who_typed_it_alone():
    ada = make_user()
    school = make_school(state="proposed", proposed_by=ada)

    assert list(School.objects.bookable_by(ada)) == [school]
    assert not School.objects.bookable_by(make_user()).exists()


@pytest.mark.parametrize("typed", ["3D-Druck", "3d druck", "druck 3D", "schlussel", "Schluessel"])
def test_a_workshop_is_found_by_the_words_of_its_title(typed):
    workshop = make_workshop(title="3D-Druck: vom CAD zum Schlüsselanhänger")
    make_workshop(title="Wärmepumpe")

    assert list(Workshop.objects.matching(typed)) == [workshop]


def test_a_workshop_is_found_where_it_takes_place():
    partner = make_partner()
    workshop = make_workshop(partner, title="Stickstoff")
    make_slot(workshop, venue=make_venue(partner, "Löbau"))

    assert list(Workshop.objects.matching("Lobau")) == [workshop]
    assert not Workshop.objects.matching("Zittau").exists()
