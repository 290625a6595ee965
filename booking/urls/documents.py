"""Papers for visits, each as a page and as a PDF."""

from __future__ import annotations

from datetime import date

from django.urls import URLPattern, path, register_converter

from booking.views.school import linked, my_bookings
from booking.views.trainer import sheets


class Day:
    """A local day, as 2027-05-11; what is none is no address."""

    regex = r"2[01]\d\d-[01]\d-[0-3]\d"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        return str(value)


register_converter(Day, "day")

urlpatterns: list[URLPattern] = [
    path("trainer/slots/<int:pk>/sheet/", sheets.sheet, name="trainer_sheet"),
    path("trainer/slots/<int:pk>/sheet.pdf", sheets.sheet_pdf, name="trainer_sheet_pdf"),
    path("trainer/days/<day:day>/", sheets.day, name="trainer_day"),
    path("trainer/days/<day:day>.pdf", sheets.day_pdf, name="trainer_day_pdf"),
    path("organise/trainers/<int:pk>/days/<day:day>/", sheets.team_day, name="organise_day"),
    path("organise/trainers/<int:pk>/days/<day:day>.pdf", sheets.team_day_pdf, name="organise_day_pdf"),
    path("bookings/<str:reference>/certificate/", my_bookings.certificate, name="booking_certificate"),
    path("bookings/<str:reference>/certificate.pdf", my_bookings.certificate_pdf, name="booking_certificate_pdf"),
    path("bookings/<str:reference>/service/", my_bookings.service, name="booking_service"),
    path("bookings/<str:reference>/service.pdf", my_bookings.service_pdf, name="booking_service_pdf"),
    path("b/<str:signed>/certificate/", linked.certificate, name="linked_certificate"),
    path("b/<str:signed>/certificate.pdf", linked.certificate_pdf, name="linked_certificate_pdf"),
    path("b/<str:signed>/service/", linked.service, name="linked_service"),
    path("b/<str:signed>/service.pdf", linked.service_pdf, name="linked_service_pdf"),
]
