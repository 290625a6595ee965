from __future__ import annotations

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from booking.api.views.bookings import BookingView
from booking.api.views.offers import SchoolView, WorkshopView
from booking.api.views.people import MeView
from booking.api.views.reports import ParticipationView
from booking.api.views.slots import SlotView, TrainerView

router = SimpleRouter()
router.register("workshops", WorkshopView, basename="api_workshops")
router.register("slots", SlotView, basename="api_slots")
router.register("schools", SchoolView, basename="api_schools")
router.register("trainers", TrainerView, basename="api_trainers")
router.register("bookings", BookingView, basename="api_bookings")

urlpatterns = [
    path("", include(router.urls)),
    path("me/", MeView.as_view({"get": "retrieve"}), name="api_me"),
    path("me/calendar/", MeView.as_view({"get": "calendar"}), name="api_calendar"),
    path("reports/participation/", ParticipationView.as_view({"get": "retrieve"}), name="api_participation"),
    path("me/calendar/reset/", MeView.as_view({"post": "reset"}), name="api_calendar_reset"),
]
