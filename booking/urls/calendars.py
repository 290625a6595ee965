"""Calendars to look at, and those that programs fetch."""

from django.urls import URLPattern, path

from booking.views import calendars, timetable

urlpatterns: list[URLPattern] = [
    path("calendar/", timetable.public, name="calendar"),
    path("calendar/<slug:kind>/", timetable.own, name="own_calendar"),
    path("calendar/<slug:kind>/<int:pk>/", timetable.own, name="own_calendar"),
    path("calendars/public.ics", calendars.public_feed, name="public_feed"),
    path("calendars/<slug:kind>/<slug:token>.ics", calendars.feed, name="feed"),
]
