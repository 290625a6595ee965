"""Who may see everything needs more than a mailbox to sign in."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from accounts.models import User
from booking.models import Message

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


def test_a_wrong_second_code_is_told_once_on_a_page_that_no_form_was_sent_to(client, admin):
    """Back from what follows then shows a page, and no error of the browser."""
    client.logout()
    TOTP.activate(admin, generate_totp_secret())
    codes = RecoveryCodes.activate(admin).get_unused_codes()
    client.post("/sign-in/?next=/bookings/", {"email": admin.email, "next": "/bookings/"})
    code = Message.objects.get(kind="sign_in_code").sealed
    client.post("/sign-in/code/?next=/bookings/", {"code": code, "next": "/bookings/"})

    sent = client.post("/sign-in/second/authenticate/", {"code": "0x0x0x"})
    told, later = client.get(sent["Location"]), client.get(sent["Location"])
    right = client.post(sent["Location"], {"code": codes[0]})

    assert sent["Location"] == "/sign-in/second/authenticate/"
    assert "Falscher Code" in told.text
    assert "0x0x0x" not in told.text  # it may be a slip in a code that opens
    assert "id_code_error" not in later.text
    assert right["Location"] == "/bookings/"


def test_a_wrong_code_before_a_change_is_told_once_on_a_page_that_no_form_was_sent_to(client, admin):
    TOTP.activate(admin, generate_totp_secret())
    codes = RecoveryCodes.activate(admin).get_unused_codes()
    page = "/sign-in/second/reauthenticate/?next=/sign-in/second/"

    sent = client.post(page, {"code": "0x0x0x", "next": "/sign-in/second/"})
    told, later = client.get(sent["Location"]), client.get(sent["Location"])
    right = client.post(sent["Location"], {"code": codes[0]})

    assert sent["Location"].startswith("/sign-in/second/reauthenticate/?next=")
    assert "Falscher Code" in told.text
    assert "0x0x0x" not in told.text
    assert "id_code_error" not in later.text
    assert right["Location"] == "/sign-in/second/"


@pytest.mark.parametrize("path", ["authenticate/", "webauthn/reauthenticate/"])
def test_a_refused_passkey_is_told_once_on_a_page_that_no_form_was_sent_to(client, admin, path, monkeypatch):
    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.begin_authentication", lambda *_user: {})
    Authenticator.objects.create(user=admin, type=Authenticator.Type.WEBAUTHN, data={})
    if path == "authenticate/":
        client.logout()
        client.post("/sign-in/", {"email": admin.email})
        client.post("/sign-in/code/", {"code": Message.objects.get(kind="sign_in_code").sealed})

    sent = client.post(f"/sign-in/second/{path}", {"credential": '"nobody"'})
    told, later = client.get(sent["Location"]), client.get(sent["Location"])

    assert sent["Location"] == f"/sign-in/second/{path}"
    words = "Der Passkey wurde nicht gefunden"
    assert (told.text.count(words) - later.text.count(words), later.status_code) == (1, 200)


UNREADABLE = ['{"id": "x"}', '{"id": 1, "rawId": "x", "response": []}', "[1]", '"nobody"', "no JSON", ""]


@pytest.mark.parametrize("said", UNREADABLE)
def test_what_no_browser_sends_as_a_passkey_is_refused_like_a_wrong_one(client, said):
    assert client.post("/sign-in/second/webauthn/login/", {"credential": said})["Location"] == "/sign-in/"


@pytest.mark.parametrize("said", UNREADABLE)
def test_nor_does_it_become_a_passkey(client, admin, said):
    client.get("/sign-in/second/webauthn/add/")

    assert client.post("/sign-in/second/webauthn/add/", {"name": "x", "credential": said}).status_code == 200
    assert not Authenticator.objects.exists()
