"""Wishes without a date, and who waits for one."""

from django.urls import URLPattern, path

from booking.views.school import wishes

urlpatterns: list[URLPattern] = [
    path("wish/", wishes.wish, name="wish"),
    path("workshops/<slug:slug>/ask/", wishes.ask, name="ask"),
    path("workshops/<slug:slug>/ask/code/", wishes.ask_code, name="ask_code"),
    path("workshops/<slug:slug>/watch/", wishes.watch, name="watch"),
    path("workshops/<slug:slug>/watch/code/", wishes.watch_code, name="watch_code"),
    path("wishes/", wishes.mine, name="wishes"),
    path("wishes/<int:pk>/end/", wishes.withdraw, name="withdraw_wish"),
    path("watches/<int:pk>/end/", wishes.stop, name="stop_watch"),
    path("w/<str:signed>/", wishes.end_watch, name="end_watch"),
]
