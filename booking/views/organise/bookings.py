"""One booking on the desk of its organiser: who comes, who is asked, what was said, what can be done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking import rules
from booking.access import for_organisers
from booking.desk.inbox import late_cancellations, missed_visits
from booking.errors import BookingError, NotAllowed
from booking.forms.organise.decisions import ReasonForm
from booking.forms.school.change import OrganiserChangeForm
from booking.messages import bounces
from booking.models import Booking
from booking.outlook import Outlook
from booking.views.organise import notes
from booking.views.refusals import refusals_on
from booking.views.school.one_booking import warn_of_small_group
from booking.views.signed_in import SignedInRequest
from booking.views.typed import posted
from booking.visits import place_of

MOST_MAILS = 30
MOST_OTHERS = 5


@for_organisers
def booking(request: SignedInRequest, reference: str) -> HttpResponse:
    """All that an organiser should know with the school on the telephone."""
    found = own(request, reference)
    context = facts_of(request, found) | notes.on_booking(request, found)
    return render(request, "booking/organise/booking.html", context)


def own(request: SignedInRequest, reference: str) -> Booking:
    """A booking with an own partner. Raises Http404."""
    mine = Booking.objects.organised_by(request.user).with_facts().select_related("owner")
    return get_object_or_404(mine, reference=reference.upper())


def facts_of(request: SignedInRequest, booking: Booking) -> dict[str, Any]:
    now = timezone.now()
    others = Booking.objects.organised_by(request.user).filter(school=booking.school_id).exclude(pk=booking.pk)
    return {
        "nav": "slots",
        "now": now,
        "booking": booking,
        "slot": booking.slot,
        "place": place_of(booking.slot, booking),
        "look": Outlook(booking, request.actor, now),
        "mails": booking.messages.order_by("-created_at", "-pk")[:MOST_MAILS],
        "bounced": bounces.marked([booking.contact_email, booking.school.office_mail]).values(),
        "others": others.with_facts().order_by("-slot__starts_at", "-pk")[:MOST_OTHERS],
        "others_count": others.count(),
        "missed": missed_visits([booking.school_id], now).get(booking.school_id, 0),
        "late": late_cancellations(booking, now),
        "has_begun": now >= booking.slot.starts_at,
    }


@for_organisers
def change(request: SignedInRequest, reference: str) -> HttpResponse:
    """Change group, contact or note for the school; more pupils must fit as a whole."""
    booking = own(request, reference)
    if not booking.is_live:
        return back(request, booking, _("This booking cannot be changed any more."))
    look = Outlook(booking, request.actor, timezone.now())
    form = OrganiserChangeForm(posted(request), booking=booking, most=look.most_pupils)
    if form.is_valid():
        with refusals_on(form):
            reason = form.cleaned_data["override_reason"]
            changed = rules.amend(booking, form.changes, by=request.actor, now=look.now, override_reason=reason)
            messages.success(request, _("Changed. The school gets a mail with the new details."))
            warn_of_small_group(request, changed)
            return redirect("organise_booking", booking.reference)
    return render(request, "booking/organise/change.html", {"nav": "slots", "booking": booking, "form": form})


@for_organisers
def cancel(request: SignedInRequest, reference: str) -> HttpResponse:
    """Call a visit off, with the reason that the school reads."""
    booking = own(request, reference)
    if not booking.is_live:  # also when a colleague was quicker: the page shows it
        return back(request, booking, _("This booking cannot be cancelled any more."))
    form = ReasonForm(posted(request))
    if form.is_valid():
        with refusals_on(form):
            rules.cancel(booking, by=request.actor, now=timezone.now(), reason=form.cleaned_data["reason"])
            messages.success(request, _("Cancelled. The mail to the school goes out in a minute."))
            return redirect("organise_booking", booking.reference)
    context = {"nav": "slots", "booking": booking, "slot": booking.slot, "form": form}
    return render(request, "booking/organise/cancel_booking.html", context)


@for_organisers
@require_POST
def undo(request: SignedInRequest, reference: str) -> HttpResponse:
    """Take back an own decline or cancellation; where that is no longer possible, the page says so."""
    booking = own(request, reference)
    try:
        rules.undo(booking, by=request.actor, now=timezone.now())
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except BookingError as refusal:
        return back(request, booking, str(refusal))
    messages.success(request, _("Taken back. Everything is as it was before."))
    return redirect("organise_booking", booking.reference)


def back(request: SignedInRequest, booking: Booking, why: str) -> HttpResponse:
    """To the page of the booking, which shows the present state, with a word why."""
    messages.warning(request, why)
    return redirect("organise_booking", booking.reference)
