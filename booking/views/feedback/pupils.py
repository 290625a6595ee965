"""Feedback of pupils: no sign-in, no cookie, no session, no address. The pages know only the code that a class shares.

They are drawn without the request, so nothing asks who is there. A form carries a signed key instead of a CSRF token:
there is no session that a foreign page could abuse, and what it could send, anybody who has the code may send.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.audience import audience
from accounts.limits import tries
from booking.feedback import codes, giving
from booking.feedback.codes import most_answers, takes_answers
from booking.forms.school.feedback import CodeForm, FeedbackForm
from booking.models import Booking, Feedback, FeedbackCode
from booking.views.headers import NOTHING_LEAKS, with_headers

LANGUAGES = dict(settings.LANGUAGES)
MOST_A_MINUTE = 120  # forms that are sent for one visit: three times a large class
MINUTE = timedelta(minutes=1)
Answer = Callable[..., HttpResponse]
View = Callable[..., HttpResponseBase]

for_pupils = audience("pupils, who hold a code")


def anonymous(methods: list[str]) -> Callable[[Answer], View]:
    """A page for phones of pupils, in the language of the phone or of the link at its foot."""

    def declare(view: Answer) -> View:
        @csrf_exempt
        @for_pupils
        @require_http_methods(methods)
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            with translation.override(language_of(request)):
                answer = view(request, *args, **kwargs)
            return with_headers(answer, NOTHING_LEAKS)

        return guarded

    return declare


def language_of(request: HttpRequest) -> str:
    wished = request.GET.get("in", "")
    return wished if wished in LANGUAGES else get_language() or settings.LANGUAGE_CODE


def page(request: HttpRequest, name: str, status: int = 200, **context: Any) -> HttpResponse:
    """Drawn from the context alone: without the request there is no user and no session."""
    context |= {"own_path": request.path, "wished": request.GET.get("in") in LANGUAGES}
    return HttpResponse(render_to_string(f"booking/feedback/{name}.html", context), status=status)


def to(request: HttpRequest, name: str, *args: str) -> HttpResponse:
    wished = request.GET.get("in", "")
    return HttpResponseRedirect(reverse(name, args=args) + (f"?in={wished}" if wished in LANGUAGES else ""))


@anonymous(["GET", "HEAD"])
def enter(request: HttpRequest) -> HttpResponse:
    """Type the code, where no camera reads it."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return to(request, "feedback", form.cleaned_data["code"])
    return page(request, "enter", form=form)


@anonymous(["GET", "HEAD", "POST"])
def give(request: HttpRequest, code: str) -> HttpResponse:
    """The five questions. Once sent, an answer stands; the same form sent again is the same answer."""
    now = timezone.now()
    if (tidy := codes.tidy(code)) != code and tidy:
        return to(request, "feedback", tidy)
    found = FeedbackCode.objects.select_related("booking").filter(code=code).first()
    if found is None:
        return page(request, "unknown", 404, form=CodeForm())
    if request.method == "POST":
        return taken(request, found)
    visit = visit_of(found)
    if not has_room(found, visit) or not takes_answers(found, visit, now):
        return closed(request, found, visit)
    return ask(request, found, visit, FeedbackForm(Feedback.Side.PUPIL), codes.new_form(found))


def visit_of(code: FeedbackCode) -> Booking:
    return Booking.objects.with_facts().get(pk=code.booking_id)


def has_room(code: FeedbackCode, visit: Booking) -> bool:
    return not code.is_full and Feedback.objects.of_pupils().filter(booking=visit).count() < most_answers(visit)


def taken(request: HttpRequest, code: FeedbackCode) -> HttpResponse:
    """What became of a form that was sent."""
    now = timezone.now()
    if tries(f"feedback:{code.pk}", window=MINUTE, now=now) > MOST_A_MINUTE:
        answer = page(request, "wait", 429)
        answer.headers["Retry-After"] = "60"
        return answer
    form, token = FeedbackForm(Feedback.Side.PUPIL, request.POST), request.POST.get("form", "")
    key = codes.key_in(token, code)
    if key is None or not form.is_valid():
        return ask(request, code, visit_of(code), form, token if key else codes.new_form(code), renewed=key is None)
    if giving.take(code, key, form.said, now=now):
        return to(request, "feedback_thanks", code.code)
    return closed(request, code, visit_of(code))


def ask(
    request: HttpRequest, code: FeedbackCode, visit: Booking, form: FeedbackForm, token: str, *, renewed: bool = False
) -> HttpResponse:
    """`renewed`: the form had no key of ours, so it is sent once more by hand."""
    facts: dict[str, Any] = {"code": code, "slot": visit.slot, "workshop": visit.slot.workshop}
    return page(request, "give", form=form, token=token, renewed=renewed and not form.errors, **facts)


def closed(request: HttpRequest, code: FeedbackCode, visit: Booking) -> HttpResponse:
    early = timezone.now() < visit.slot.starts_at
    return page(request, "closed", early=early, slot=visit.slot, workshop=visit.slot.workshop)


@anonymous(["GET", "HEAD"])
def thanks(request: HttpRequest, code: str) -> HttpResponse:
    """Says the same to everybody, whatever the code."""
    return page(request, "thanks")
