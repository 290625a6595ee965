"""A trainer's day, and the answer to whether one comes."""

from django.urls import URLPattern, path

from booking.views import answering, trainer

urlpatterns: list[URLPattern] = [
    path("trainer/", trainer.today, name="trainer"),
    path("trainer/slots/<int:pk>/", trainer.attendance, name="trainer_slot"),
    path("trainer/slots/<int:pk>/answer/", answering.own, name="trainer_answer"),
    path("t/<str:signed>/", answering.linked, name="linked_assignment"),
]
