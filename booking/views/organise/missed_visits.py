"""Nobody came: the school says why, opened from the mail that asks; the house answers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from booking import rules
from booking.access import for_organisers
from booking.errors import BookingError, FieldErrors
from booking.forms.school.missed import AnswerMissedForm, ExplainForm
from booking.models import Attendance, Booking, Explanation
from booking.views.organise.bookings import back as back_to_desk
from booking.views.organise.bookings import own
from booking.views.school.one_booking import Desk, back, must_be_allowed
from booking.views.signed_in import SignedInRequest
from booking.views.typed import posted


def explain(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A few words on why nobody came; until they are answered they can be said anew."""
    must_be_allowed(desk, "explain_missed")
    look = desk.look
    if not look.may_explain:
        return back(request, desk, _("There is nothing to explain at the moment."))
    told = look.explanation
    form = ExplainForm(posted(request), initial={"text": told.text if told else ""})
    if form.is_valid():
        try:
            rules.explain_missed(desk.booking, form.cleaned_data["text"], by=desk.by, now=desk.now)
        except BookingError as refusal:
            return back(request, desk, str(refusal))
        messages.success(request, _("Thank you. The house reads it and answers by mail."))
        return redirect(desk.ways.page)
    return render(request, "booking/missed.html", desk.context(form=form, told=told))


@for_organisers
def answer(request: SignedInRequest, reference: str) -> HttpResponse:
    """What the school says, and whether the visit stays a mark on it."""
    booking = own(request, reference)
    if booking.state != Booking.State.NO_SHOW:
        return back_to_desk(request, booking, _("This visit no longer counts as missed."))
    form = AnswerMissedForm(posted(request))
    if form.is_valid():
        try:
            rules.answer_missed(booking, **form.words, by=request.actor, now=timezone.now())
        except BookingError as refusal:
            return back_to_desk(request, booking, str(refusal))
        except FieldErrors as refusal:
            form.add_error("excused", " ".join(refusal.texts))
        else:
            excused = form.cleaned_data["excused"]
            messages.success(request, _("Excused: it is no mark any more.") if excused else _("Noted: the mark stays."))
            return redirect("organise_booking", booking.reference)
    told, record = Explanation.objects.filter(booking=booking).first(), Attendance.objects.get(booking=booking)
    context = {"nav": "slots", "booking": booking, "slot": booking.slot, "form": form, "told": told, "record": record}
    context["seen"] = rules.standing_of(record, told)
    return render(request, "booking/organise/missed.html", context)
