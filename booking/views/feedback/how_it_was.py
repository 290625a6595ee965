"""How it was, in the words of the teacher: from the mail of thanks, or from the page of the booking."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from booking.feedback import codes, giving
from booking.forms.school.feedback import FeedbackForm
from booking.models import Feedback
from booking.policy import link_ends_at
from booking.views.refusals import refusals_on
from booking.views.school.one_booking import Desk, back, must_be_allowed
from booking.views.typed import posted


def feedback(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Five questions; what was said before stands there and may be corrected until the link ends."""
    must_be_allowed(desk, "feedback")
    if not codes.takes_teacher(desk.booking, desk.now):
        return back(request, desk, why_not(desk))
    former = giving.teachers_answer(desk.booking)
    form = FeedbackForm(Feedback.Side.TEACHER, posted(request), former=former)
    if form.is_valid():
        with refusals_on(form):
            giving.answer(desk.booking, form.said, by=desk.by, now=desk.now)
            messages.success(request, _("Thank you. The team reads what you wrote; here you can still correct it."))
            return redirect(desk.ways.page)
    context = desk.context(form=form, former=former, until=link_ends_at(desk.booking.slot))
    return render(request, "booking/feedback/teacher.html", context)


def why_not(desk: Desk) -> str:
    if desk.now < desk.booking.slot.starts_at:
        return _("You can tell us how it was as soon as the visit has begun.")
    return _("The time for telling us how it was is over.")
