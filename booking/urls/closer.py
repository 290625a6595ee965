"""Behind the numbers: hours, visits one by one, schools that nobody reached."""

from django.urls import URLPattern, path

from booking.views import hours, visits, white_spots

urlpatterns: list[URLPattern] = [
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
