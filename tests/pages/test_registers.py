"""The network's admin brings the schools up to date: hand in a file, look, write."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from schools.models import School
from tests.factories import make_organiser, make_partner, make_user
from tests.schools.test_import_saxony import JSON, many

pytestmark = pytest.mark.django_db

PAGE = "/organise/network/schools/"


@pytest.fixture
def nina(client) -> User:
    user = make_user("nina", is_network_admin=True)
    client.force_login(user)
    return user


def hand_in(client, content: bytes | Path | list, name: str = "register.json"):
    raw = content.read_bytes() if isinstance(content, Path) else content
    raw = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    return client.post(PAGE, {"source": "sn", "file": SimpleUploadedFile(name, raw)})


def test_she_sees_what_would_change_before_anything_is_written(client, nina):
    answered = hand_in(client, JSON)
    page = client.get(answered.headers["location"])

    assert page.context["created_number"] == 8
    assert "Klinikschule Beispiel, Großschweidnitz" in page.content.decode()
    assert not School.objects.exists()


def test_the_button_writes_it_and_a_second_press_changes_nothing(client, nina):
    where = hand_in(client, JSON).headers["location"]
    for _press in range(2):
        assert client.post(where).headers["location"] == PAGE

    assert School.objects.count() == 8
    assert set(School.objects.values_list("version", flat=True)) == {1}


def test_where_many_would_close_she_must_say_that_this_is_meant(client, nina):
    client.post(hand_in(client, many(10)).headers["location"])
    where = hand_in(client, many(5)).headers["location"]
    refused = client.post(where)

    assert "force" in refused.context["form"].errors
    assert School.objects.active().count() == 10
    client.post(where, {"force": "on"})
    assert School.objects.active().count() == 5


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\x89PNG\0", "This is no text file."),
        (b"", "The submitted file is empty."),
        (b"[]", "The file has no rows."),
        (b'[{"name": "A"}]', "The row has no key."),
        (b"[" * 50_000, "This is not the JSON we expect"),
    ],
)
def test_a_file_that_is_no_register_is_refused_with_the_reason(client, nina, content, why):
    client.cookies["django_language"] = "en"
    answered = hand_in(client, content)

    assert answered.status_code == 200
    assert why in answered.content.decode()


def test_a_file_that_is_too_large_is_refused(client, nina, monkeypatch):
    monkeypatch.setattr("booking.forms.organise.registers.MOST_BYTES", 1000)

    assert "file" in hand_in(client, JSON).context["form"].errors


def test_no_name_of_a_person_is_kept_between_looking_and_writing(client, nina):
    where = hand_in(client, JSON).headers["location"]

    assert "Erika" not in client.get(where).content.decode()


def test_what_somebody_else_handed_in_is_not_there(client, nina):
    where = hand_in(client, JSON).headers["location"]
    client.force_login(make_user("otto", is_network_admin=True))

    assert client.get(where).status_code == 404
    assert client.post(where).status_code == 404


@pytest.mark.parametrize("number", [60, 200])
def test_long_lists_are_cut_and_cost_no_more(client, nina, number, django_assert_max_num_queries):
    where = hand_in(client, many(number)).headers["location"]
    with django_assert_max_num_queries(12):
        page = client.get(where)

    assert len(page.context["created"]) == 50
    assert page.context["created_more"]


def test_organisers_do_not_see_the_page(client):
    client.force_login(make_organiser(make_partner()))

    assert client.get(PAGE).status_code == 403
