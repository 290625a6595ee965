"""An organiser's work on single bookings: search, notes, on behalf, letters to groups."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
