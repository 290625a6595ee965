"""The pages of booking, by who uses them."""

from booking.urls import calendars, organiser, teacher, trainer

urlpatterns = [
    *teacher.urlpatterns,
    *trainer.urlpatterns,
    *organiser.urlpatterns,
    *calendars.urlpatterns,
]
