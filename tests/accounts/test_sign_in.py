from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Token, User
from booking.models import Message
from tests.factories import (
    make_assignment,
    make_booking,
    make_office,
    make_organiser,
    make_partner,
    make_school,
    make_slot,
    make_trainer,
    make_user,
)
from workshops.models import Trainer

pytestmark = pytest.mark.django_db


def ask(client: Client, email: str, target: str = "/bookings/") -> None:
    response = client.post(f"{reverse('sign_in')}?next={target}", {"email": email, "next": target})
    assert response.status_code == 302, response.content.decode()


def sealed_code() -> str:
    return Message.objects.filter(kind="sign_in_code").latest("pk").sealed


def enter(client: Client, code: str, target: str = "/bookings/") -> object:
    return client.post(f"{reverse('account_confirm_login_code')}?next={target}", {"code": code, "next": target})


@pytest.mark.parametrize("known", [True, False])
def test_known_and_unknown_addresses_sign_in_the_same_way(known, client):
    email = make_user("ada").email if known else "new@school.example"

    ask(client, email)
    response = enter(client, sealed_code())

    assert response["Location"] == "/bookings/"
    assert int(client.session["_auth_user_id"]) == User.objects.get(email=email).pk


def test_a_wrong_code_signs_nobody_in(client):
    ask(client, make_user().email)

    enter(client, "000000" if sealed_code() != "000000" else "111111")

    assert "_auth_user_id" not in client.session


def test_a_wrong_code_is_told_once_on_a_page_that_no_form_was_sent_to(client):
    """Back from what follows then shows a page, and no error of the browser."""
    ask(client, make_user().email)

    sent = enter(client, "00x000")
    told, later = client.get(sent["Location"]), client.get(sent["Location"])

    assert sent["Location"] == f"{reverse('account_confirm_login_code')}?next=%2Fbookings%2F"
    assert 'value="00x000"' in told.text
    assert "Falscher Code" in told.text
    assert "id_code_error" not in later.text
    assert enter(client, sealed_code())["Location"] == "/bookings/"


def test_after_five_wrong_codes_the_right_one_is_worth_nothing(client):
    ask(client, make_user().email)
    right = sealed_code()
    wrong = "000000" if right != "000000" else "111111"

    for _ in range(5):
        enter(client, wrong)
    enter(client, right)

    assert "_auth_user_id" not in client.session


def test_a_code_may_be_typed_with_spaces(client):
    ask(client, make_user().email)
    code = sealed_code()

    enter(client, f" {code[:3]} {code[3:]} ")

    assert "_auth_user_id" in client.session


def test_nobody_is_sent_to_a_strange_house(client):
    ask(client, make_user().email, "https://evil.example/")

    assert enter(client, sealed_code(), "https://evil.example/")["Location"] == "/start/"


@pytest.mark.parametrize("email", ["", "nonsense", "a@b", "a\x00@b.example", "x" * 300 + "@b.example"])
def test_a_bad_address_is_answered_at_the_field(email, client):
    response = client.post(reverse("sign_in"), {"email": email})

    assert response.status_code == 200
    assert not Message.objects.exists()


def test_an_address_is_one_account_however_it_is_written(client):
    make_user("ada")

    ask(client, "ADA@school.example")

    assert User.objects.count() == 1


def test_who_asks_for_codes_too_often_hears_when_to_come_again(client):
    """The page keeps what was typed; others are not held up."""
    for _ in range(3):
        ask(Client(), "ada@school.example")

    response = client.post(reverse("sign_in"), {"email": "ada@school.example"})

    assert (response.status_code, response["Retry-After"]) == (429, "60")
    assert 'value="ada@school.example"' in response.content.decode()
    assert Message.objects.count() == 3
    ask(client, "bea@school.example")


def test_who_asks_from_one_place_for_many_addresses_makes_no_more_accounts():
    statuses = [Client().post(reverse("sign_in"), {"email": f"a{n}@b.example"}).status_code for n in range(25)]

    assert statuses == [302] * 20 + [429] * 5
    assert User.objects.count() == 20


def test_too_many_tries_of_a_code_end_them_all(client):
    ask(client, make_user().email)
    right = sealed_code()
    wrong = "000000" if right != "000000" else "111111"

    answers = [enter(client, wrong) for _ in range(6)]

    assert [reverse("account_confirm_login_code") in answer["Location"] for answer in answers] == [True] * 4 + [
        False
    ] * 2
    assert answers[-1]["Location"].startswith(reverse("sign_in"))


def test_a_person_who_was_shut_out_gets_no_code(client):
    make_user("ada", is_active=False)

    ask(client, "ada@school.example")

    assert not Message.objects.exists()


def test_a_token_is_stored_as_its_hash_only():
    text = Token.objects.issue(make_user(), scope="book")

    assert text not in str(Token.objects.values().get())
    assert Token.objects.get().hash == Token.digest(text)


@pytest.mark.parametrize(
    ("scope", "covered"),
    [("read", {"read"}), ("book", {"read", "book"}), ("organise", {"read", "book", "organise"})],
)
def test_scopes_include_the_smaller_ones(scope, covered):
    token = Token(scope=scope)

    assert {name for name in Token.Scope.values if token.covers(name)} == covered


@pytest.mark.parametrize(
    ("make", "begins"),
    [
        (make_user, "/"),
        (lambda: make_booking().owner, "/bookings/"),
        (lambda: make_office(make_school()), "/bookings/"),
        (lambda: make_trainer(make_partner()).user, "/trainer/"),
        (lambda: make_organiser(make_partner()), "/organise/"),
        (lambda: make_user(is_network_admin=True), "/organise/"),
    ],
    ids=["new", "teacher", "office", "trainer", "organiser", "network admin"],
)
def test_after_signing_in_everybody_stands_where_their_work_begins(make, begins, client):
    client.force_login(make())

    assert client.get(reverse("start"))["Location"] == begins


def test_a_trainer_whom_a_house_knows_by_the_address_alone_is_one_after_signing_in(client):
    trainer = make_trainer(make_partner(), "lea")
    lea, address = trainer.user, f"/trainer/slots/{make_assignment(make_slot(), trainer).slot_id}/"
    Trainer.objects.filter(pk=trainer.pk).update(user=None, email="Lea@school.example")
    client.force_login(lea)
    assert client.get(address).status_code == 403
    client.logout()

    ask(client, "lea@school.example", address)
    response = enter(client, sealed_code(), address)

    assert response["Location"] == address
    assert client.get(address).status_code == 200
