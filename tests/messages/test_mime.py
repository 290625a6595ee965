"""Mails as bytes: what the email package of Python reads in them."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from django.core.mail import BadHeaderError, EmailMultiAlternatives

from booking.calendars.invitations import enclose
from booking.messages.mime import Envelope

CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Löten\\, für Anfänger\r\nEND:VCALENDAR\r\n".encode()
PLAIN = {
    "subject": "Bestätigt: Löten am Mo, 7. Dezember",
    "body": "Guten Tag!\n\n-- \n.\n--=_\nFrom here\n",
    "from_email": '"Werkstatt, Görlitz" <lab@lab.example>',
    "to": ["Zoë Ölbaum <zoe@school.example>"],
    "reply_to": ["lab@lab.example"],
    "headers": {"Message-ID": "<1.2@x.example>", "List-Unsubscribe": f"<https://x.example/{'u' * 90}>"},
}


def written(kind: type[EmailMultiAlternatives] = Envelope, **facts) -> EmailMultiAlternatives:
    return kind(**PLAIN | facts)


def read(email: EmailMultiAlternatives) -> EmailMessage:
    return message_from_bytes(email.message().as_bytes(linesep="\r\n"), policy=policy.default)


def parts_of(email: EmailMultiAlternatives) -> list[tuple]:
    """What a reader gets: kinds, parameters and contents in their order; the lines between parts are drawn."""
    parts = [one for one in read(email).walk() if not one.is_multipart()]
    return [(one.get_content_type(), one.get_filename(), one.get_payload(decode=True)) for one in parts]


def heads_of(email: EmailMultiAlternatives) -> dict[str, str]:
    return {name: str(value) for name, value in read(email).items() if name not in {"Date", "Content-Type"}}


def with_all(email: EmailMultiAlternatives, html: str = "<p>Grüße</p>\n") -> EmailMultiAlternatives:
    email.attach_alternative(html, "text/html")
    enclose(email, CALENDAR, "REQUEST")
    return email


@pytest.mark.parametrize(
    "html", ["<p>Grüße</p>\n", f"<p>{'ü' * 600}</p>\n  \n."], ids=["short", "a line of 1 200 bytes"]
)
def test_it_reads_as_what_django_would_write(html):
    ours, theirs = with_all(written(), html), with_all(written(EmailMultiAlternatives), html)

    assert parts_of(ours) == parts_of(theirs)
    assert heads_of(ours) == heads_of(theirs)
    assert [one.get_content_type() for one in read(ours).walk()][:2] == ["multipart/mixed", "multipart/alternative"]
    assert read(ours)["Date"].datetime


def test_the_invitation_says_its_method_and_is_enclosed_with_the_same_bytes():
    calendar, file = [one for one in read(with_all(written())).walk() if not one.is_multipart()][2:]

    assert calendar["Content-Type"].params == {"method": "REQUEST", "component": "vevent", "charset": "utf-8"}
    assert file.get_content_disposition() == "attachment"
    assert file.get_payload(decode=True) == CALENDAR


def test_no_line_is_longer_than_mail_servers_take_and_no_end_of_line_stands_alone():
    mail = with_all(written(subject="Überfahrt, Brücke " * 20), f"<p>{'x' * 5_000}</p>")
    raw = mail.message().as_bytes(linesep="\r\n")

    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert raw.partition(b"\r\n\r\n")[0].isascii()


@pytest.mark.parametrize(
    ("to", "name", "address"),
    [
        ("ada@school.example", "", "ada@school.example"),
        ("Ada <ada@school.example>", "Ada", "ada@school.example"),
        ("zoe@bücher.example", "", "zoe@xn--bcher-kva.example"),
        ('"Löbau; Schule, \\"Mitte\\"" <a@b.example>', 'Löbau; Schule, "Mitte"', "a@b.example"),
    ],
    ids=["bare", "named", "a domain with umlauts", "signs of their own meaning"],
)
def test_readers_are_named_in_any_letters(to, name, address):
    (found,) = read(written(to=[to]))["To"].addresses

    assert (found.display_name, found.addr_spec) == (name, address)


def test_a_long_name_is_folded_between_its_words():
    name = ("Zoë Ölbaum " * 9).strip()
    raw = message_from_bytes(written(to=[f"{name} <zoe@school.example>"]).message().as_bytes())["To"]

    assert str(make_header(decode_header(raw))) == f"{name} <zoe@school.example>"
    assert max(map(len, raw.splitlines())) <= 78


@pytest.mark.parametrize("name", ["subject", "from_email"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_nothing_adds_a_header(name, end):
    with pytest.raises(BadHeaderError):
        written(**{name: f"Hello{end}Bcc: evil@example.org"}).message()
