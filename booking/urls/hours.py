from django.urls import URLPattern, path

from booking.views import hours

urlpatterns: list[URLPattern] = [
    path("organise/reports/hours/", hours.of_house, name="organise_hours"),
    path("organise/reports/hours.csv", hours.house_file, {"kind": "csv"}, name="organise_hours_csv"),
    path("organise/reports/hours.xlsx", hours.house_file, {"kind": "xlsx"}, name="organise_hours_xlsx"),
    path("trainer/hours/", hours.of_trainer, name="trainer_hours"),
    path("trainer/hours.csv", hours.trainer_file, {"kind": "csv"}, name="trainer_hours_csv"),
    path("trainer/hours.xlsx", hours.trainer_file, {"kind": "xlsx"}, name="trainer_hours_xlsx"),
]
