"""What an operator does from the shell: the first admin, and the admin who lost the second factor."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from accounts.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_the_first_admin_of_an_empty_installation():
    call_command("make_admin", "Olga@Network.example")

    olga = User.objects.get()
    assert (olga.email, olga.is_network_admin, olga.has_usable_password()) == ("olga@network.example", True, False)
    assert EmailAddress.objects.filter(user=olga, verified=True).count() == 1


def test_made_twice_there_is_one_admin():
    call_command("make_admin", "olga@network.example")
    call_command("make_admin", "OLGA@network.example")

    assert User.objects.count() == 1


def test_who_was_here_before_keeps_everything():
    ada = make_user("ada", phone="0170 123")

    call_command("make_admin", ada.email)

    ada.refresh_from_db()
    assert (ada.is_network_admin, ada.phone, ada.name) == (True, "0170 123", "Ada")


def test_who_was_shut_out_is_let_in_by_nobody_in_passing():
    make_user("ada", is_active=False)

    with pytest.raises(CommandError, match="shut out"):
        call_command("make_admin", "ada@school.example")

    assert not User.objects.get().is_network_admin


@pytest.mark.parametrize(
    "address", ["", "olga", "olga@", "@network.example", "olga network@example.org", "a@b\0.example"]
)
def test_what_is_no_address_makes_nobody(address):
    with pytest.raises(CommandError, match="no e-mail address"):
        call_command("make_admin", address)

    assert not User.objects.exists()


def test_a_lost_second_factor_is_forgotten():
    ada, tom = make_user("ada", is_network_admin=True), make_user("tom")
    for user in (ada, tom):
        Authenticator.objects.create(user=user, type="totp", data={})

    call_command("forget_second_factor", "ADA@school.example")

    assert [one.user for one in Authenticator.objects.all()] == [tom]


def test_nobody_is_named_who_is_not_there():
    with pytest.raises(CommandError, match="Nobody has"):
        call_command("forget_second_factor", "nobody@school.example")
