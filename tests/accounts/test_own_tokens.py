"""Everybody makes and ends keys for programs in the own profile; each is shown once and does what it was made for."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import tokens
from accounts.models import Token
from tests.factories import make_organiser, make_partner, make_user
from tests.together import together

pytestmark = pytest.mark.django_db
PAGE = "/profile/tokens/"
NEW = {"name": "Unsere Seite", "scope": "read"}


@pytest.fixture
def ada(client):
    user = make_user("ada")
    client.force_login(user)
    return user


def key_in(answer) -> str:
    return re.search(r'value="(lo_[\w-]+)"', answer.content.decode())[1]


def me(client, key: str) -> int:
    return client.get("/api/v1/me/", headers={"Authorization": f"Bearer {key}"}).status_code


def test_a_key_is_shown_once_opens_the_api_and_ends(client, ada):
    answer = client.post(PAGE, NEW)
    key = key_in(answer)
    client.logout()

    assert answer["Cache-Control"] == "private, no-store"
    assert me(client, key) == 200
    client.force_login(ada)
    assert "lo_" not in client.get(PAGE).content.decode()
    token = Token.objects.get()
    assert timedelta(days=364) < token.expires_at - timezone.now() <= tokens.LIFE

    client.post(f"{PAGE}{token.pk}/end/")
    client.post(f"{PAGE}{token.pk}/end/")
    client.logout()
    assert me(client, key) == 401


def test_sent_twice_it_is_one_key_and_what_was_typed_stays(client, ada):
    client.post(PAGE, NEW)
    again = client.post(PAGE, NEW).content.decode()

    assert Token.objects.count() == 1
    assert 'class="error-summary"' in again
    assert 'value="Unsere Seite"' in again


def test_only_who_organises_makes_keys_that_organise(client, ada):
    client.post(PAGE, NEW | {"scope": "organise"})
    assert not Token.objects.exists()

    client.force_login(make_organiser(make_partner("lab"), "olga"))
    client.post(PAGE, NEW | {"scope": "organise"})
    assert Token.objects.get().scope == "organise"


def test_ten_are_enough(client, ada):
    for number in range(tokens.MOST):
        tokens.issue(ada, name=f"Nr. {number}", scope="read", now=timezone.now())

    client.post(PAGE, NEW)

    assert Token.objects.count() == tokens.MOST


def test_nobody_ends_the_key_of_somebody_else(client, ada):
    text = tokens.issue(make_user("bea"), name="x", scope="read", now=timezone.now())

    assert client.post(f"{PAGE}{Token.objects.get().pk}/end/").status_code == 404
    assert me(client, text) == 200


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_key():
    ada = make_user("ada")

    together(*[lambda: tokens.issue(ada, name="x", scope="read", now=timezone.now())] * 2)

    assert Token.objects.count() == 1


@pytest.mark.parametrize("keys", [1, 3])
def test_many_keys_ask_as_often_as_one(client, ada, keys, django_assert_max_num_queries):
    for number in range(keys):
        tokens.issue(ada, name=f"Nr. {number}", scope="read", now=timezone.now())

    with django_assert_max_num_queries(12):
        client.get(PAGE)
