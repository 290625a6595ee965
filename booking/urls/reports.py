from django.urls import URLPattern, path

from booking.views import reports

urlpatterns: list[URLPattern] = [
    path("organise/reports/", reports.participation, name="organise_reports"),
    path("organise/reports/definitions/", reports.definitions, name="organise_definitions"),
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
