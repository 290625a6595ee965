"""The letter box of the demo: what its mail server kept, for everybody to read. Elsewhere it does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from functools import cached_property
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import re_path
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString

from accounts.audience import for_everyone
from booking.views.organise.mail_log import MAIL_POLICY
from config.demo.enclosures import Dates, Enclosure, calendars, enclosed

MOST = 100
NAME = r"(?P<name>[0-9T.]+-[0-9]+-[0-9]+)"  # as maildrop.py makes them


@dataclass(frozen=True)
class Letter:
    path: Path

    @property
    def name(self) -> str:
        return self.path.stem

    @cached_property
    def mail(self) -> EmailMessage:
        return message_from_bytes(self.path.read_bytes(), policy=policy.default)

    @property
    def to(self) -> str:
        return str(self.mail["To"] or "")

    @property
    def subject(self) -> str:
        return str(self.mail["Subject"] or "")

    @property
    def sent_at(self) -> datetime | None:
        """Aware: the -0000 of mail servers, which name no zone, is read without one."""
        moment = parsedate_to_datetime(self.mail["Date"]) if self.mail["Date"] else None
        return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment

    @property
    def text(self) -> str:
        return self.part("plain") or ""

    def part(self, kind: str) -> str | None:
        body = self.mail.get_body(preferencelist=(kind,))
        return str(body.get_content()) if body is not None else None

    @property
    def has_html(self) -> bool:
        return self.mail.get_body(preferencelist=("html",)) is not None

    @cached_property
    def enclosures(self) -> list[Enclosure]:
        return enclosed(self.mail)

    @property
    def calendars(self) -> list[Dates]:
        return calendars(self.enclosures)


def letters(to: str = "") -> Iterator[Letter]:
    """The newest first."""
    for path in sorted((settings.DATA_DIR / "mail").glob("[!.]*.eml"), reverse=True):  # hidden: not written yet
        letter = Letter(path)
        if to.lower() in letter.to.lower():
            yield letter


def letter_named(name: str) -> Letter:
    path = settings.DATA_DIR / "mail" / f"{name}.eml"
    if not settings.DEMO or not path.is_file():
        raise Http404
    return Letter(path)


@for_everyone
def overview(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    to = request.GET.get("to", "")
    found = [letter for letter, _ in zip(letters(to), range(MOST), strict=False)]
    return render(request, "demo/letters.html", {"letters": found, "to": to})


@for_everyone
def read(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "demo/letter.html", {"letter": letter_named(name)})


@for_everyone
def as_designed(request: HttpRequest, name: str) -> HttpResponse:
    html = letter_named(name).part("html")
    if html is None:
        raise Http404
    return HttpResponse(SafeString(html), headers={"Content-Security-Policy": MAIL_POLICY})


@for_everyone
def enclosure(request: HttpRequest, name: str, number: str) -> HttpResponse:
    """One file of a mail, to be kept and never shown: whoever wrote the mail chose what is in it."""
    found = [one for one in letter_named(name).enclosures if one.number == int(number)]
    if not found:
        raise Http404
    headers = {
        "Content-Disposition": str(content_disposition_header(True, found[0].name or f"{name}-{number}")),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": MAIL_POLICY,
    }
    return HttpResponse(found[0].content, content_type="application/octet-stream", headers=headers)


@for_everyone
def source(request: HttpRequest, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.eml"'}
    return HttpResponse(letter_named(name).path.read_bytes(), content_type="message/rfc822", headers=headers)


urlpatterns = [
    re_path(r"^demo/mail/$", overview, name="letters"),
    re_path(rf"^demo/mail/{NAME}/$", read, name="letter"),
    re_path(rf"^demo/mail/{NAME}/html/$", as_designed, name="letter_html"),
    re_path(rf"^demo/mail/{NAME}/files/(?P<number>[0-9]{{1,3}})/$", enclosure, name="letter_file"),
    re_path(rf"^demo/mail/{NAME}\.eml$", source, name="letter_source"),
]
