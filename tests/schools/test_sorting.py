"""Lists of names stand in the order in which people look for them."""

import pytest
from django.db import connection

from schools.models import School
from schools.sorting import sort_key
from tests.factories import make_partner, make_school, make_venue
from workshops.models import Partner, Trainer, Venue

# As a reader expects them; the bytes of the letters would put Öhringen, Łódź and Čelákovice behind Zittau.
NAMES = (
    *("Bautzen", "Čelákovice", "Cheb", "Łódź", "Löbau", "Oehna", "Öhringen", "Ośno", "Šluknov", "Stolpen", "Žitava"),
    "Zittau",
)


@pytest.mark.django_db
@pytest.mark.parametrize("name", [*NAMES, "Großschönau", "ŻÓŁĆ", "Přikład", "O\u0308hringen"])
def test_memory_and_database_fold_in_the_same_way(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT fold_de(normalize(%s, NFC))", [name])
        assert sort_key(name) == cursor.fetchone()[0]


def test_names_in_memory():
    assert sorted(sorted(NAMES), key=sort_key) == list(NAMES)


@pytest.mark.django_db
def test_schools_towns_partners_and_trainers():
    lab = make_partner("aaa")
    for name in sorted(NAMES):
        make_school(name)
        make_venue(lab, city=name)
        Partner.objects.create(name=name, slug=f"house-{len(name)}-{sort_key(name)}", mailbox="house@lab.example")
        Trainer.objects.create(name=name)

    assert tuple(School.objects.by_name().values_list("name", flat=True)) == NAMES
    assert tuple(Venue.objects.by_town().values_list("city", flat=True)) == NAMES
    assert tuple(Partner.objects.exclude(pk=lab.pk).values_list("name", flat=True)) == NAMES
    assert tuple(Trainer.objects.values_list("name", flat=True)) == NAMES
