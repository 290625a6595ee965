"""Who belongs to which school."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
