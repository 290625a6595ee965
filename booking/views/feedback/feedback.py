"""What a class and its teacher said of one visit, and the code to show at its end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.access import for_organisers, for_those_who_record, roles_of
from booking.feedback import charts, codes, giving, results
from booking.feedback.results import FEWEST, Result
from booking.models import Booking, Feedback, FeedbackCode
from booking.qr import code_of as qr_of
from booking.views.signed_in import SignedInRequest
from workshops.models import Slot

MOST_TEXTS = 200  # more than a visit may have answers, but for the largest groups
Side = Feedback.Side


def visit_of(request: SignedInRequest, reference: str) -> Booking:
    """A group of an own date, or of a date of an own partner. Raises Http404."""
    slots = Slot.objects.recorded_by(request.user)
    mine = Booking.objects.visiting().filter(slot__in=slots.values("pk")).with_facts()
    return get_object_or_404(mine, reference=reference.upper())


@for_those_who_record
@require_safe
def visit(request: SignedInRequest, reference: str) -> HttpResponse:
    """What was said of one visit."""
    booking, now = visit_of(request, reference), timezone.now()
    only = Booking.objects.filter(pk=booking.pk)
    pupils = results.summary(only, Side.PUPIL, now)
    may_hide = roles_of(request.user).organises(booking.slot.workshop.partner_id)
    written = results.texts(only, Side.PUPIL, now) if pupils.answers else Feedback.objects.none()
    code = FeedbackCode.objects.filter(booking=booking).first()
    context = facts_of(booking) | {
        "pupils": [(spread, charts.parts(spread)) for spread in pupils.spreads] if pupils.answers else [],
        "answers": pupils.answers,
        "fewest": FEWEST,
        "is_open": takes_more(code, booking, now),
        "closes_at": codes.closing_of(code, booking.slot) if code else booking.slot.ends_at + codes.OPEN_FOR,
        "texts": readable_texts(written, may_hide),
        "teacher": teachers_words(booking, may_hide),
        "may_hide": may_hide,
        "leads": Slot.objects.led_by(request.user).filter(pk=booking.slot_id).exists(),
    }
    return render(request, "booking/feedback/visit.html", context)


def facts_of(booking: Booking) -> dict[str, Any]:
    return {"nav": "trainer", "booking": booking, "slot": booking.slot, "workshop": booking.slot.workshop}


def takes_more(code: FeedbackCode | None, booking: Booking, now: datetime) -> bool:
    return codes.takes_answers(code or FeedbackCode(booking=booking), booking, now)


def readable_texts(written: Any, may_hide: bool) -> Sequence[Feedback]:
    return list((written if may_hide else written.filter(is_hidden=False))[:MOST_TEXTS])


def teachers_words(booking: Booking, may_hide: bool) -> dict[str, Any] | None:
    """What the teacher said, each answer as its face."""
    said = giving.teachers_answer(booking)
    if said is None:
        return None
    result = Result(Side.TEACHER, answers=1, visits=1)
    for number, level in enumerate(said.answers):
        result.said[number, level] += 1
    rows = [(spread.question, next(face for face, count in spread.named if count)) for spread in result.spreads]
    return {"said": said, "rows": rows, "text": said if said.text and (may_hide or not said.is_hidden) else None}


@for_those_who_record
@require_safe
def wall(request: SignedInRequest, reference: str) -> HttpResponse:
    """The code of a visit, large, for a screen or to print. From the start of the visit on; makes the code."""
    booking, now = visit_of(request, reference), timezone.now()
    if not codes.has_visited(booking, now):
        messages.warning(request, _("The code can be shown from the start of the visit on, unless nobody came."))
        return redirect("trainer_slot", booking.slot_id)
    code = codes.code_of(booking)
    address = codes.address_of(code)
    context = facts_of(booking) | {
        "code": code,
        "address": address,
        "start": codes.start_of(),
        "qr": qr_of(address),
        "is_open": takes_more(code, booking, now),
        "closes_at": codes.closing_of(code, booking.slot),
    }
    return render(request, "booking/feedback/wall.html", context)


@for_organisers
@require_POST
def hide(request: SignedInRequest, pk: str) -> HttpResponse:
    """Keep a text from everybody but organisers, or show it again."""
    mine = Feedback.objects.organised_by(request.user).select_related("booking__slot__workshop")
    found = get_object_or_404(mine, pk=pk)
    hidden = request.POST.get("hidden") != "no"
    giving.hide(found, hidden=hidden, by=request.actor, now=timezone.now())
    messages.success(request, _("The text is hidden.") if hidden else _("The text is shown again."))
    return redirect(reverse("feedback_visit", args=[found.booking.reference]) + "#texts")
