from django.urls import URLPattern, path

from booking.views import trainer

urlpatterns: list[URLPattern] = [path("organise/slots/<int:pk>/", trainer.attendance, name="organise_slot")]
