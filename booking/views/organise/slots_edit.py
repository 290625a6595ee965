"""Changing a date: its facts, and whether it takes newcomers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking import planning
from booking.access import for_organisers
from booking.errors import NotActive
from booking.forms.organise.slots_edit import NAMES, EditForm
from booking.planning.changing import is_move
from booking.views.organise.slots import own
from booking.views.refusals import refusals_on
from booking.views.signed_in import SignedInRequest
from booking.views.typed import posted
from booking.visits import place_of
from workshops.models import Slot


@for_organisers
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a date; who will hear of it stands before the button."""
    slot, now = own(request, pk), timezone.now()
    if slot.state == Slot.State.CANCELLED:  # also when a colleague was quicker: the page shows it
        return redirect("organise_slot", slot.pk)
    form = EditForm(slot, now, posted(request))
    if form.is_valid() and saved(request, slot, form):
        return redirect("organise_slot", slot.pk)
    context = {**facts(slot), "form": form, "has_begun": slot.starts_at <= now}
    return render(request, "booking/organise/slot_edit.html", context)


def saved(request: SignedInRequest, slot: Slot, form: EditForm) -> bool:
    """Do what the form wishes and say who hears of it; a refusal stands on the form."""
    wishes = form.wishes
    reasons = {name: form.cleaned_data[name] for name in ("reason", "override_reason")}
    with refusals_on(form, NAMES):
        planning.change_slot(slot, wishes, by=request.actor, now=timezone.now(), seen=form.seen, **reasons)
        moved = _("The date has moved. All who are concerned get a mail.")
        messages.success(request, moved if is_move(wishes) else _("Saved."))
    if form.errors:
        form.show_as_seen(wishes)
    return not form.errors


def facts(slot: Slot) -> dict[str, object]:
    return {
        "nav": "slots",
        "slot": slot,
        "place": place_of(slot),
        "groups": slot.bookings.live().count(),
        "trainers": len(slot.assignments.all()),
    }


@for_organisers
@require_POST
def close(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take no newcomers; a page that is late shows how things stand."""
    slot = own(request, pk)
    try:
        planning.close_slot(slot, by=request.actor, now=timezone.now())
        messages.success(request, _("The date takes no new bookings. Whoever is booked stays."))
    except NotActive as refusal:
        messages.error(request, str(refusal))
    return redirect("organise_slot", slot.pk)


@for_organisers
@require_POST
def reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take newcomers again."""
    slot = own(request, pk)
    try:
        planning.reopen_slot(slot, by=request.actor, now=timezone.now())
        messages.success(request, _("The date can be booked again."))
    except NotActive as refusal:
        messages.error(request, str(refusal))
    return redirect("organise_slot", slot.pk)
