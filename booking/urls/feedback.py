"""Feedback: what pupils and teachers say of a visit, and who reads it."""

from django.urls import URLPattern, path

from booking.views.feedback import feedback, feedback_lists, pupils

urlpatterns: list[URLPattern] = [
    path("f/", pupils.enter, name="feedback_enter"),
    path("f/<str:code>/", pupils.give, name="feedback"),
    path("f/<str:code>/thanks/", pupils.thanks, name="feedback_thanks"),
    path("feedback/<slug:reference>/", feedback.visit, name="feedback_visit"),
    path("feedback/<slug:reference>/wall/", feedback.wall, name="feedback_wall"),
    path("trainer/feedback/", feedback_lists.own_workshops, name="trainer_feedback"),
    path("trainer/feedback/<slug:slug>/", feedback_lists.own_workshop, name="trainer_feedback_workshop"),
    path("organise/feedback/", feedback_lists.house_workshops, name="organise_feedback"),
    path("organise/feedback/<slug:slug>/", feedback_lists.house_workshop, name="organise_feedback_workshop"),
    path("organise/feedback/texts/<uuid:pk>/", feedback.hide, name="organise_feedback_text"),
]
