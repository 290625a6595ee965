"""What a partner offers, and where."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
