"""A form in steps: the step that holds a wrong field says so, and the summary follows the page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests.factories import make_organiser, make_slot, make_venue

pytestmark = pytest.mark.django_db

FORMS: dict[str, Any] = {  # where it stands: what is wrong in it, in which of its steps
    "/organise/slots/new/": ({"ends": "x", "capacity": "x"}, [1, 2]),
    "/organise/slots/many/": ({"workshop": "", "capacity": "x"}, [1, 2]),
    "/organise/slots/{slot}/edit/": ({"capacity": "x"}, [1, 2]),
    "/organise/people/new/": ({"name": "Jana", "language": "de"}, [1]),
    "/organise/venues/new/": ({"name": "Haus", "city": "Zittau", "country": "DE", "lat": "north"}, [2]),
    "/organise/partner/": ({"name": "Haus", "answer_days": "x", "colour": "blue"}, [1, 2, 4]),
    "/workshops/{workshop}/ask/": ({"pupils": "x", "contact_name": "Petra"}, [1, 2]),
}


def sent(client: Client, address: str, typed: dict[str, str]) -> str:
    slot = make_slot()
    make_venue(slot.workshop.partner)
    client.force_login(make_organiser(slot.workshop.partner, "olga"))
    return client.post(
        address.format(slot=slot.pk, workshop=slot.workshop.slug), {"key": "k", **typed}
    ).content.decode()


@pytest.mark.parametrize("address", FORMS)
def test_a_step_with_a_wrong_field_says_so(address, client):
    typed, wrong = FORMS[address]

    steps = list(enumerate(sent(client, address, typed).split('class="card form-step"')[1:], 1))

    assert [number for number, step in steps if "number bad" in step] == wrong
    assert [number for number, step in steps if "field wrong" in step or 'invalid="true"' in step] == wrong


@pytest.mark.parametrize("address", [*FORMS, "/organise/slots/{slot}/add/"])
def test_the_summary_names_the_fields_in_the_order_of_the_page(address, client):
    typed, _steps = FORMS.get(address, ({"pupils": "x"}, []))

    _above, _, page = sent(client, address, typed).partition('class="error-summary"')
    summary, _, form = page.partition("</div>")
    named = re.findall('href="#([^"]+)"', summary)

    assert named
    assert named == sorted(named, key=lambda name: form.index(f'id="{name}"'))
