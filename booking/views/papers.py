"""A paper as a page to read and print, and as a PDF: personal both, so nobody else keeps a copy."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from booking.documents.paper import Paper
from booking.documents.pdf import pdf
from booking.views.headers import PRIVATE, with_headers


def as_page(request: HttpRequest, paper: Paper, **context: Any) -> HttpResponse:
    """Takes `back` and `back_words`, where the reader came from; `file`, the address of the PDF."""
    answer = render(request, "booking/documents/paper.html", {"paper": paper, **context})
    return with_headers(answer, PRIVATE)


def as_file(paper: Paper, name: str) -> HttpResponse:
    """Opened where it is, and saved under `name`."""
    answer = HttpResponse(pdf(paper), content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(False, f"{name}.pdf") or ""
    return with_headers(answer, PRIVATE)
