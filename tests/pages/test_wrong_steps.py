"""A form in steps: the step that holds a wrong field says so, and no other."""

from __future__ import annotations

import pytest

from tests.factories import make_organiser, make_slot, make_venue

pytestmark = pytest.mark.django_db

FORMS = {  # where it stands: what is wrong in it, in which of its steps
    "/organise/slots/new/": ({"ends": "x", "capacity": "x"}, [1, 2]),
    "/organise/slots/many/": ({"workshop": "", "capacity": "x"}, [1, 2]),
    "/organise/slots/{slot}/edit/": ({"capacity": "x"}, [1, 2]),
    "/organise/people/new/": ({"name": "Jana", "language": "de"}, [1]),
    "/organise/venues/new/": ({"name": "Haus", "city": "Zittau", "country": "DE", "lat": "north"}, [2]),
    "/organise/partner/": ({"name": "Haus", "answer_days": "x", "colour": "blue"}, [1, 2, 4]),
    "/workshops/{workshop}/ask/": ({"pupils": "x", "contact_name": "Petra"}, [1, 2]),
}


@pytest.mark.parametrize("address", FORMS)
def test_a_step_with_a_wrong_field_says_so(address, client):
    slot = make_slot()
    make_venue(slot.workshop.partner)
    client.force_login(make_organiser(slot.workshop.partner, "olga"))
    typed, wrong = FORMS[address]

    page = client.post(address.format(slot=slot.pk, workshop=slot.workshop.slug), typed).content.decode()

    steps = list(enumerate(page.split('class="card form-step"')[1:], 1))
    assert [number for number, step in steps if "number bad" in step] == wrong
    assert [number for number, step in steps if "field wrong" in step or 'invalid="true"' in step] == wrong
