from django.urls import URLPattern, path

from workshops import houses, views
from workshops.media import media

urlpatterns: list[URLPattern] = [
    path("", views.catalogue, name="catalogue"),
    path("workshops/<slug:slug>/", views.workshop, name="workshop"),
    path("slots/<int:pk>/", views.slot, name="slot"),
    path("partners/", houses.houses, name="houses"),
    path("partners/<slug:slug>/", houses.house, name="house"),
    path("partners/<slug:slug>/colour.css", houses.colour, name="house_colour"),
    path("media/<path:name>", media, name="media"),
]
