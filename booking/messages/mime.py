"""A mail as it goes over the wire (RFC 5322, RFC 2045 to 2047), written straight down.

The email package builds a tree of messages and takes each header apart to fold it, which took longer than all that a
mail says. Ours have one shape: texts beside each other, and files. Tests read them with that package.
"""

from __future__ import annotations

from base64 import encodebytes
from binascii import b2a_qp
from dataclasses import dataclass
from email.header import Header
from email.utils import formatdate, parseaddr
from secrets import token_hex
from typing import Any

from django.core.mail import BadHeaderError, EmailMultiAlternatives

LINE, LONGEST_LINE = 78, 998  # characters that a line should have at most, and bytes that mail servers need take


class Envelope(EmailMultiAlternatives):
    """A mail to one reader. The backends of Django want no more of it than its bytes."""

    def message(self, *args: Any, **options: Any) -> Any:
        texts = [(str(self.body), "text/plain"), *((str(text), kind) for text, kind in self.alternatives)]
        body = together("alternative", [text_part(*one) for one in texts])
        if self.attachments:
            body = together("mixed", [body, *(file_part(*one) for one in self.attachments)])
        return Written("".join(header(*one) for one in self.headers().items()) + body)

    def headers(self) -> dict[str, str]:
        mailboxes = {"From": [self.from_email], "To": self.to, "Reply-To": self.reply_to}
        people = {name: ", ".join(map(in_ascii, found)) for name, found in mailboxes.items() if found}
        facts = {"Subject": str(self.subject), **people, "Date": formatdate(), **self.extra_headers}
        return facts | {"MIME-Version": "1.0"}


@dataclass(frozen=True, slots=True)
class Written:
    text: str

    def as_bytes(self, unixfrom: bool = False, *, linesep: str = "\n") -> bytes:
        return self.text.replace("\n", linesep).encode()

    def get_charset(self) -> None:
        """Not one for all; the backend that prints mails asks."""


def header(name: str, value: str) -> str:
    """One header, folded where it is long; what is not ASCII in encoded words, which begin beside the name: some
    programs show the space that an empty first line leaves. Raises BadHeaderError for what would begin another one."""
    if "\n" in value or "\r" in value:
        raise BadHeaderError(f"{name} has several lines: {value!r}")
    if not value.isascii() or len(name) + len(value) + 2 > LINE:
        value = Header(value, header_name=name).encode()
    return f"{name}: {value}\n"


def in_ascii(mailbox: str) -> str:
    """`Name <address>` with the name in encoded words, and the domain as it is asked for."""
    if mailbox.isascii():
        return mailbox
    name, address = parseaddr(mailbox)
    local, at, domain = address.rpartition("@")
    words = Header(name).encode().replace("\n", "")
    return f"{words} <{local}{at}{domain.encode('idna').decode()}>".lstrip()


def text_part(text: str, kind: str) -> str:
    """As it is, or quoted where a line is too long."""
    text, way = text.replace("\r\n", "\n").replace("\r", "\n"), "8bit"
    raw = text.encode()
    if max(map(len, raw.split(b"\n"))) > LONGEST_LINE:
        text, way = b2a_qp(raw).decode(), "quoted-printable"
    return f'Content-Type: {kind}; charset="utf-8"\nContent-Transfer-Encoding: {way}\n\n{text}'


def file_part(name: str, content: bytes, kind: str) -> str:
    way = f'Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename="{name}"'
    return f"Content-Type: {kind}\n{way}\n\n{encodebytes(content).decode()}"


def together(kind: str, parts: list[str]) -> str:
    """The parts, between lines that none of them holds: drawn from 96 bits, with a sign that no quoted text has."""
    line = f"=_{token_hex(12)}"
    listed = "".join(f"--{line}\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{line}"\n\n{listed}--{line}--\n'
