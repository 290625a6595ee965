"""Dates of organisers: the list, one with its groups, who leads it, calling it off."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, Max, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking import planning
from booking.access import for_organisers
from booking.explain import of_slot
from booking.forms.organise.asking import AskForm
from booking.forms.organise.assigning import AssignForm
from booking.forms.organise.decisions import CancelSlotForm
from booking.forms.organise.slots import SlotsForm
from booking.history.slots import lines_of
from booking.models import Booking
from booking.reports.places import summed
from booking.views.refusals import refusals_on
from booking.views.signed_in import SignedInRequest
from booking.views.typed import posted
from booking.visits import place_of
from workshops.models import Slot

SLOTS_A_PAGE = 25
GROUPS_A_PAGE = 30
MOST_HISTORY = 20
MOST_SUGGESTED = 6

STATE_ORDER = ("requested", "confirmed", "attended", "no_show", "offered", "waitlisted")


@for_organisers
def slots(request: SignedInRequest) -> HttpResponse:
    """Coming dates, or those of a filter: how full, who leads, who asks and waits."""
    form = SlotsForm(request.user, timezone.now(), request.GET)
    rows = form.slots()
    page = Paginator(rows, SLOTS_A_PAGE).get_page(request.GET.get("page"))
    mark_requests(page)
    context: dict[str, Any] = {"nav": "slots", "form": form, "page": page}
    if form.cleaned_data.get("state") == "counted":
        context["places"] = summed(rows)
    return render(request, "booking/organise/slots.html", context)


def mark_requests(slots: Iterable[Slot]) -> None:
    """How many groups ask for each date, as `requests`. One query."""
    asked = Booking.objects.requested().filter(slot__in=[slot.pk for slot in slots])
    numbers = dict(asked.values_list("slot").annotate(Count("pk")))
    for slot in slots:
        slot.requests = numbers.get(slot.pk, 0)  # type: ignore[attr-defined]  # for templates


def own(request: SignedInRequest, pk: int) -> Slot:
    """A date of an own partner, with its trainers. Raises Http404."""
    return get_object_or_404(Slot.objects.organised_by(request.user).with_facts().with_trainers(), pk=pk)


@for_organisers
def slot(request: SignedInRequest, pk: int) -> HttpResponse:
    """One date with its groups, who leads it, and what happened."""
    return show(request, own(request, pk))


def show(
    request: SignedInRequest, slot: Slot, form: AssignForm | None = None, asking: AskForm | None = None
) -> HttpResponse:
    now = timezone.now()
    context = {
        "nav": "slots",
        "slot": slot,
        "form": form or AssignForm(slot),
        "asking": asking or AskForm(slot),
        "page": Paginator(groups_of(slot), GROUPS_A_PAGE).get_page(request.GET.get("page")),
        "ended": slot.bookings.exclude(state__in=STATE_ORDER).count(),
        "history": lines_of(slot, MOST_HISTORY),
        "place": place_of(slot),
        "link": link_of(slot),
        "has_begun": now >= slot.starts_at,
        "may_cancel": of_slot(slot, "cancel", request.actor, now).allowed,
        "may_close": slot.state != Slot.State.CANCELLED and now < slot.starts_at,
    }
    return render(request, "booking/organise/slot.html", context)


def link_of(slot: Slot) -> str:
    """The address at which a date that is in no list can be booked; nothing for one that everybody finds."""
    if slot.listed or slot.state == Slot.State.CANCELLED:
        return ""
    return f"{settings.SITE_URL}{slot.get_absolute_url()}?key={slot.link_key}"


def groups_of(slot: Slot) -> Any:
    """Groups that ask, wait, come or came, in the order in which they want attention."""
    whens = [When(state=state, then=Value(place)) for place, state in enumerate(STATE_ORDER)]
    groups = slot.bookings.filter(state__in=STATE_ORDER).select_related("school", "attendance")
    return groups.order_by(Case(*whens, output_field=IntegerField()), "waiting_since", "created_at", "pk")


@for_organisers
@require_POST
def assign(request: SignedInRequest, pk: int) -> HttpResponse:
    """Replace who leads the date; a clash is named, and set aside only with a reason."""
    slot = own(request, pk)
    form = AssignForm(slot, request.POST)
    if form.is_valid():
        with refusals_on(form):
            reason = form.cleaned_data["override_reason"]
            planning.assign(slot, form.wanted, by=request.actor, now=timezone.now(), override_reason=reason)
            messages.success(request, _("Saved. Whoever is new here gets a mail."))
            return redirect("organise_slot", slot.pk)
    return show(request, slot, form)


@for_organisers
@require_POST
def ask(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask several whether they can lead the date; the first yes counts."""
    slot = own(request, pk)
    form = AskForm(slot, request.POST)
    if form.is_valid():
        with refusals_on(form):
            planning.ask(slot, form.wanted, form.cleaned_data["role"], by=request.actor, now=timezone.now())
            messages.success(request, _("Asked. You hear of each answer."))
            return redirect("organise_slot", slot.pk)
    return show(request, slot, asking=form)


def dates_instead(slot: Slot) -> list[Slot]:
    """Coming dates of the workshop that take a class, those for its largest one first, then the nearest."""
    others = Slot.objects.public().bookable(timezone.now()).filter(workshop=slot.workshop_id).exclude(pk=slot.pk)
    before = others.filter(starts_at__lt=slot.starts_at).order_by("-starts_at", "pk")[:MOST_SUGGESTED]
    after = others.filter(starts_at__gte=slot.starts_at).by_time()[:MOST_SUGGESTED]
    largest = slot.bookings.live().aggregate(most=Max("pupils"))["most"] or 1
    near = sorted(
        [*before, *after],
        key=lambda other: (not other.has_room_for(largest), abs(other.starts_at - slot.starts_at)),
    )
    return near[:MOST_SUGGESTED]


@for_organisers
def cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Call a date off: first how many hear of it, then the reason."""
    slot = own(request, pk)
    form = CancelSlotForm(posted(request), others=dates_instead(slot))
    if slot.state == Slot.State.CANCELLED:  # also when a colleague was quicker: the page shows it
        return redirect("organise_slot", slot.pk)
    if form.is_valid():
        with refusals_on(form):
            planning.cancel_slot(slot, by=request.actor, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The date is called off. All who are concerned get a mail."))
            return redirect("organise_slot", slot.pk)
    context = {
        "nav": "slots",
        "slot": slot,
        "form": form,
        "groups": slot.bookings.live().count(),
        "trainers": len(slot.assignments.all()),
    }
    return render(request, "booking/organise/cancel.html", context)
