"""Messages of organisers: writing to many groups, and what was written."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.access import for_organisers
from booking.forms.organise.letters import LetterForm
from booking.idempotency import once
from booking.messages import writing
from booking.messages.writing import Circle
from booking.models import Broadcast, Message
from booking.views.organise import mail_log
from booking.views.refusals import refusals_on
from booking.views.signed_in import SignedInRequest
from booking.views.typed import posted, word
from workshops.models import Slot, Workshop

ROWS_A_PAGE = 25
GROUPS_A_PAGE = 50
LONGEST_NUMBER = 18


@for_organisers
def write(request: SignedInRequest) -> HttpResponse:
    """Write, look at the mail, send it. However often it is sent, each group gets it once."""
    circle, form = circle_of(request), LetterForm(posted(request))
    letter = None
    if form.is_valid():
        with refusals_on(form):
            if request.POST.get("do") == "send":
                sent_once(request, circle, form)
                return redirect(f"{reverse('organise_messages')}?tab=written")
        letter = None if form.errors else looked_at(request, circle, form)
    now = timezone.now()
    coming = circle.groups(request.user, now).count()
    all_groups = circle.groups(request.user, now, waiting=True).count()
    context = {
        "nav": "messages",
        "circle": circle,
        "form": form,
        "letter": letter,
        "groups": all_groups if form.wants_waiting else coming,
        "waiting": all_groups - coming,
    }
    return render(request, "booking/organise/write.html", context)


def circle_of(request: SignedInRequest) -> Circle:
    """Whom the address names. Raises Http404 for what is nobody's or somebody else's."""
    asked = {name: word(request.GET.get(name)) for name in ("slot", "day", "workshop") if request.GET.get(name)}
    match asked:
        case {"slot": number, **rest} if not rest and number.isascii() and number.isdigit():
            mine = Slot.objects.organised_by(request.user).with_facts()
            return Circle(slot=get_object_or_404(mine, pk=number[:LONGEST_NUMBER]))
        case {"workshop": slug, **rest} if not rest:
            return Circle(workshop=get_object_or_404(Workshop.objects.organised_by(request.user), slug=slug))
        case {"day": text, **rest} if not rest:
            return Circle(day=day_in(text))
    raise Http404


def day_in(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
    if abs(day.year - timezone.localdate().year) > 3:
        raise Http404
    return day


def looked_at(request: SignedInRequest, circle: Circle, form: LetterForm) -> Any:
    """The mail as it will look, or a sentence that nobody would get it."""
    letter = writing.preview(
        circle, form.words, by=request.user, now=timezone.now(), waiting=form.cleaned_data["waiting"]
    )
    if letter is None:
        form.add_error(None, _("At present no group would get this mail."))
    return letter


def sent_once(request: SignedInRequest, circle: Circle, form: LetterForm) -> None:
    now, waiting = timezone.now(), form.cleaned_data["waiting"]
    mark = form.fingerprint(request.get_full_path())

    def effect() -> tuple[int, int]:
        written = writing.write(circle, form.words, by=request.actor, now=now, waiting=waiting)
        return 302, Message.objects.filter(broadcast__in=written).count()

    _status, number = once(request.user, f"write:{mark}", mark, now, effect)
    said = ngettext("The mail goes out to %(number)d group.", "The mail goes out to %(number)d groups.", number)
    messages.success(request, said % {"number": number})


@for_organisers
def log(request: SignedInRequest) -> HttpResponse:
    """All mails of the house, or what was written in own words; the latest first."""
    if request.GET.get("tab") != "written":
        return mail_log.log(request)
    page = Paginator(written(request), ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "booking/organise/written.html", {"nav": "messages", "page": page, "tab": "written"})


def written(request: SignedInRequest) -> Any:
    state = Message.State
    counts = {
        "all_count": Count("messages"),
        "sent_count": Count("messages", filter=Q(messages__state=state.SENT)),
        "failed_count": Count("messages", filter=Q(messages__state=state.FAILED)),
        "open_count": Count("messages", filter=Q(messages__state__in=[state.OWED, state.CLAIMED])),
    }
    mine = Broadcast.objects.organised_by(request.user).select_related("slot__workshop", "workshop", "by", "partner")
    return mine.annotate(**counts).order_by("-at", "-pk")


@for_organisers
def broadcast(request: SignedInRequest, pk: int) -> HttpResponse:
    """One message in own words: what was written, and whom it reached."""
    found = get_object_or_404(written(request), pk=pk)
    rows = found.messages.select_related("booking__school").order_by("pk")
    page = Paginator(rows, GROUPS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "booking/organise/broadcast.html", {"nav": "messages", "broadcast": found, "page": page})
