"""An organiser's day: what is open, requests and wishes, the board, dates."""

from django.urls import URLPattern, path

from booking.views.organise import board, dashboard, inquiries, requests, slots, slots_edit, slots_open, slots_week

urlpatterns: list[URLPattern] = [
    path("organise/", dashboard.overview, name="organise"),
    path("organise/attendance/", dashboard.attendance, name="organise_attendance"),
    path("organise/requests/", requests.requests, name="organise_requests"),
    path("organise/requests/<slug:reference>/confirm/", requests.confirm, name="organise_confirm"),
    path("organise/requests/<slug:reference>/wait/", requests.wait, name="organise_wait"),
    path("organise/requests/<slug:reference>/decline/", requests.decline, name="organise_decline"),
    path("organise/wishes/<int:pk>/answer/", inquiries.answer, name="organise_answer"),
    path("organise/wishes/<int:pk>/close/", inquiries.close, name="organise_close_wish"),
    path("organise/board/", board.show, name="organise_board"),
    path("organise/slots/", slots.slots, name="organise_slots"),
    path("organise/slots/new/", slots_open.open_slot, name="organise_open"),
    path("organise/slots/many/", slots_open.many, name="organise_open_many"),
    path("organise/slots/week/", slots_week.week, name="organise_week"),
    path("organise/slots/week.csv", slots_week.week_csv, name="organise_week_csv"),
    path("organise/slots/<int:pk>/", slots.slot, name="organise_slot"),
    path("organise/slots/<int:pk>/assign/", slots.assign, name="organise_assign"),
    path("organise/slots/<int:pk>/ask/", slots.ask, name="organise_ask"),
    path("organise/slots/<int:pk>/edit/", slots_edit.edit, name="organise_edit"),
    path("organise/slots/<int:pk>/duplicate/", slots_open.duplicate, name="organise_duplicate"),
    path("organise/slots/<int:pk>/close/", slots_edit.close, name="organise_close"),
    path("organise/slots/<int:pk>/reopen/", slots_edit.reopen, name="organise_reopen"),
    path("organise/slots/<int:pk>/cancel/", slots.cancel, name="organise_cancel"),
]
