"""A colleague is asked by mail to take a booking over: the page says what it is about, a button says yes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from booking import rules
from booking.access import for_link_holders
from booking.forms.school.hand_over import TakeOverForm
from booking.messages.links import link_to
from booking.models import Booking
from booking.views.headers import FORMS_MAY_SAY_WHERE, with_headers
from booking.views.refusals import refusals_on
from booking.views.typed import posted


@for_link_holders
@require_http_methods(["GET", "HEAD", "POST"])
def take_over(request: HttpRequest, token: str) -> HttpResponse:
    """The question, with name and telephone of whoever takes over; looking changes nothing."""
    now = timezone.now()
    asked = rules.asked_by_mail(token, now)
    if asked is None:
        response = render(request, "booking/hand_over_ended.html", status=404)
    else:
        known = User.objects.filter(email__iexact=asked.email, is_active=True).first()
        form = TakeOverForm(posted(request), known=known)
        booking = taken_over(request, form, token) if form.is_valid() else None
        context = {"asked": asked, "booking": asked.booking, "slot": asked.booking.slot, "form": form}
        page = "booking/take_over.html"
        response = redirect(link_to(booking)) if booking else render(request, page, context)
    return with_headers(response, FORMS_MAY_SAY_WHERE)


def taken_over(request: HttpRequest, form: TakeOverForm, token: str) -> Booking | None:
    """The booking, now the colleague's; None where the form says why not."""
    booking = None
    with refusals_on(form):
        language = get_language() or "de"
        booking = rules.take_over(token, now=timezone.now(), language=language, **form.cleaned_data)
        messages.success(request, _("Thank you. The visit is in your hands; a mail with everything is on its way."))
    return booking
