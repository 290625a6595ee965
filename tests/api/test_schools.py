"""GET schools/: the search behind every form that books."""

from __future__ import annotations

import pytest

from tests.api.conftest import Api, wrong_fields
from tests.factories import make_school, make_user

pytestmark = pytest.mark.django_db
URL = "/api/v1/schools/"


def test_schools_are_found_by_beginnings_of_words_however_one_spells(api: Api):
    school = make_school("Oberschule Öhringen", "Löbau", office_mail="office@school.example")
    make_school("Gymnasium", "Zittau")

    for typed in ("löbau", "loebau", "Lobau", "ober löb", "oehr"):
        answer = api().get(URL, {"q": typed}).json()
        assert answer["results"] == [
            {"id": school.pk, "name": "Oberschule Öhringen", "city": "Löbau", "type": "lower_sec", "country": "DE"}
        ], typed


def test_twenty_on_a_page(api: Api):
    for number in range(21):
        make_school(f"Schule {number:02}")

    first = api().get(URL).json()

    assert (first["count"], len(first["results"])) == (21, 20)
    assert len(api().get(f"{URL}?page_size=5").json()["results"]) == 5


@pytest.mark.parametrize("state", ["closed", "proposed"])
def test_only_active_schools_are_listed(api: Api, state: str):
    author = make_user()
    make_school(state=state, proposed_by=author)

    assert api(author).get(URL).json()["results"] == []


@pytest.mark.parametrize("typed", ["!!!", "'; drop", "a & b | !c:*", "%", "\\", "🎈", "ß"])
def test_signs_find_nothing_and_break_nothing(api: Api, typed: str):
    make_school()

    assert api().get(URL, {"q": typed}).status_code == 200


@pytest.mark.parametrize("typed", ["\0", "a\x07", "a" * 201])
def test_what_nobody_types_is_refused(api: Api, typed: str):
    assert list(wrong_fields(api().get(URL, {"q": typed}))) == ["q"]
