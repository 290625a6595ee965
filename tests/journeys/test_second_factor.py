"""The network's admin signs in: a code from the mail, and something that only the admin has."""

from __future__ import annotations

import base64
import hmac
import struct
import time

import pytest

from accounts.models import User
from booking.models import Message

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def admin(settings):
    settings.ADMIN_NEEDS_SECOND_FACTOR = True
    settings.MFA_TOTP_TOLERANCE = 1  # the half minute of a code may end while it is typed
    return User.objects.create_user("admin@network.example", name="Andrea", is_network_admin=True)


def changing_code(secret: str) -> str:
    """The six digits that an app shows now (RFC 6238)."""
    key = base64.b32decode(secret)
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 10**6:06d}"


def sign_in_by_mail(page, live_server) -> None:
    page.goto(f"{live_server.url}/sign-in/?next=/organise/network/")
    page.get_by_label("Dienstliche E-Mail").fill("admin@network.example")
    page.get_by_role("button", name="Code schicken").click()
    page.get_by_label("Code aus der Mail").fill(Message.objects.latest("pk").sealed)
    page.get_by_role("button", name="Anmelden", exact=True).click()


def sign_out(page, live_server) -> None:
    page.goto(f"{live_server.url}/sign-out/")
    page.get_by_role("main").get_by_role("button", name="Abmelden").click()


def test_an_app_with_changing_codes_and_the_codes_for_a_lost_telephone(page, live_server, admin, look):
    sign_in_by_mail(page, live_server)
    page.wait_for_url(f"{live_server.url}/sign-in/second/")
    look()

    page.get_by_role("link", name="App mit wechselnden Codes einrichten").click()
    look()
    page.get_by_label("Code aus der App").fill("000000")
    page.get_by_role("main").get_by_role("button", name="Einrichten").click()
    look()
    page.get_by_label("Code aus der App").fill(changing_code(page.locator("#key").inner_text()))
    page.get_by_role("main").get_by_role("button", name="Einrichten").click()
    page.get_by_role("heading", name="Wiederherstellungscodes").wait_for()
    look()
    spare = page.get_by_role("main").locator("code").first.inner_text()
    page.goto(f"{live_server.url}/organise/network/")
    page.get_by_role("heading", name="Netzwerk").wait_for()

    sign_out(page, live_server)
    sign_in_by_mail(page, live_server)
    look()
    page.get_by_label("Code aus der App").fill(spare)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.get_by_role("heading", name="Netzwerk").wait_for()


def test_a_passkey(page, live_server, admin, look, script):
    if not script:
        pytest.skip("passkeys need script; the app works without")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": options | {"isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    errors: list[str] = []
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)

    sign_in_by_mail(page, live_server)
    page.get_by_role("link", name="Passkey einrichten").click()
    look()
    page.get_by_label("Name dieses Passkeys").fill("Telefon")
    page.get_by_text("Allein damit anmelden").click()
    page.get_by_role("button", name="Einrichten").click()
    page.get_by_role("heading", name="Wiederherstellungscodes").wait_for()
    page.goto(f"{live_server.url}/sign-in/second/webauthn/")
    page.get_by_text("Telefon").first.wait_for()
    look()

    sign_out(page, live_server)
    sign_in_by_mail(page, live_server)
    look()
    page.get_by_role("button", name="Passkey verwenden").click()
    page.get_by_role("heading", name="Netzwerk").wait_for()

    sign_out(page, live_server)
    page.goto(f"{live_server.url}/sign-in/?next=/organise/network/")
    look()
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    page.get_by_role("heading", name="Netzwerk").wait_for()
    assert errors == []


def test_a_passkey_that_is_not_there_says_so(page, live_server, admin, look, script):
    if not script:
        pytest.skip("passkeys need script")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options | {"automaticPresenceSimulation": True}})
    page.goto(f"{live_server.url}/sign-in/")

    page.get_by_role("button", name="Mit Passkey anmelden").click()

    page.get_by_role("alert").filter(has_text="Das hat nicht geklappt").wait_for()
    look()
