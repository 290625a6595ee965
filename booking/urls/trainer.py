from django.urls import URLPattern, path

from booking.views import trainer

urlpatterns: list[URLPattern] = [
    path("trainer/", trainer.today, name="trainer"),
    path("trainer/slots/<int:pk>/", trainer.attendance, name="trainer_slot"),
]
