"""Who works for a partner, what the partner says of itself, and the network."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
