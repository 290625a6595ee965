"""A class is booked, and the booking looked after: signed in under bookings/, by the link from a mail under b/."""

from django.urls import URLPattern, path

from booking.views import my_calendars, start
from booking.views.school import booking_flow, linked, my_bookings, taking_over

urlpatterns: list[URLPattern] = [
    path("slots/<int:pk>/book/", booking_flow.book, name="book"),
    path("slots/<int:pk>/book/code/", booking_flow.book_code, name="book_code"),
    path("schools/find/", booking_flow.find_school, name="find_school"),
    path("bookings/", my_bookings.bookings, name="bookings"),
    path("bookings/<str:reference>/", my_bookings.booking, name="booking"),
    path("bookings/<str:reference>/sheet/", my_bookings.sheet, name="booking_sheet"),
    path("bookings/<str:reference>/calendar.ics", my_bookings.calendar, name="booking_calendar"),
    path("bookings/<str:reference>/change/", my_bookings.change, name="booking_change"),
    path("bookings/<str:reference>/move/", my_bookings.move, name="booking_move"),
    path("bookings/<str:reference>/hand-over/", my_bookings.hand_over, name="booking_hand_over"),
    path("bookings/<str:reference>/reconfirm/", my_bookings.reconfirm, name="booking_reconfirm"),
    path("bookings/<str:reference>/missed/", my_bookings.missed, name="booking_missed"),
    path("bookings/<str:reference>/again/", my_bookings.again, name="booking_again"),
    path("bookings/<str:reference>/cancel/", my_bookings.cancel, name="booking_cancel"),
    path("bookings/<str:reference>/answer/", my_bookings.answer, name="booking_answer"),
    path("bookings/<str:reference>/feedback/", my_bookings.feedback, name="booking_feedback"),
    path("bookings/<str:reference>/undo/", my_bookings.undo, name="booking_undo"),
    path("start/", start.start, name="start"),
    path("profile/calendars/", my_calendars.calendar_addresses, name="calendar_addresses"),
    path("h/<slug:token>/", taking_over.take_over, name="take_over"),
    path("b/<str:signed>/", linked.booking, name="linked_booking"),
    path("b/<str:signed>/sheet/", linked.sheet, name="linked_sheet"),
    path("b/<str:signed>/calendar.ics", linked.calendar, name="linked_calendar"),
    path("b/<str:signed>/change/", linked.change, name="linked_change"),
    path("b/<str:signed>/move/", linked.move, name="linked_move"),
    path("b/<str:signed>/hand-over/", linked.hand_over, name="linked_hand_over"),
    path("b/<str:signed>/reconfirm/", linked.reconfirm, name="linked_reconfirm"),
    path("b/<str:signed>/missed/", linked.missed, name="linked_missed"),
    path("b/<str:signed>/again/", linked.again, name="linked_again"),
    path("b/<str:signed>/cancel/", linked.cancel, name="linked_cancel"),
    path("b/<str:signed>/answer/", linked.answer, name="linked_answer"),
    path("b/<str:signed>/feedback/", linked.feedback, name="linked_feedback"),
    path("b/<str:signed>/undo/", linked.undo, name="linked_undo"),
]
