"""The pages of booking, by who uses them."""

from booking.urls import (
    bookings,
    calendars,
    documents,
    feedback,
    offers,
    organiser,
    people,
    reports,
    schools,
    teacher,
    trainer,
    wishes,
)

urlpatterns = [
    *teacher.urlpatterns,
    *trainer.urlpatterns,
    *organiser.urlpatterns,
    *offers.urlpatterns,
    *people.urlpatterns,
    *schools.urlpatterns,
    *reports.urlpatterns,
    *bookings.urlpatterns,
    *calendars.urlpatterns,
    *documents.urlpatterns,
    *feedback.urlpatterns,
    *wishes.urlpatterns,
]
