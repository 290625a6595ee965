"""Is it still on? Yes, with another number, or no; opened from the mail that asks."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from booking import rules
from booking.errors import NoRoom
from booking.forms.school.still_on import StillOnForm
from booking.models import Booking
from booking.views.refusals import refusals_on
from booking.views.school.one_booking import Desk, back, must_be_allowed, say_what_fits, warn_of_small_group
from booking.views.typed import posted


def reconfirm(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The question with its three answers; “no” leads to the page that says what follows."""
    must_be_allowed(desk, "reconfirm")
    look, answer = desk.look, request.POST.get("answer")
    if not look.may_reconfirm:
        return back(request, desk, why_not(desk.booking))
    if answer == "no":
        return redirect(desk.ways.cancel)
    form = StillOnForm(posted(request) if answer == "fewer" else None, booking=desk.booking, most=look.most_pupils)
    said = answer == "yes" or form.is_valid()
    if said and (booking := still_on(form, desk, other=answer == "fewer")):
        messages.success(request, _("Thank you. It is still on."))
        warn_of_small_group(request, booking)
        return redirect(desk.ways.page)
    return render(request, "booking/reconfirm.html", desk.context(form=form))


def still_on(form: StillOnForm, desk: Desk, *, other: bool) -> Booking | None:
    """The booking, with another number where `other`; None where the form says why not."""
    pupils = form.cleaned_data["pupils"] if other else None
    booking = None
    with refusals_on(form):
        try:
            booking = rules.reconfirm(desk.booking, by=desk.by, now=desk.now, pupils=pupils)
        except NoRoom as refusal:
            say_what_fits(form, desk.booking, refusal)
    return booking


def why_not(booking: Booking) -> str:
    if booking.reconfirm_step == Booking.Reconfirm.DONE:
        return _("This has been answered already: it is still on.")
    return _("There is nothing to answer at the moment.")
