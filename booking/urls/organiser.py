from django.urls import URLPattern, path

from booking.views import dashboard, requests, slots

urlpatterns: list[URLPattern] = [
    path("organise/", dashboard.overview, name="organise"),
    path("organise/attendance/", dashboard.attendance, name="organise_attendance"),
    path("organise/messages/", dashboard.failed, name="organise_messages"),
    path("organise/requests/", requests.requests, name="organise_requests"),
    path("organise/requests/<slug:reference>/confirm/", requests.confirm, name="organise_confirm"),
    path("organise/requests/<slug:reference>/decline/", requests.decline, name="organise_decline"),
    path("organise/slots/", slots.slots, name="organise_slots"),
    path("organise/slots/new/", slots.open_slot, name="organise_open"),
    path("organise/slots/<int:pk>/", slots.slot, name="organise_slot"),
    path("organise/slots/<int:pk>/assign/", slots.assign, name="organise_assign"),
    path("organise/slots/<int:pk>/cancel/", slots.cancel, name="organise_cancel"),
]
