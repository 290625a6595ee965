"""Mails of the demo can be read by everybody; elsewhere there is no such page."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from types import SimpleNamespace

import pytest

from config.maildrop import Maildrop


@pytest.fixture
def box(settings, tmp_path):
    settings.DEMO = True
    settings.DATA_DIR = tmp_path
    (tmp_path / "mail").mkdir()
    return Maildrop(tmp_path / "mail")


def post(box: Maildrop, to: str, subject: str = "Ihr Code: 123456") -> str:
    """A mail as it arrives by SMTP; returns the name of its file."""
    mail = EmailMessage()
    mail["To"], mail["Subject"], mail["Date"] = to, subject, "Mon, 23 Nov 2026 20:15:00 +0100"
    mail.set_content("Der Code ist 123456.")
    mail.add_alternative("<p style='color:red'>123456</p><script>alert(1)</script>", subtype="html")
    letter = box.handle_DATA(None, None, SimpleNamespace(original_content=mail.as_bytes()))
    with ThreadPoolExecutor(1) as post_office:  # the thread of the tests may hold the browser's loop
        post_office.submit(asyncio.run, letter).result()
    return max(path.stem for path in box.folder.glob("*.eml"))


@pytest.mark.django_db
def test_the_newest_mail_stands_first(client, box):
    post(box, "ada@schule.example", "First")
    post(box, "ben@schule.example", "Second")

    page = client.get("/demo/mail/").content.decode()

    assert page.index("Second") < page.index("First")


@pytest.mark.django_db
def test_mails_can_be_sought_by_their_reader(client, box):
    post(box, "ada@schule.example", "For Ada")
    post(box, "ben@schule.example", "For Ben")

    page = client.get("/demo/mail/", {"to": "ADA@"}).content.decode()

    assert "For Ada" in page
    assert "For Ben" not in page


@pytest.mark.django_db
def test_a_mail_shows_its_text(client, box):
    name = post(box, "ada@schule.example")

    assert "Der Code ist 123456." in client.get(f"/demo/mail/{name}/").content.decode()


@pytest.mark.django_db
def test_the_designed_mail_may_not_act(client, box):
    name = post(box, "ada@schule.example")

    response = client.get(f"/demo/mail/{name}/html/")

    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "script-src" not in response["Content-Security-Policy"]
    assert "sandbox" in response["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["", "{name}/", "{name}/html/", "{name}.eml"])
def test_without_a_demo_there_is_no_such_page(client, box, settings, part):
    name = post(box, "ada@schule.example")
    settings.DEMO = False

    assert client.get(f"/demo/mail/{part.format(name=name)}").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["../secret", "..%2Fsecret", "20261123T201500.000001-1-9"])
def test_nothing_but_mails_can_be_read(client, box, name):
    (box.folder.parent / "secret.eml").write_text("secret")

    assert client.get(f"/demo/mail/{name}/").status_code == 404
