"""A class that an organiser puts into a date: for a teacher on the telephone, or because it was there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking import rules
from booking.access import for_organisers
from booking.forms.organise.on_behalf import OnBehalfForm
from booking.forms.school.book import FIELDS
from booking.forms.school.school_choice import step_of
from booking.idempotency import once
from booking.models import Booking
from booking.views.refusals import refusals_on
from booking.views.signed_in import SignedInRequest
from workshops.models import Slot

SCHOOL_STEPS = ("find_school", "other_school")


@for_organisers
def add(request: SignedInRequest, pk: int) -> HttpResponse:
    """Book for somebody else; into a date that has begun with a reason. The hidden key books once."""
    slot, now = own(request, pk), timezone.now()
    if slot.state == Slot.State.CANCELLED:
        messages.warning(request, _("This date was called off; no class can be added."))
        return redirect("organise_slot", slot.pk)
    form = form_of(request, slot, now)
    if form.is_valid():
        with refusals_on(form, FIELDS):
            location, state = added_once(request, form, now)
            messages.success(request, what_follows(form, state))
            return redirect(location)
    return render(request, "booking/organise/add.html", {"nav": "slots", "slot": slot, "form": form})


def own(request: SignedInRequest, pk: int) -> Slot:
    return get_object_or_404(Slot.objects.organised_by(request.user).with_facts(), pk=pk)


def form_of(request: SignedInRequest, slot: Slot, now: datetime) -> OnBehalfForm:
    """The form as sent; where only the school is chosen nothing else is looked at yet."""
    begun = now >= slot.starts_at
    if request.method != "POST":
        return OnBehalfForm(slot=slot, begun=begun)
    step = step_of(request.POST)
    if step in SCHOOL_STEPS:
        return OnBehalfForm(slot=slot, begun=begun, kept=request.POST, again=step == "other_school")
    return OnBehalfForm(request.POST, slot=slot, begun=begun)


def added_once(request: SignedInRequest, form: OnBehalfForm, now: datetime) -> tuple[str, str]:
    """Book, once, and say where the booking is and what it became. Raises what rules.place raises."""
    teacher = form.cleaned_data["contact_name"] or str(_("a class that came"))
    by = replace(request.actor, on_behalf_of=teacher)

    def effect() -> tuple[int, dict[str, str]]:
        booking = rules.place(form.slot, form.order(request.user), by=by, now=now)
        return 302, {"location": reverse("organise_booking", args=[booking.reference]), "state": booking.state}

    _status, answer = once(request.user, f"add:{form.fingerprint}", form.fingerprint, now, effect)
    return str(answer["location"]), str(answer["state"])


def what_follows(form: OnBehalfForm, state: str) -> str:
    if form.begun:
        return _("Added. Who came can be recorded now.")
    if state == Booking.State.WAITLISTED:
        return _("The class is on the waiting list. The teacher gets a mail.")
    return _("Booked. The teacher gets a mail with the link to the booking.")
