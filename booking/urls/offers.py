"""What a partner offers, and where."""

from django.urls import URLPattern, path

from booking.views.organise import helping, offers, venues

urlpatterns: list[URLPattern] = [
    path("organise/workshops/", offers.workshops, name="organise_workshops"),
    path("organise/workshops/new/", offers.new_workshop, name="organise_new_workshop"),
    path("organise/workshops/<slug:slug>/", offers.workshop, name="organise_workshop"),
    path("organise/workshops/<slug:slug>/preview/", offers.preview, name="organise_preview"),
    path("organise/workshops/<slug:slug>/publish/", offers.publish, name="organise_publish"),
    path("organise/workshops/<slug:slug>/withdraw/", offers.withdraw, name="organise_withdraw"),
    path("organise/workshops/<slug:slug>/archive/", offers.archive, name="organise_archive"),
    path("organise/workshops/<slug:slug>/copy/", offers.copy, name="organise_copy"),
    path("organise/helping/", helping.helping, name="organise_helping"),
    path("organise/venues/", venues.venues, name="organise_venues"),
    path("organise/venues/new/", venues.new_venue, name="organise_new_venue"),
    path("organise/venues/<int:pk>/", venues.venue, name="organise_venue"),
    path("organise/venues/<int:pk>/use/", venues.use, name="organise_use_venue"),
]
