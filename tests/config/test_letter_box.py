"""Mails of the demo can be read by everybody; elsewhere there is no such page."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from types import SimpleNamespace

import pytest

from config.demo.maildrop import Maildrop


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
    return put(box, mail)


def put(box: Maildrop, mail: EmailMessage) -> str:
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
def test_mails_stand_at_the_local_time(client, box):
    mail = EmailMessage()
    mail["To"], mail["Subject"], mail["Date"] = "ada@schule.example", "Code", "Mon, 23 Nov 2026 20:15:00 -0000"
    put(box, mail)

    assert "21:15" in client.get("/demo/mail/").content.decode()


@pytest.mark.django_db
def test_the_designed_mail_may_not_act(client, box):
    name = post(box, "ada@schule.example")

    response = client.get(f"/demo/mail/{name}/html/")

    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "script-src" not in response["Content-Security-Policy"]
    assert "sandbox" in response["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["", "{name}/", "{name}/html/", "{name}/files/0/", "{name}.eml"])
def test_without_a_demo_there_is_no_such_page(client, box, settings, part):
    name = post(box, "ada@schule.example")
    settings.DEMO = False

    assert client.get(f"/demo/mail/{part.format(name=name)}").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["../secret", "..%2Fsecret", "20261123T201500.000001-1-9"])
def test_nothing_but_mails_can_be_read(client, box, name):
    (box.folder.parent / "secret.eml").write_text("secret")

    assert client.get(f"/demo/mail/{name}/").status_code == 404


CALENDAR = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
METHOD:CANCEL\r
BEGIN:VEVENT\r
SUMMARY:3D-Druck\r
UID:booking-1@uid.example\r
SEQUENCE:7\r
STATUS:CANCELLED\r
DTSTART;TZID=Europe/Berlin:20261207T093000\r
DTEND;TZID=Europe/Berlin:20261207T120000\r
ORGANIZER;CN=Werkstatt:mailto:haus@werkstatt.example\r
ATTENDEE;CN=Ada;PARTSTAT=ACCEPTED:mailto:ada@schule.example\r
END:VEVENT\r
END:VCALENDAR\r
"""


def post_files(box: Maildrop, *files: tuple[str, str, bytes], alternative: bytes = b"") -> str:
    mail = EmailMessage()
    mail["To"], mail["Subject"], mail["Date"] = "ada@schule.example", "Termin", "Mon, 23 Nov 2026 20:15:00 +0100"
    mail.set_content("Anbei.")
    if alternative:
        mail.add_alternative(alternative, "text", "calendar", params={"method": "CANCEL"})
    for name, kind, content in files:
        mail.add_attachment(content, *kind.split("/"), filename=name)
    return put(box, mail)


@pytest.mark.django_db
def test_a_mail_lists_its_files_with_name_type_and_size(client, box):
    name = post_files(box, ("termin.ics", "application/ics", CALENDAR), ("plan.pdf", "application/pdf", b"%PDF" * 512))

    page = client.get(f"/demo/mail/{name}/").content.decode()

    assert "termin.ics" in page
    assert "application/ics" in page
    assert "plan.pdf" in page
    assert "2,0\xa0KB" in page


@pytest.mark.django_db
def test_a_file_is_for_keeping_not_for_showing(client, box):
    evil = b"<script>alert(1)</script>"
    name = post_files(box, ('a"\r\nX-Bad: 1 ü.html', "text/html", evil))

    response = client.get(f"/demo/mail/{name}/files/0/")

    assert response.content == evil
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "X-Bad" not in response
    assert client.get(f"/demo/mail/{name}/files/1/").status_code == 404


@pytest.mark.django_db
def test_a_calendar_is_told_in_words_once_beside_its_source(client, box):
    name = post_files(box, ("termin.ics", "application/ics", CALENDAR), alternative=CALENDAR)

    page = client.get(f"/demo/mail/{name}/").content.decode()

    assert "CANCEL" in page
    assert "Montag, 7. Dezember 2026, 9:30–12:00" in page
    assert "Ada &lt;ada@schule.example&gt;, kommt" in page
    assert "Werkstatt &lt;haus@werkstatt.example&gt;" in page
    assert page.count("<dd>booking-1@uid.example</dd>") == page.count("<dd>7</dd>") == page.count("SEQUENCE:7") == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "broken",
    [b"nothing of a calendar", CALENDAR.replace(b"DTSTART", b"DTSTARTED"), b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT", b"\xff"],
)
def test_a_calendar_that_cannot_be_read_is_shown_as_it_is(client, box, broken):
    name = post_files(box, ("termin.ics", "application/ics", broken))

    response = client.get(f"/demo/mail/{name}/")

    assert response.status_code == 200
    assert "Kein Kalenderprogramm kann ihn lesen." in response.content.decode()
