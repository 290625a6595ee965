"""An organiser's work on single bookings: search, notes, on behalf, letters to groups."""

from django.urls import URLPattern, path

from booking.views.organise import bookings, letters, mail_log, missed_visits, moves, notes, on_behalf, search

urlpatterns: list[URLPattern] = [
    path("organise/search/", search.find, name="organise_search"),
    path("organise/bookings/<slug:reference>/", bookings.booking, name="organise_booking"),
    path("organise/bookings/<slug:reference>/change/", bookings.change, name="organise_booking_change"),
    path("organise/bookings/<slug:reference>/move/", moves.move, name="organise_booking_move"),
    path("organise/bookings/<slug:reference>/still-on/", moves.still_on, name="organise_still_on"),
    path("organise/bookings/<slug:reference>/missed/", missed_visits.answer, name="organise_missed"),
    path("organise/bookings/<slug:reference>/cancel/", bookings.cancel, name="organise_booking_cancel"),
    path("organise/bookings/<slug:reference>/undo/", bookings.undo, name="organise_booking_undo"),
    path("organise/bookings/<slug:reference>/notes/", notes.booking_note, name="organise_booking_note"),
    path("organise/slots/<int:pk>/add/", on_behalf.add, name="organise_add"),
    path("organise/schools/<int:pk>/notes/", notes.school_note, name="organise_school_note"),
    path("organise/notes/<int:pk>/delete/", notes.delete_note, name="organise_note_delete"),
    path("organise/write/", letters.write, name="organise_write"),
    path("organise/messages/", letters.log, name="organise_messages"),
    path("organise/messages/written/<int:pk>/", letters.broadcast, name="organise_broadcast"),
    path("organise/messages/<int:pk>/", mail_log.one, name="organise_message"),
    path("organise/messages/<int:pk>/html/", mail_log.as_designed, name="organise_message_html"),
    path("organise/messages/<int:pk>/resend/", mail_log.resend, name="organise_message_resend"),
]
