"""A trainer answers whether they lead a date: by the link in the mail, without sign-in, or on a page of their own."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actor import Actor
from booking import planning
from booking.access import for_link_holders, for_trainers
from booking.errors import BookingError
from booking.messages.links import Question, open_question
from booking.models import Booking
from booking.views.headers import FORMS_MAY_SAY_WHERE, with_headers
from booking.views.signed_in import SignedInRequest
from workshops.models import Assignment, Slot

ANSWERS = {"yes": True, "no": False}
MOST_GROUPS = 6
State = Assignment.State


@for_link_holders
@require_http_methods(["GET", "HEAD", "POST"])
def linked(request: HttpRequest, signed: str) -> HttpResponse:
    """How it stands now, whenever the link is opened; who still leads or is asked may answer."""
    question = open_question(signed, timezone.now())
    if question is None:
        response = render(request, "booking/trainer/question_ended.html", status=404)
    else:
        response = answer_by_link(request, question, signed) or show(request, question)
    return with_headers(response, FORMS_MAY_SAY_WHERE)


def answer_by_link(request: HttpRequest, question: Question, signed: str) -> HttpResponse | None:
    row = question.assignment
    if row is None or row.state == State.WITHDRAWN:
        return None
    by = Actor("link", role="trainer", link_to=row.pk)
    return answer(request, question, by, redirect("linked_assignment", signed))


@for_trainers
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: SignedInRequest, pk: int) -> HttpResponse:
    """The same for who signed in; 404 for a date that the trainer has nothing to do with, or no more."""
    mine = Assignment.objects.with_facts().filter(trainer__user=request.user)
    mine = mine.exclude(~Q(slot__state=Slot.State.CANCELLED), state=State.WITHDRAWN)
    found = get_object_or_404(mine, slot=pk)
    question = Question(found.slot, found.slot.starts_at, found)
    return answer(request, question, request.actor, redirect("trainer_answer", pk)) or show(request, question)


def answer(request: HttpRequest, question: Question, by: Actor, then: HttpResponse) -> HttpResponse | None:
    """Takes a yes or a no and leads to the page that shows what holds now; the question again where it was refused, or
    where the page had shown another time."""
    said, row = request.POST.get("answer"), question.assignment
    if said not in ANSWERS or row is None:
        return None
    if request.POST.get("starts", second(question.starts_at)) != second(question.slot.starts_at):
        return show(request, question, _("The date was moved meanwhile. Please look at the time and answer once more."))
    try:
        planning.answer(row, comes=ANSWERS[said], by=by, now=timezone.now())
    except BookingError as refusal:
        now_is = Assignment.objects.with_facts().filter(pk=row.pk).first()
        return show(request, question._replace(assignment=now_is), str(refusal))
    return then


def second(moment: datetime) -> str:
    return str(int(moment.timestamp()))


def show(request: HttpRequest, question: Question, refusal: str = "") -> HttpResponse:
    slot, standing = question.slot, standing_of(question, timezone.now())
    groups = Booking.objects.visiting().filter(slot=slot).select_related("school").order_by("pk")[:MOST_GROUPS]
    context = {
        "nav": "trainer",
        "assignment": question.assignment,
        "slot": slot,
        "standing": standing,
        "groups": groups,
        "refusal": refusal,
        "starts": second(slot.starts_at),
        "former": question.starts_at if second(question.starts_at) != second(slot.starts_at) else None,
    }
    return render(request, "booking/trainer/question.html", context)


def standing_of(question: Question, now: datetime) -> str:
    """What the page says first: how the date stands, then how the trainer stands to it."""
    slot, row = question.slot, question.assignment
    if slot.state == Slot.State.CANCELLED:
        return "called_off"
    if now >= slot.starts_at:
        return "over"
    if row is not None and row.state != State.WITHDRAWN:
        return str(row.state)
    return "taken" if slot.assignments.accepted().exists() else "not_needed"
