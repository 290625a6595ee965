"""Reports, live and frozen, and what lies behind the numbers: hours, visits one by one, schools that nobody reached."""

from django.urls import URLPattern, path

from booking.views.organise import frozen_reports, hours, reports, visits, white_spots

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
    path("organise/reports/hours/", hours.of_house, name="organise_hours"),
    path("organise/reports/hours.csv", hours.house_file, {"kind": "csv"}, name="organise_hours_csv"),
    path("organise/reports/hours.xlsx", hours.house_file, {"kind": "xlsx"}, name="organise_hours_xlsx"),
    path("organise/reports/visits/", visits.visits, name="organise_visits"),
    path("organise/reports/white-spots/", white_spots.white_spots, name="organise_white_spots"),
    path("organise/reports/white-spots.csv", white_spots.as_csv, name="organise_white_spots_csv"),
    path("organise/reports/white-spots/<int:pk>/", white_spots.invite, name="organise_invite_school"),
    path("trainer/hours/", hours.of_trainer, name="trainer_hours"),
    path("trainer/hours.csv", hours.trainer_file, {"kind": "csv"}, name="trainer_hours_csv"),
    path("trainer/hours.xlsx", hours.trainer_file, {"kind": "xlsx"}, name="trainer_hours_xlsx"),
]
