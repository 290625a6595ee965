"""Who may see everything needs more than a mailbox to sign in."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator

from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def an_installation(settings):
    settings.ADMIN_NEEDS_SECOND_FACTOR = True


@pytest.fixture
def admin(client):
    user = User.objects.create_user("admin@demo.example", is_network_admin=True)
    client.force_login(user)
    return user


@pytest.mark.parametrize("address", ["/", "/admin/", "/bookings/"])
def test_a_network_admin_is_led_to_the_second_factor_first(client, admin, address):
    response = client.get(address)

    assert response.status_code == 302
    assert response["Location"] == "/sign-in/second/"


def test_the_api_refuses_meanwhile(client, admin):
    assert client.get("/api/v1/me/").status_code == 403


def test_with_a_second_factor_the_admin_opens(client, admin):
    Authenticator.objects.create(user=admin, type=Authenticator.Type.TOTP, data={"secret": "x"})

    assert client.get("/admin/").status_code == 200


def test_leaving_is_always_possible(client, admin):
    assert client.get("/sign-out/").status_code == 200


def test_teachers_are_not_asked(client):
    client.force_login(User.objects.create_user("teacher@schule.example"))

    assert client.get("/").status_code == 200


def test_nor_is_anybody_in_the_demo(client, admin, settings):
    settings.ADMIN_NEEDS_SECOND_FACTOR = False

    assert client.get("/admin/").status_code == 200
