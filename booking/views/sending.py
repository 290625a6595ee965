"""A report as a file that is sent."""

from __future__ import annotations

from typing import IO, Any

from django.http import FileResponse, HttpResponse, HttpResponseBase

from booking.reports import files, grouped_files, pdf
from booking.reports.participation import Report
from booking.reports.words import explained
from booking.views.headers import PRIVATE, with_headers

PDF = "application/pdf"


def grouped(found: Report, kind: str, **paper: Any) -> HttpResponseBase:
    """`paper` is what stands on a PDF besides the figures (see `pdf.write`)."""
    name = f"report-{found['from']}-{found['to']}"
    if kind == "pdf":
        answer = HttpResponse(pdf.write(found, **paper), PDF)
        answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
        return with_headers(answer, PRIVATE)
    if kind == "csv":
        return attached(grouped_files.blocks_csv(found), name, kind)
    return attached(grouped_files.grouped_xlsx(found, explained(found)), name, kind)


def attached(file: IO[bytes], name: str, kind: str) -> HttpResponseBase:
    sent = FileResponse(file, as_attachment=True, filename=f"{name}.{kind}", content_type=files.TYPES[kind])
    return with_headers(sent, PRIVATE)
