"""A trainer's day, and the answer to whether one comes."""

from django.urls import URLPattern, path

from booking.views.trainer import answering, day

urlpatterns: list[URLPattern] = [
    path("trainer/", day.today, name="trainer"),
    path("trainer/slots/<int:pk>/", day.attendance, name="trainer_slot"),
    path("trainer/slots/<int:pk>/answer/", answering.own, name="trainer_answer"),
    path("t/<str:signed>/", answering.linked, name="linked_assignment"),
]
