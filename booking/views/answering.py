"""A trainer answers whether they lead a date: by the link in the mail, without sign-in, or on a page of their own."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.actor import Actor
from booking import planning
from booking.access import for_link_holders, for_trainers
from booking.errors import BookingError
from booking.links import open_assignment, sign_assignment
from booking.models import Booking
from booking.views.linked import FORMS_MAY_SAY_WHERE
from booking.views.signed_in import SignedInRequest
from workshops.models import Assignment, Slot

ANSWERS = {"yes": True, "no": False}
MOST_GROUPS = 6


@for_link_holders
@require_http_methods(["GET", "HEAD", "POST"])
def linked(request: HttpRequest, signed: str) -> HttpResponse:
    """The question as it stood in the mail; once something has changed, the link opens nothing any more."""
    found = open_assignment(signed, timezone.now())
    if found is None:
        response = render(request, "booking/trainer/question_ended.html", status=404)
    else:
        by = Actor("link", role="trainer", link_to=found.pk)
        response = answer(request, found, by) or show(request, found)
    for name, value in FORMS_MAY_SAY_WHERE.items():
        response.headers[name] = value
    return response


@for_trainers
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: SignedInRequest, pk: int) -> HttpResponse:
    """The same for who signed in; 404 for a date that the trainer has nothing to do with, or no more."""
    mine = Assignment.objects.with_facts().filter(trainer__user=request.user)
    mine = mine.exclude(~Q(slot__state=Slot.State.CANCELLED), state=Assignment.State.WITHDRAWN)
    found = get_object_or_404(mine, slot=pk)
    return answer(request, found, request.actor) or show(request, found)


def answer(request: HttpRequest, assignment: Assignment, by: Actor) -> HttpResponse | None:
    """Takes a yes or a no and leads to the page that shows what holds now; the question again where it was refused."""
    said = request.POST.get("answer")
    if said not in ANSWERS:
        return None
    try:
        row = planning.answer(assignment, comes=ANSWERS[said], by=by, now=timezone.now())
    except BookingError as refusal:
        return show(request, assignment, str(refusal))
    if by.kind == "person":
        return redirect("trainer_answer", row.slot_id)
    return redirect("linked_assignment", sign_assignment(row, row.slot))


def show(request: HttpRequest, assignment: Assignment, refusal: str = "") -> HttpResponse:
    slot = assignment.slot
    groups = Booking.objects.visiting().filter(slot=slot).select_related("school").order_by("pk")[:MOST_GROUPS]
    context = {
        "nav": "trainer",
        "assignment": assignment,
        "slot": slot,
        "groups": groups,
        "refusal": refusal,
        "is_ahead": slot.state != slot.State.CANCELLED and timezone.now() < slot.starts_at,
    }
    return render(request, "booking/trainer/question.html", context)
