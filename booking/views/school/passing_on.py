"""Asking a colleague to take a booking over. What the colleague sees is in taking_over.py."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from booking import rules
from booking.forms.school.hand_over import HandOverForm
from booking.models import HandOver
from booking.views.refusals import refusals_on
from booking.views.school.one_booking import Desk, back, must_be_allowed
from booking.views.typed import posted


def hand_over(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The address of the colleague; whom one has asked already stands above."""
    must_be_allowed(desk, "hand_over")
    look = desk.look
    if not look.may_hand_over:
        return back(request, desk, look.answers["hand_over"].why or _("This booking cannot be handed over any more."))
    form = HandOverForm(posted(request))
    if form.is_valid():
        with refusals_on(form):
            rules.hand_over(desk.booking, form.cleaned_data["email"], by=desk.by, now=desk.now)
            messages.success(request, _("Asked. We tell you by mail as soon as your colleague has taken over."))
            return redirect(desk.ways.page)
    asked = HandOver.objects.open_at(desk.now).filter(booking=desk.booking).first()
    return render(request, "booking/hand_over.html", desk.context(form=form, asked=asked))
