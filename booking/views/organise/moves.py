"""What an organiser does for a school: move a visit to another date, say that it is still on."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking import other_dates, rules, states
from booking.access import for_organisers
from booking.errors import BookingError
from booking.forms.school.move import OrganiserMoveForm
from booking.models import Booking
from booking.views.organise.bookings import back, own
from booking.views.refusals import refusals_on
from booking.views.signed_in import SignedInRequest
from booking.views.typed import posted


@for_organisers
def move(request: SignedInRequest, reference: str) -> HttpResponse:
    """Choose another date for a class; what stands against it is set aside with a reason."""
    booking, now = own(request, reference), timezone.now()
    if refused := states.refusal("move", booking, "organiser", now):
        return back(request, booking, str(refused))
    page = other_dates.a_page(other_dates.coming_dates(booking, now), request.GET.get("page"))
    choices = [other_dates.choice_of_house(slot, booking, now) for slot in page]
    form = OrganiserMoveForm(posted(request), choices=choices)
    if form.is_valid():
        with refusals_on(form):
            reason = form.cleaned_data["override_reason"]
            rules.move(booking, form.cleaned_data["slot"], by=request.actor, now=now, override_reason=reason)
            messages.success(request, _("Moved. The school gets a mail with the new date."))
            return done(booking)
    nav = "requests" if booking.state == Booking.State.REQUESTED else "slots"
    context = {"nav": nav, "booking": booking, "slot": booking.slot, "form": form, "page": page, "choices": choices}
    return render(request, "booking/organise/move.html", context)


def done(booking: Booking) -> HttpResponse:
    """A request waits for its answer on the new date, too: back to the inbox, where it is given."""
    if booking.state == Booking.State.REQUESTED:
        return redirect(f"{reverse('organise_requests')}#request-{booking.reference}")
    return redirect("organise_booking", booking.reference)


@for_organisers
@require_POST
def still_on(request: SignedInRequest, reference: str) -> HttpResponse:
    """The school has said on the telephone that it comes."""
    booking = own(request, reference)
    try:
        rules.reconfirm(booking, by=request.actor, now=timezone.now())
    except BookingError as refusal:
        return back(request, booking, str(refusal))
    messages.success(request, _("Noted: it is still on."))
    return redirect("organise_booking", booking.reference)
