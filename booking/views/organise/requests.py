"""The inbox of organisers: what waits for an answer, who waits for a place, what was decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q, QuerySet, Value
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_POST

from booking import rules
from booking.access import for_organisers
from booking.desk import inbox
from booking.forms.organise.decisions import ConfirmForm, ReasonForm
from booking.messages.catalogue import SECOND_THOUGHTS
from booking.models import Booking, Change, Inquiry
from booking.outlook import Outlook
from booking.views.organise import inquiries
from booking.views.refusals import refusals_on
from booking.views.signed_in import SignedInRequest
from booking.views.typed import posted
from workshops.models import Slot, Workshop

REQUESTS_A_PAGE = 20
SLOTS_A_PAGE = 10
SLOTS_ASIDE = 3
WISHES_ASIDE = 5
REMEMBERED = timedelta(days=60)
TABS = ("open", "waiting", "decided")


@for_organisers
def requests(request: SignedInRequest) -> HttpResponse:
    """One of three lists: open requests, oldest first; dates with a waiting list; what was decided lately."""
    tab = request.GET.get("tab", "open")
    show = {"open": open_requests, "waiting": waiting_lists, "decided": decided}.get(tab, open_requests)
    rows, template = show(request)
    context = counts_for(request) | rows | {"nav": "requests", "tab": tab if tab in TABS else "open"}
    return render(request, template, context)


def counts_for(request: SignedInRequest) -> dict[str, int]:
    return {
        "open_count": whatever_waits(request).count(),
        "waiting_count": waited_for(request).count(),
    }


def open_requests(request: SignedInRequest) -> tuple[dict[str, Any], str]:
    page = Paginator(whatever_waits(request), REQUESTS_A_PAGE).get_page(request.GET.get("page"))
    cards = cards_of([(kind, pk) for kind, pk, _at in page], timezone.now())
    aside = with_queues(waited_for(request))[:SLOTS_ASIDE]
    context = {"page": page, "cards": cards, "slots": aside, "look": just_declined(request)}
    context["wished"] = wished_most(request)
    return context, "booking/organise/requests.html"


def whatever_waits(request: SignedInRequest) -> Any:
    """Requests and wishes without a date, as kind, key and moment, the oldest first."""
    columns = ("kind", "pk", "created_at")
    asked = Booking.objects.requested().organised_by(request.user).annotate(kind=Value("request"))
    wished = Inquiry.objects.open().organised_by(request.user).annotate(kind=Value("inquiry"))
    both = asked.values_list(*columns).union(wished.values_list(*columns), all=True)
    return both.order_by("created_at", "kind", "pk")


def wished_most(request: SignedInRequest) -> QuerySet[Workshop]:
    """Workshops that schools wish for without a date, each with how many `schools`; most first."""
    wishes = Q(inquiries__in=Inquiry.objects.open().organised_by(request.user))
    wished = Workshop.objects.annotate(schools=Count("inquiries__school", filter=wishes, distinct=True))
    return wished.filter(schools__gt=0).order_by("-schools", "pk")[:WISHES_ASIDE]


def cards_of(rows: list[tuple[str, int]], now: datetime) -> list[dict[str, Any]]:
    """Each row's card, in their order; a bounded number of queries."""
    keys = {kind: [pk for of, pk in rows if of == kind] for kind in ("request", "inquiry")}
    found: dict[tuple[str, int], dict[str, Any]] = {}
    if keys["request"]:
        wanted = inbox.with_wishes(Booking.objects.filter(pk__in=keys["request"]))
        found |= {("request", asked.booking.pk): card(asked) for asked in inbox.read(wanted, now)}
    if keys["inquiry"]:
        wishes = list(Inquiry.objects.filter(pk__in=keys["inquiry"]).with_facts())
        found |= {("inquiry", one["inquiry"].pk): one for one in inquiries.cards(wishes, now)}
    return [found[row] for row in rows if row in found]


def just_declined(request: SignedInRequest) -> Outlook | None:
    """The request that this reader has just declined, with the way back; one alone, for the next is on its way."""
    now = timezone.now()
    fresh = Change.objects.decisions().filter(actor=request.user, kind="declined", at__gt=now - SECOND_THOUGHTS)
    last = fresh.select_related("booking__slot").order_by("-at", "-pk").first()
    return Outlook(last.booking, request.actor, now) if last and last.booking else None


def waited_for(request: SignedInRequest) -> Any:
    """Coming dates on which groups wait; the next first."""
    coming = Slot.objects.organised_by(request.user).to_come(timezone.now())
    return coming.filter(groups_waiting__gt=0).with_facts().by_time()


def with_queues(slots: Any) -> Any:
    queue = Booking.objects.queue().select_related("school")
    return slots.prefetch_related(Prefetch("bookings", queue, to_attr="queue"))


def waiting_lists(request: SignedInRequest) -> tuple[dict[str, Any], str]:
    page = Paginator(with_queues(waited_for(request)), SLOTS_A_PAGE).get_page(request.GET.get("page"))
    return {"page": page}, "booking/organise/waiting.html"


def decided(request: SignedInRequest) -> tuple[dict[str, Any], str]:
    now = timezone.now()
    page = Paginator(whatever_ended(request, now - REMEMBERED), REQUESTS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": rows_of([(kind, pk) for kind, pk, _at in page]), "now": now}
    return context, "booking/organise/decided.html"


def whatever_ended(request: SignedInRequest, since: datetime) -> Any:
    """Decisions on requests and wishes without a date that ended, as kind, key and moment, the latest first."""
    mine = Change.objects.decisions().organised_by(request.user).filter(at__gte=since).annotate(of=Value("change"))
    wishes = Inquiry.objects.ended(since).organised_by(request.user).annotate(of=Value("inquiry"))
    both = mine.values_list("of", "pk", "at").union(wishes.values_list("of", "pk", "ended_at"), all=True)
    return both.order_by("-at", "of", "-pk")


def rows_of(keys: list[tuple[str, int]]) -> list[dict[str, Any]]:
    """Each key's row under its kind, in their order. Two queries."""
    changes = Change.objects.select_related("actor", "booking__school", "booking__slot__workshop")
    tables = {"change": changes, "inquiry": Inquiry.objects.with_facts()}
    found = {of: rows.in_bulk([pk for kind, pk in keys if kind == of]) for of, rows in tables.items()}
    return [{of: found[of][pk]} for of, pk in keys if pk in found[of]]


@for_organisers
@require_POST
def confirm(request: SignedInRequest, reference: str) -> HttpResponse:
    """Say yes, to the first wish or to the chosen one."""
    booking = own(request, reference)
    form = ConfirmForm(booking, request.POST)

    def say_yes(slot: Slot | None) -> None:
        rules.confirm(booking, by=request.actor, now=timezone.now(), slot=slot)

    return decide(request, booking, form, say_yes)


@for_organisers
def decline(request: SignedInRequest, reference: str) -> HttpResponse:
    """Say no, with a reason. A page of its own, which the inbox unfolds in place."""
    booking = own(request, reference)
    form = ReasonForm(posted(request), prefix_id=booking.reference)

    def say_no(reason: str) -> None:
        rules.decline(booking, by=request.actor, now=timezone.now(), reason=reason)

    return decide(request, booking, form, say_no)


@for_organisers
@require_POST
def wait(request: SignedInRequest, reference: str) -> HttpResponse:
    """Neither yes nor no: onto the waiting list of the date."""
    booking = own(request, reference)

    def put_on_the_list() -> None:
        rules.wait(booking, by=request.actor, now=timezone.now())

    return decide(request, booking, Form(request.POST), put_on_the_list)


def own(request: SignedInRequest, reference: str) -> Booking:
    """A request, or what became of it. Raises Http404 for bookings of others."""
    return get_object_or_404(Booking.objects.organised_by(request.user).with_facts(), reference=reference)


def decide(request: SignedInRequest, booking: Booking, form: Form, rule: Callable[..., None]) -> HttpResponse:
    """Answer the request if it still waits; who comes second reads who was first."""
    if form.is_valid():
        with refusals_on(form):
            rule(**form.cleaned_data)
            return answered(request, booking, fresh=True)
    state = Booking.objects.values_list("state", flat=True).get(pk=booking.pk)
    if state != Booking.State.REQUESTED:
        return answered(request, booking, fresh=False)
    return asked_again(request, booking, form)


def answered(request: SignedInRequest, booking: Booking, *, fresh: bool) -> HttpResponse:
    """The request as it stands now: in place for htmx, else the inbox with a line above."""
    booking = inbox.with_decisions(Booking.objects.filter(pk=booking.pk)).get()
    now = timezone.now()
    context = {"booking": booking, "fresh": fresh, "now": now, "user": request.user}
    context["look"] = Outlook(booking, request.actor, now) if fresh else None
    if request.htmx:
        return render(request, "booking/organise/answered.html", context | counts_for(request))
    level = messages.SUCCESS if fresh else messages.INFO
    messages.add_message(request, level, render_to_string("booking/organise/outcome.html", context).strip())
    return redirect("organise_requests")


def asked_again(request: SignedInRequest, booking: Booking, form: Form) -> HttpResponse:
    """The request with what was wrong: in place for htmx, else alone on a page."""
    asked = inbox.read(inbox.with_wishes(Booking.objects.filter(pk=booking.pk)), timezone.now())[0]
    context = {"nav": "requests", "card": card(asked, form)}
    if request.htmx:
        return render(request, "booking/organise/request.html", context, status=422)
    return render(request, "booking/organise/one_request.html", context)


def card(asked: inbox.Asked, form: Form | None = None) -> dict[str, Any]:
    """What one request's article needs; `form` is the one to look at again."""
    reason = form if isinstance(form, ReasonForm) else ReasonForm(prefix_id=asked.booking.reference)
    errors = [text for texts in form.errors.values() for text in texts] if isinstance(form, ConfirmForm) else []
    return {"asked": asked, "reason": reason, "declining": reason is form, "errors": errors}
