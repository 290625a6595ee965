"""A class on another date: moved there, or booked once more."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from booking import other_dates, rules
from booking.errors import BookingError, FieldErrors
from booking.forms.school.move import MoveForm
from booking.models import Booking
from booking.views.school.one_booking import Desk, back, must_be_allowed
from booking.views.typed import posted


def move(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Choose another date; the old place is kept until the new one is sure."""
    must_be_allowed(desk, "move")
    look = desk.look
    if not look.may_move:
        return back(request, desk, look.answers["move"].why or _("This booking cannot be moved any more."))
    page = other_dates.a_page(
        other_dates.open_dates(desk.booking, desk.now, request.GET.get("key", "")), request.GET.get("page")
    )
    choices = [other_dates.choice(slot, desk.booking) for slot in page]
    form = MoveForm(posted(request), choices=choices)
    if form.is_valid() and (moved := moved_to(desk, form)):
        messages.success(request, words_for(moved))
        return redirect(desk.ways.page)
    return render(
        request,
        "booking/move.html",
        desk.context(form=form, page=page, choices=choices, any_fits=any(not one.obstacle for one in choices)),
    )


def moved_to(desk: Desk, form: MoveForm) -> Booking | None:
    """The booking on its new date; None where the form says why not."""
    try:
        return rules.move(desk.booking, form.cleaned_data["slot"], by=desk.by, now=desk.now)
    except BookingError as refusal:
        form.add_error("slot", str(refusal))
    except FieldErrors as refusal:
        for text in refusal.texts:
            form.add_error("slot", text)
    return None


def words_for(booking: Booking) -> str:
    if booking.state == Booking.State.CONFIRMED:
        return _("Moved. The new date is yours; a mail with it is on its way.")
    if booking.state == Booking.State.REQUESTED:
        return _("Moved. Your request now holds for the new date.")
    return _("Moved. You are now on the waiting list of the new date.")


def again(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Choose a date to book once more; the form is then filled in as it was."""
    must_be_allowed(desk, "see")
    page = other_dates.a_page(other_dates.open_dates(desk.booking, desk.now), request.GET.get("page"))
    return render(request, "booking/again.html", desk.context(page=page))
