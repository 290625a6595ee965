from django.urls import URLPattern, path

from workshops import views

urlpatterns: list[URLPattern] = [
    path("", views.catalogue, name="catalogue"),
    path("workshops/<slug:slug>/", views.workshop, name="workshop"),
    path("slots/<int:pk>/", views.slot, name="slot"),
]
