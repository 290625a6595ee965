"""The papers of a visit for its school, as page and as PDF; until it is recorded the page of the booking says so."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from booking.documents.certificates import PAPERS
from booking.documents.issuing import issue
from booking.errors import NotActive, NotAllowed
from booking.models import Document
from booking.views.papers import as_file, as_page
from booking.views.school.one_booking import Desk, Page, back

PAGES = {Document.Kind.PARTICIPATION: "certificate", Document.Kind.SERVICE: "service"}


def given(desk: Desk, kind: str) -> Document | None:
    """The certificate, or None where the visit has none (yet). Who sees the booking but may not have it gets 403."""
    try:
        return issue(desk.booking, kind, by=desk.by, now=desk.now)
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except NotActive:
        return None


def page_of(kind: Document.Kind) -> Page:
    def show(request: HttpRequest, desk: Desk) -> HttpResponse:
        document = given(desk, kind)
        if document is None:
            return not_yet(request, desk)
        other = next(each for each in PAGES if each != kind)
        context = {
            "nav": "bookings",
            "back": desk.ways.page,
            "back_words": _("To the booking"),
            "file": desk.ways.to(f"{PAGES[kind]}_pdf"),
            "other": desk.ways.to(PAGES[other]),
            "other_words": other.label,
        }
        return as_page(request, PAPERS[kind](document), **context)

    return show


def file_of(kind: Document.Kind) -> Page:
    def show(request: HttpRequest, desk: Desk) -> HttpResponse:
        document = given(desk, kind)
        return not_yet(request, desk) if document is None else as_file(PAPERS[kind](document), name_of(document))

    return show


def not_yet(request: HttpRequest, desk: Desk) -> HttpResponse:
    return back(request, desk, _("A visit has its certificate once it took place and attendance is recorded."))


def name_of(document: Document) -> str:
    names = {Document.Kind.PARTICIPATION: _("certificate"), Document.Kind.SERVICE: _("service-confirmation")}
    return f"{names[Document.Kind(document.kind)]}-{document.name}"


certificate, certificate_pdf = page_of(Document.Kind.PARTICIPATION), file_of(Document.Kind.PARTICIPATION)
service, service_pdf = page_of(Document.Kind.SERVICE), file_of(Document.Kind.SERVICE)
