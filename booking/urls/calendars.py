from django.urls import URLPattern, path

from booking.views import calendars

urlpatterns: list[URLPattern] = [
    path("calendars/public.ics", calendars.public_feed, name="public_feed"),
    path("calendars/<slug:kind>/<slug:token>.ics", calendars.feed, name="feed"),
]
