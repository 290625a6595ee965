"""Where a person's work begins, after signing in."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.audience import for_signed_in
from booking.access import roles_of
from booking.views.signed_in import SignedInRequest


@for_signed_in
def start(request: SignedInRequest) -> HttpResponse:
    """To the overview of organisers, to the day of trainers, to what funders read, to the bookings of who has a school,
    else to what can be booked."""
    roles = roles_of(request.user)
    if roles.organises_any:
        return redirect("organise")
    if roles.trainer is not None:
        return redirect("trainer")
    if roles.names == {"funder"}:
        return redirect("frozen_reports")
    return redirect("bookings" if roles.schools or roles.offices else "catalogue")
