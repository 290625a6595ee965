from django.urls import URLPattern, path

from workshops import views
from workshops.media import media

urlpatterns: list[URLPattern] = [
    path("", views.catalogue, name="catalogue"),
    path("workshops/<slug:slug>/", views.workshop, name="workshop"),
    path("slots/<int:pk>/", views.slot, name="slot"),
    path("media/<path:name>", media, name="media"),
]
