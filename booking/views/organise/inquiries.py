"""Organisers answer wishes without a date, in the same inbox as requests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.access import for_organisers
from booking.errors import BookingError
from booking.forms.organise.inquiry_answer import AnswerForm, offered_for
from booking.models import Inquiry
from booking.views.refusals import refusals_on
from booking.views.signed_in import SignedInRequest
from booking.views.typed import posted
from booking.wishes import inquiring
from schools.schooldays import local_day


@for_organisers
def answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write an answer. A page of its own, which the inbox unfolds in place."""
    inquiry, now = own(request, pk), timezone.now()
    if not inquiry.is_open:
        return answered(request, inquiry, fresh=False)
    offered = offered_for([inquiry], now)[inquiry.workshop_id]
    form = AnswerForm(inquiry, offered, posted(request))
    if form.is_valid():
        with refusals_on(form):
            values = form.cleaned_data
            inquiry = inquiring.answer(inquiry, values["text"], values["dates"], by=request.actor, now=now)
            return answered(request, inquiry, fresh=True)
    inquiry = own(request, pk)
    if not inquiry.is_open:
        return answered(request, inquiry, fresh=False)
    context = {"nav": "requests", "card": card(inquiry, form, now)}
    if request.htmx:
        return render(request, "booking/organise/inquiry.html", context, status=422)
    return render(request, "booking/organise/one_inquiry.html", context)


@for_organisers
@require_POST
def close(request: SignedInRequest, pk: int) -> HttpResponse:
    """End it without a mail."""
    inquiry, fresh = own(request, pk), False
    try:
        inquiry, fresh = inquiring.close(inquiry, by=request.actor, now=timezone.now()), True
    except BookingError:
        inquiry = own(request, pk)
    return answered(request, inquiry, fresh=fresh)


def own(request: SignedInRequest, pk: int) -> Inquiry:
    """Raises Http404 for those of others."""
    return get_object_or_404(Inquiry.objects.organised_by(request.user).with_facts(), pk=pk)


def answered(request: SignedInRequest, inquiry: Inquiry, *, fresh: bool) -> HttpResponse:
    """How it stands now: in place for htmx, else the inbox with a line above; who comes second reads who was first."""
    words = outcome(request, inquiry, fresh=fresh)
    if request.htmx:
        return render(request, "booking/organise/inquiry_answered.html", {"inquiry": inquiry, "words": words})
    messages.add_message(request, messages.SUCCESS if fresh else messages.INFO, words)
    return redirect("organise_requests")


def outcome(request: SignedInRequest, inquiry: Inquiry, *, fresh: bool) -> str:
    names = {"name": inquiry.answered_by or _("The school"), "school": inquiry.school.name}
    if inquiry.state == Inquiry.State.CLOSED:
        return (_("Closed; nobody gets a mail.") if fresh else _("Closed already by %(name)s.")) % names
    if fresh:
        return _("%(school)s gets your answer by mail.") % names
    return _("%(name)s has answered already. You need not do anything.") % names


def cards(inquiries: Sequence[Inquiry], now: datetime) -> list[dict[str, Any]]:
    """What the articles of the inbox need; one query."""
    offered = offered_for(inquiries, now)
    return [card(one, AnswerForm(one, offered[one.workshop_id]), now) for one in inquiries]


def card(inquiry: Inquiry, form: AnswerForm, now: datetime) -> dict[str, Any]:
    """`form` unfolds where it has been sent."""
    days = (local_day(now) - local_day(inquiry.created_at)).days
    return {"inquiry": inquiry, "form": form, "days": days, "unfolded": form.is_bound}
