from django.urls import URLPattern, path

from booking.views import frozen_reports, reports

urlpatterns: list[URLPattern] = [
    path("organise/reports/", reports.participation, name="organise_reports"),
    path("organise/reports/definitions/", frozen_reports.definitions, name="organise_definitions"),
    path("organise/reports/freeze/", frozen_reports.freeze, name="organise_freeze"),
    path("organise/reports/frozen/", frozen_reports.frozen_reports, name="frozen_reports"),
    path("organise/reports/frozen/<int:pk>/", frozen_reports.frozen_report, name="frozen_report"),
    path("organise/reports/frozen/<int:pk>/content.txt", frozen_reports.content, name="frozen_content"),
    *(
        path(
            f"organise/reports/frozen/<int:pk>/report.{kind}",
            frozen_reports.file,
            {"kind": kind},
            name=f"frozen_{kind}",
        )
        for kind in ("csv", "xlsx", "pdf")
    ),
    *(
        path(
            f"organise/reports/participation.{kind}",
            reports.grouped_file,
            {"kind": kind},
            name=f"organise_report_{kind}",
        )
        for kind in ("csv", "xlsx", "pdf")
    ),
    *(
        path(f"organise/reports/visits.{kind}", reports.visits_file, {"kind": kind}, name=f"organise_visits_{kind}")
        for kind in ("csv", "xlsx")
    ),
]
