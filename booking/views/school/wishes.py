"""A wish without a date: the two forms of a workshop, the code where nobody is signed in, and what one has wished."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actor import Actor
from accounts.audience import for_everyone, for_signed_in
from accounts.models import User
from accounts.sign_in import ask_for_code
from booking.access import for_link_holders
from booking.errors import BookingError
from booking.forms.school.school_choice import step_of
from booking.forms.school.wishing import ASKED_BEFORE, AskForm, WatchForm
from booking.idempotency import KeyReused, once
from booking.messages import mail_choices, wishing
from booking.models import Inquiry, Watch
from booking.views.headers import NOTHING_LEAKS, with_headers
from booking.views.refusals import refusals_on
from booking.views.school.code_in_flow import CodeInFlow
from booking.views.school.kept import forget_wish, keep_wish, kept_wish
from booking.views.signed_in import SignedInRequest
from booking.wishes import inquiring, watching
from workshops.models import Slot, Workshop

ROWS_A_PAGE = 10
MOST_WATCHES = 50
ANOTHER_SCHOOL = {"find_school": False, "other_school": True}
FORMS: dict[str, type[AskForm | WatchForm]] = {"ask": AskForm, "watch": WatchForm}


@for_everyone
@require_safe
def wish(request: HttpRequest) -> HttpResponse:
    """Nothing fitted in the catalogue: which workshop it shall be."""
    rows = Workshop.objects.published().select_related("partner").defer("search", "description").by_title()
    grade = request.GET.get("grade", "")
    if grade.isascii() and grade.isdigit() and 1 <= int(grade[:3]) <= 13:
        rows = rows.for_grades([int(grade[:3])])
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "booking/wish.html", {"nav": "workshops", "page": page, "query": brought_along(request)})


def brought_along(request: HttpRequest) -> str:
    """What the search in the catalogue knows, for the form."""
    query = request.GET.copy()
    for name in list(query):
        if name not in ASKED_BEFORE:
            del query[name]
    return f"?{query.urlencode()}" if query else ""


@for_everyone
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask the house for a date. However often the form is sent, its hidden key asks once."""
    return form_for(request, slug, "ask")


@for_everyone
@require_http_methods(["GET", "HEAD", "POST"])
def watch(request: HttpRequest, slug: str) -> HttpResponse:
    """Hear by mail when a date opens."""
    return form_for(request, slug, "watch")


def form_for(request: HttpRequest, slug: str, what: str) -> HttpResponse:
    workshop, now = published(slug), timezone.now()
    facts: dict[str, Any] = {"workshop": workshop, "user": request.user, "now": now}
    step = step_of(request.POST)
    if step in ANOTHER_SCHOOL:
        return show(request, what, FORMS[what](kept=request.POST.copy(), again=ANOTHER_SCHOOL[step], **facts))
    if request.method == "POST":
        form = FORMS[what](request.POST, **facts)
        if form.is_valid():
            answer = (
                done(request, what, form, now) if request.user.is_authenticated else code_asked(request, what, form)
            )
            if answer:
                return answer
        return show(request, what, form)
    first = {name: request.GET.get(name, "") for name in ASKED_BEFORE}
    typed = kept_wish(request.session, what, workshop.pk)
    return show(request, what, FORMS[what](kept=typed, first=first, **facts))


def published(slug: str) -> Workshop:
    return get_object_or_404(Workshop.objects.published().select_related("partner", "venue"), slug=slug)


def show(request: HttpRequest, what: str, form: AskForm | WatchForm) -> HttpResponse:
    context = {"nav": "workshops", "form": form, "workshop": form.workshop}
    return render(request, f"booking/{what}.html", context)


def done(request: HttpRequest, what: str, form: AskForm | WatchForm, now: datetime) -> HttpResponse | None:
    """The way to what one has wished, or None where the form now says why not."""
    assert isinstance(request.user, User)
    words = ""
    with refusals_on(form):
        words = asked(form, request.user, now) if isinstance(form, AskForm) else waits(form, request.user, now)
    if not words:
        return None
    forget_wish(request.session)
    messages.success(request, words)
    return redirect("wishes")


def waits(form: WatchForm, user: User, now: datetime) -> str:
    """Raises what watching.watch raises."""
    values = form.cleaned_data
    wanted = {"grade": values["grade"], "month": values["month"], "language": get_language() or "de"}
    watching.watch(form.workshop, by=Actor.person(user), now=now, **wanted)
    return _("Noted. As soon as such a date is free, you get a mail, at most one a day.")


def asked(form: AskForm, user: User, now: datetime) -> str:
    """Ask once, however often the form is sent. Raises what inquiring.ask raises."""

    def effect() -> tuple[int, dict[str, int]]:
        return 302, {"inquiry": inquiring.ask(form.question(user), by=Actor.person(user), now=now).pk}

    try:
        once(user, form.send_key, form.fingerprint, now, effect)
    except KeyReused:
        form.send_key = ""
        form.add_error(None, _("You have already sent a wish with this form. Please open the form anew."))
        return ""
    return _("Sent. The answer comes by mail; until then your wish stands here.")


def code_asked(request: HttpRequest, what: str, form: AskForm | WatchForm) -> HttpResponse | None:
    """Keep the form and send a code; None where the address cannot have one now."""
    code_form = ask_for_code(request, form.cleaned_data["contact_email"])
    if code_form.errors:
        for sentence in code_form.errors.get("email", []) or code_form.non_field_errors():
            form.add_error("contact_email", sentence)
        return None
    typed = request.POST.copy()
    typed["key"] = getattr(form, "send_key", "")
    keep_wish(request.session, what, form.workshop.pk, typed, form.names)
    return redirect(f"{what}_code", slug=form.workshop.slug)


class WishCodeView(CodeInFlow):
    """The code for either form; `what` says which."""

    template_name = "booking/wish_code.html"
    what = ""

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.workshop = published(kwargs["slug"])
        self.form_page = reverse(self.what, args=[self.workshop.slug])
        self.typed = kept_wish(request.session, self.what, self.workshop.pk)

    def done(self) -> HttpResponse:
        now = timezone.now()
        form = FORMS[self.what](self.typed, workshop=self.workshop, user=self.request.user, now=now)
        if form.is_valid() and (answer := done(self.request, self.what, form, now)):
            return answer
        for sentence in form.non_field_errors() or [
            _("Please look at the form once more; all you typed is still here.")
        ]:
            messages.warning(self.request, str(sentence))
        return redirect(self.form_page)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts = {"workshop": self.workshop, "form_page": self.form_page, "what": self.what, "nav": "workshops"}
        return {**super().get_context_data(**kwargs), **facts}


ask_code = for_everyone(WishCodeView.as_view(what="ask"))
watch_code = for_everyone(WishCodeView.as_view(what="watch"))


@for_signed_in
@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """What one has asked, with the answers, and the dates that one waits for."""
    now = timezone.now()
    asked = Inquiry.objects.visible_to(request.user).with_facts().order_by("-created_at", "-pk")
    page = Paginator(asked, ROWS_A_PAGE).get_page(request.GET.get("page"))
    slots = Slot.objects.with_facts().in_bulk({pk for one in page for pk in one.dates})
    rows = [(one, [(slots[pk], wishing.page_of(slots[pk])) for pk in one.dates if pk in slots]) for one in page]
    watches = Watch.objects.of(request.user).live(now).select_related("workshop").order_by("pk")[:MOST_WATCHES]
    return render(request, "booking/wishes.html", {"nav": "profile", "page": page, "rows": rows, "watches": watches})


@for_signed_in
@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """The wish has settled itself."""
    inquiry = get_object_or_404(Inquiry.objects.visible_to(request.user).with_facts(), pk=pk)
    try:
        inquiring.close(inquiry, by=request.actor, now=timezone.now())
        messages.success(request, _("Your wish has ended. The house sees that nothing is to be answered."))
    except BookingError as refusal:
        messages.info(request, str(refusal))
    return redirect("wishes")


@for_signed_in
@require_POST
def stop(request: SignedInRequest, pk: int) -> HttpResponse:
    """Wait for this date no more."""
    get_object_or_404(Watch.objects.of(request.user), pk=pk).delete()
    messages.success(request, _("You get no more mails about such dates."))
    return redirect("wishes")


@for_link_holders
@csrf_exempt  # mail programs post without having seen the page; the address is the key
@require_http_methods(["GET", "HEAD", "POST"])
def end_watch(request: HttpRequest, signed: str) -> HttpResponse:
    """The link in the mail: looking changes nothing, any POST ends the wish (RFC 8058), also one that has ended."""
    key = mail_choices.open_watch(signed)
    if key is not None and request.method == "POST":
        Watch.objects.filter(pk=key).delete()
    found = Watch.objects.select_related("workshop").filter(pk=key).first() if key is not None else None
    status = 404 if key is None else 200
    response = render(request, "booking/watch_ended.html", {"watch": found, "forged": key is None}, status=status)
    return with_headers(response, NOTHING_LEAKS)
