"""Reports for programs: organisers ask what they like, funders read what was frozen for them."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from booking import access
from booking.api.reports import ReportSerializer
from booking.api.schema import READS, RETRY_AFTER, problems
from booking.api.views.base import ApiView
from booking.errors import NotAllowed
from booking.forms.organise.reports import GRADE_KEYS, ReportForm
from booking.reports import files, grouped_files
from booking.reports.participation import Report, report
from booking.reports.question import GROUPINGS, Question
from booking.reports.reading import frozen_for, houses_of, shown_to
from booking.reports.words import explained
from schools.models import Country, School

FORMATS = ("json", "csv", "xlsx")


def asked(name: str, text: str, kind: Any = OpenApiTypes.STR, choices: Any = None) -> OpenApiParameter:
    return OpenApiParameter(name, kind, description=text, enum=choices)


ASKED = (
    asked("from", "first local day; by default of the school year", OpenApiTypes.DATE),
    asked("to", "last local day, included; by default of the school year", OpenApiTypes.DATE),
    asked("group_by", "by default month", choices=list(GROUPINGS)),
    asked("partner", "slug"),
    asked("workshop", "slug"),
    asked("funding_pot", "code; a funder must name an own one"),
    asked("district", "AGS5, TERYT4 or okres"),
    asked("country", "of the school", choices=Country.values),
    asked("school_type", "of the school", choices=School.Kind.values),
    asked("grade", "a year of schooling, or mixed", choices=[key for key, _label in GRADE_KEYS]),
    asked("format", "of the answer", choices=FORMATS),
)
SPREADSHEETS = {
    (200, "text/csv"): OpenApiResponse(OpenApiTypes.STR, "`;`, CRLF, UTF-8 with BOM; the first row names the fields."),
    (200, files.XLSX): OpenApiResponse(OpenApiTypes.BINARY, "Rows and total, and what they mean."),
}


class ParticipationView(ApiView):
    filter_backends = []
    pagination_class = None

    @extend_schema(
        responses={(200, "application/json"): ReportSerializer, **SPREADSHEETS, **problems(403, *READS)},
        parameters=[RETRY_AFTER, *ASKED],
    )
    def retrieve(self, request: Request) -> Any:
        """Participations of a period. A funder reads the newest frozen report of exactly this query, masked."""
        self.require_scope("organise")
        roles = access.roles_of(self.person)
        if not (roles.organises_any or roles.pots):
            raise NotAllowed("report")
        question = self.question()
        found = self.live(question) if roles.organises_any else self.frozen(question)
        return self.answer(question, found)

    def question(self) -> Question:
        """Raises ValidationError at the parameter."""
        form = ReportForm(self.person, self.now, self.request.query_params)
        wrong = {
            name: [serializers.ErrorDetail(one.messages[0], one.code) for one in errors]
            for name, errors in form.errors.as_data().items()
        }
        if self.format_asked not in FORMATS:
            wrong["format"] = [serializers.ErrorDetail(_("This is json, csv or xlsx."), "invalid_choice")]
        if wrong:
            raise serializers.ValidationError(wrong)
        return form.question

    @property
    def format_asked(self) -> str:
        return self.request.query_params.get("format", "json")

    def live(self, question: Question) -> Report:
        return report(question, houses_of(self.person, question), self.now) | {"frozen": None}

    def frozen(self, question: Question) -> Report:
        return shown_to(self.person, frozen_for(self.person, question))

    def answer(self, question: Question, found: Report) -> Any:
        if self.format_asked == "json":
            return Response(found)
        if self.format_asked == "csv":
            file = grouped_files.grouped_csv(found)
        else:
            file = grouped_files.grouped_xlsx(found, explained(found))
        name = f"report-{question.first}-{question.last}.{self.format_asked}"
        return FileResponse(file, as_attachment=True, filename=name, content_type=files.TYPES[self.format_asked])
